//! A page as the wire sees it: a socket that says hello and reads frames, and no browser.
//!
//! Thousands of them share a core with what they measure, so a frame is looked at where it lies
//! in the buffer, and is not parsed further than a measurement needs.

use liandong::domain::Position;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::Failure;

/// What a page reads at once; it grows for a longer frame.
const READ_BYTES: usize = 4_096;
const TEXT: u8 = 0x81;
const CLOSE: u8 = 0x88;
const PING: u8 = 0x89;
/// The answer to a ping without words.
const PONG: [u8; 6] = [0x8a, 0x80, 0, 0, 0, 0];
/// What a narrow page's socket holds unread: enough to keep up, and no more as time goes on.
/// Another page's grows to megabytes.
const NARROW_BYTES: u32 = 16_384;

/// One page.
#[derive(Debug)]
pub(crate) struct Page {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// How much of the buffer is read and not yet taken.
    filled: usize,
}

impl Page {
    /// Connects to `address` (host:port) and says `hello`, the JSON of the hello's body.
    pub(crate) async fn open(address: &str, hello: &str) -> Result<Self, Failure> {
        Self::connect(address).await?.greet(address, hello).await
    }

    /// As [`Page::open`], with a socket that takes little: when it stops reading, that is soon
    /// noticed.
    pub(crate) async fn open_narrow(address: &str, hello: &str) -> Result<Self, Failure> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(NARROW_BYTES)?;
        let stream = socket.connect(address.parse()?).await?;
        Self::of(stream)?.greet(address, hello).await
    }

    async fn greet(mut self, address: &str, hello: &str) -> Result<Self, Failure> {
        let request = format!(
            "GET /api/v1/socket HTTP/1.1\r\nhost: {address}\r\nconnection: upgrade\r\n\
             upgrade: websocket\r\nsec-websocket-version: 13\r\n\
             sec-websocket-key: bG9hZC10ZXN0cy1wYWdlIQ==\r\n\
             sec-websocket-protocol: liandong.v1\r\n\r\n"
        );
        self.stream.write_all(request.as_bytes()).await?;
        self.upgraded().await?;
        self.say(&format!("{{\"hello\":{hello}}}")).await?;
        Ok(self)
    }

    /// Connects, and no more: for a server that speaks in frames at once.
    pub(crate) async fn connect(address: &str) -> Result<Self, Failure> {
        Self::of(TcpStream::connect(address).await?)
    }

    fn of(stream: TcpStream) -> Result<Self, Failure> {
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; READ_BYTES], filled: 0 })
    }

    async fn upgraded(&mut self) -> Result<(), Failure> {
        loop {
            self.fill().await?;
            let read = self.buffer.get(..self.filled).unwrap_or_default();
            if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
                if !read.starts_with(b"HTTP/1.1 101") {
                    return Err(String::from_utf8_lossy(read).into_owned().into());
                }
                self.drop_front(end + 4);
                return Ok(());
            }
        }
    }

    /// Says `text`, masked with zeros: the mask is for proxies, not for us.
    async fn say(&mut self, text: &str) -> Result<(), Failure> {
        let length = u16::try_from(text.len())?;
        let mut frame = vec![TEXT, 0xfe];
        frame.extend_from_slice(&length.to_be_bytes());
        frame.extend_from_slice(&[0; 4]);
        frame.extend_from_slice(text.as_bytes());
        Ok(self.stream.write_all(&frame).await?)
    }

    /// Reads once and gives every whole text that is there to `take`; answers pings. Nothing is
    /// lost where this is dropped before it is done.
    pub(crate) async fn read(
        &mut self,
        mut take: impl FnMut(&[u8]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.fill().await?;
        let mut taken = 0;
        while let Some(frame) = Frame::first(self.buffer.get(taken..self.filled).unwrap_or(&[])) {
            match frame.opcode {
                TEXT => take(frame.body)?,
                CLOSE => return Err(Closed::of(frame.body).into()),
                // A pong that finds no room says nothing that the next would not.
                PING => drop(self.stream.try_write(&PONG)),
                _ => {}
            }
            taken += frame.length;
        }
        self.drop_front(taken);
        Ok(())
    }

    async fn fill(&mut self) -> Result<(), Failure> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let room = self.buffer.get_mut(self.filled..).unwrap_or_default();
        match self.stream.read(room).await? {
            0 => Err(Closed(0).into()),
            read => {
                self.filled += read;
                Ok(())
            }
        }
    }

    fn drop_front(&mut self, taken: usize) {
        self.buffer.copy_within(taken..self.filled, 0);
        self.filled -= taken;
    }
}

/// The server closed the socket, with this code; 0 where it gave none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Closed(pub(crate) u16);

impl Closed {
    fn of(body: &[u8]) -> Self {
        Self(body.first_chunk::<2>().map_or(0, |code| u16::from_be_bytes(*code)))
    }
}

impl std::error::Error for Closed {}

impl std::fmt::Display for Closed {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "the server closed the socket: {}", self.0)
    }
}

/// A frame at the front of a buffer.
#[derive(Debug, PartialEq, Eq)]
struct Frame<'a> {
    opcode: u8,
    body: &'a [u8],
    /// With its header.
    length: usize,
}

impl<'a> Frame<'a> {
    /// The first frame of `read`, where all of it is there.
    fn first(read: &'a [u8]) -> Option<Self> {
        let (opcode, short) = (*read.first()?, *read.get(1)?);
        let (header, length): (usize, usize) = match short {
            126 => (4, usize::from(u16::from_be_bytes(*read.get(2..)?.first_chunk()?))),
            127 => {
                let length = u64::from_be_bytes(*read.get(2..)?.first_chunk()?);
                (10, usize::try_from(length).ok()?)
            }
            short => (2, usize::from(short)),
        };
        let body = read.get(header..header.checked_add(length)?)?;
        Some(Self { opcode, body, length: header + length })
    }
}

/// The places of a delta.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) partition: u16,
    pub(crate) from: Position,
    pub(crate) to: Position,
}

/// The places of a delta; none where the frame is no delta.
pub(crate) fn delta(frame: &[u8]) -> Option<Places> {
    let rest = frame.strip_prefix(b"{\"delta\":{\"partition\":")?;
    let (partition, rest) = until(rest, b',')?;
    let (from, rest) = until(rest.strip_prefix(b"\"from\":\"")?, b'"')?;
    let (to, _) = until(rest.strip_prefix(b",\"to\":\"")?, b'"')?;
    Some(Places { partition: partition.parse().ok()?, from: place(from)?, to: place(to)? })
}

/// The partition of a `live` frame, and through where it is, as a page says it when it returns;
/// none where the frame is another.
pub(crate) fn live(frame: &[u8]) -> Option<(u16, &str)> {
    let rest = frame.strip_prefix(b"{\"live\":{\"partition\":")?;
    let (partition, rest) = until(rest, b',')?;
    let (through, _) = until(rest.strip_prefix(b"\"through\":\"")?, b'"')?;
    Some((partition.parse().ok()?, through))
}

/// The position in `EPOCH:OFFSET.INDEX`.
pub(crate) fn position(through: &str) -> Option<Position> {
    place(through.rsplit_once(':')?.1)
}

fn until(text: &[u8], end: u8) -> Option<(&str, &[u8])> {
    let at = text.iter().position(|byte| *byte == end)?;
    Some((std::str::from_utf8(text.get(..at)?).ok()?, text.get(at + 1..)?))
}

/// The position in `OFFSET.INDEX`.
pub(crate) fn place(text: &str) -> Option<Position> {
    let (offset, index) = text.split_once('.')?;
    Some(Position::new(offset.parse().ok()?, index.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_taken_whole_or_not_at_all() {
        let long = vec![b'x'; 300];
        let mut read = vec![TEXT, 2, b'h', b'i', TEXT, 126, 1, 44];
        read.extend_from_slice(&long);
        let first = Frame::first(&read).unwrap();
        assert_eq!((first.body, first.length), (b"hi".as_slice(), 4));
        assert_eq!(Frame::first(&read[4..]).unwrap().body, long);
        assert_eq!(Frame::first(&read[4..read.len() - 1]), None);
        assert_eq!(Frame::first(&read[4..6]), None);
    }

    #[test]
    fn the_places_of_a_delta_are_found() {
        let frame = br#"{"delta":{"partition":3,"from":"7.0","to":"8.12","at":1,"cases":[]}}"#;
        let (from, to) = (Position::new(7, 0), Position::new(8, 12));
        assert_eq!(delta(frame), Some(Places { partition: 3, from, to }));
        let frame = br#"{"live":{"partition":3,"through":"a1:8.12","at":1,"how":"tail"}}"#;
        assert_eq!(live(frame), Some((3, "a1:8.12")));
        assert_eq!(position("a1:8.12"), Some(to));
        assert_eq!(delta(frame), None);
    }
}
