//! What is on its way to one page: its socket, and the frames the socket has not taken yet.
//!
//! **Invariants.** *One door*: whatever a page is sent goes through here, in whole frames and in
//! the order it was put in. *Shared bytes*: what waits is references, so a slow page holds the
//! same bytes that all pages hold. *Nobody waits for a page*: whoever puts something in writes
//! what the socket takes at once; the rest is the page's own task's to bring.

use std::collections::{BTreeMap, VecDeque};
use std::io::{Error, ErrorKind, IoSlice, Result};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::{Buf as _, Bytes};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{Data, OpCode};

use crate::domain::{Partition, Position};

use super::close::Ended;

/// How long a page may take nothing of what waits before it counts as gone …
const TAKES_WITHIN: Duration = Duration::from_secs(10);
/// … and how long to take it all: a slow line brings many rows in a minute, but not for ever.
const ALL_TAKEN_WITHIN: Duration = Duration::from_mins(2);
/// Frames given to the socket in one write.
const SLICES_MAX: usize = 16;

/// Places in the journals of partitions, by partition.
pub(super) type Places = Vec<(Partition, Position)>;

/// A page's socket and what waits for it.
#[derive(Debug)]
pub(super) struct Outbox {
    stream: TcpStream,
    open: Mutex<Open>,
    /// Told when the page's own task is needed.
    needed: Notify,
    /// Whether the page said anything since this was last asked.
    heard: AtomicBool,
    /// Whether the page is taken for gone.
    given_up: AtomicBool,
}

/// What the lock guards: what waits, and what the page has been given so far.
#[derive(Debug)]
pub(super) struct Open {
    waiting: VecDeque<Bytes>,
    /// Whether only the page's own task may bring news: it is being sent rows.
    pub(super) held: bool,
    /// Where the page stands in each partition it shows, by partition, counting what waits.
    pub(super) through: Places,
    /// Which of each partition's counts it was given.
    pub(super) figures: BTreeMap<Partition, u64>,
}

/// The frame of a text, header and all: what the socket takes as it is.
pub(super) fn text_frame(text: String) -> Bytes {
    let mut frame = Vec::with_capacity(text.len() + 10);
    // Writing to a vector does not fail.
    drop(Frame::message(text, OpCode::Data(Data::Text), true).format(&mut frame));
    frame.into()
}

/// Limits what the kernel holds for a page beyond what is on its way. It would take megabytes, all
/// of them copies, and who reads slowly would be shown what is long past; what waits here is
/// shared, and a page that falls behind goes on with newer rows.
#[cfg(target_os = "linux")]
fn limit_unsent(stream: &TcpStream) {
    const UNSENT_MAX: u32 = 128 * 1_024;
    if let Err(error) = socket2::SockRef::from(stream).set_tcp_notsent_lowat(UNSENT_MAX) {
        tracing::debug!(%error, "what the kernel holds for a page has no limit");
    }
}

/// Other kernels know no such limit.
#[cfg(not(target_os = "linux"))]
fn limit_unsent(_: &TcpStream) {}

impl Outbox {
    /// An outbox that is held until the page has its rows.
    pub(super) fn new(stream: TcpStream) -> Self {
        limit_unsent(&stream);
        let (through, figures) = (Places::new(), BTreeMap::new());
        let open = Open { waiting: VecDeque::new(), held: true, through, figures };
        let (heard, given_up) = (AtomicBool::new(true), AtomicBool::new(false));
        Self { stream, open: Mutex::new(open), needed: Notify::new(), heard, given_up }
    }

    /// The outbox's inside.
    pub(super) fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts frames in and sends what the socket takes of all that waits.
    pub(super) fn send(&self, frames: Bytes) {
        self.send_in(&mut self.open(), frames);
    }

    /// As [`Outbox::send`], into the open outbox. The page's own task is told where something is
    /// left.
    pub(super) fn send_in(&self, open: &mut Open, mut frames: Bytes) {
        if !open.is_stuck() {
            match self.stream.try_write(&frames) {
                Ok(written) if written == frames.len() => return,
                Ok(written) => frames.advance(written),
                // What is wrong with the socket, the page's own task finds when it is woken.
                Err(_) => {}
            }
        }
        open.waiting.push_back(frames);
        self.needed.notify_one();
    }

    /// Asks the page's own task to look.
    pub(super) fn need(&self) {
        self.needed.notify_one();
    }

    /// Waits until the page's own task is needed.
    pub(super) async fn needed(&self) {
        self.needed.notified().await;
    }

    /// Waits until nothing waits, but not for ever: a page that takes nothing is too slow.
    pub(super) async fn emptied(&self) -> std::result::Result<(), Ended> {
        let emptied = tokio::time::timeout(ALL_TAKEN_WITHIN, self.empty());
        emptied.await.map_err(|_| Ended::Slow)?
    }

    async fn empty(&self) -> std::result::Result<(), Ended> {
        loop {
            {
                let mut open = self.open();
                match open.write_to(&self.stream) {
                    Ok(()) if open.waiting.is_empty() => return Ok(()),
                    Ok(()) => continue,
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                    Err(_) => return Err(Ended::Left),
                }
            }
            let takes = tokio::time::timeout(TAKES_WITHIN, self.stream.writable());
            takes.await.map_err(|_| Ended::Slow)?.map_err(|_| Ended::Left)?;
        }
    }

    /// Reads what is there; `WouldBlock` where nothing is.
    pub(super) fn read(&self, into: &mut [u8]) -> Result<usize> {
        let read = self.stream.try_read(into)?;
        self.heard.store(true, Ordering::Relaxed);
        Ok(read)
    }

    /// Whether the page said anything since this was last asked.
    pub(super) fn was_heard(&self) -> bool {
        self.heard.swap(false, Ordering::Relaxed)
    }

    /// Takes the page for gone; its own task sees to the rest.
    pub(super) fn give_up(&self) {
        self.given_up.store(true, Ordering::Release);
        self.need();
    }

    /// Whether the page is taken for gone.
    pub(super) fn is_given_up(&self) -> bool {
        self.given_up.load(Ordering::Acquire)
    }

    /// Waits until there is something to read.
    pub(super) async fn readable(&self) -> Result<()> {
        self.stream.readable().await
    }
}

impl Open {
    /// Notes where the page stands in a partition it shows.
    pub(super) fn stands(&mut self, partition: Partition, at: Position) {
        match self.through.binary_search_by_key(&partition, |(shown, _)| *shown) {
            Ok(found) => {
                if let Some((_, through)) = self.through.get_mut(found) {
                    *through = at;
                }
            }
            Err(place) => self.through.insert(place, (partition, at)),
        }
    }

    /// Where the page stands in a partition; none where it does not show it.
    pub(super) fn through_of(&self, partition: Partition) -> Option<Position> {
        let shown = self.through.iter().find(|(shown, _)| *shown == partition);
        shown.map(|(_, through)| *through)
    }

    /// Whether the page shows a partition.
    pub(super) fn shows(&self, partition: Partition) -> bool {
        self.through.iter().any(|(shown, _)| *shown == partition)
    }

    /// Whether the socket has not taken all it was given.
    pub(super) fn is_stuck(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// One write of what waits.
    fn write_to(&mut self, stream: &TcpStream) -> Result<()> {
        let written = match (self.waiting.front(), self.waiting.len()) {
            (None, _) => return Ok(()),
            (Some(one), 1) => stream.try_write(one)?,
            (Some(first), _) => {
                let mut slices = [IoSlice::new(first); SLICES_MAX];
                let mut filled = 0;
                for (slice, frame) in slices.iter_mut().zip(&self.waiting) {
                    *slice = IoSlice::new(frame);
                    filled += 1;
                }
                stream.try_write_vectored(slices.get(..filled).unwrap_or_default())?
            }
        };
        if written == 0 {
            return Err(Error::from(ErrorKind::WriteZero));
        }
        self.written(written);
        Ok(())
    }

    fn written(&mut self, mut bytes: usize) {
        while let Some(first) = self.waiting.front_mut() {
            if bytes < first.len() {
                first.advance(bytes);
                return;
            }
            bytes -= first.len();
            self.waiting.pop_front();
        }
        // A page that was once slow need not keep the room that took.
        self.waiting.shrink_to(SLICES_MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_a_socket_does_not_take_waits_whole_and_in_order() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut reader = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let outbox = Outbox::new(listener.accept().await.unwrap().0);
        let frames: Vec<Bytes> = (0..64).map(|it: u8| Bytes::from(vec![it; 200_000])).collect();
        for frame in &frames {
            outbox.send(frame.clone());
        }
        assert!(outbox.open().is_stuck(), "no socket takes 12 MB at once");
        let mut read = vec![0; 64 * 200_000];
        let reading = tokio::io::AsyncReadExt::read_exact(&mut reader, &mut read);
        let (read_all, emptied) = tokio::join!(reading, outbox.emptied());
        assert_eq!((read_all.unwrap(), emptied), (64 * 200_000, Ok(())));
        assert_eq!(read, frames.concat());
        assert!(!outbox.open().is_stuck());
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn what_a_page_does_not_read_waits_here_and_not_in_the_kernel() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let reader = tokio::net::TcpSocket::new_v4().unwrap();
        reader.set_recv_buffer_size(16_384).unwrap();
        let _reader = reader.connect(listener.local_addr().unwrap()).await.unwrap();
        let outbox = Outbox::new(listener.accept().await.unwrap().0);
        let frame = Bytes::from(vec![0; 10_000]);
        for _ in 0..400 {
            outbox.send(frame.clone());
        }
        let waiting: usize = outbox.open().waiting.iter().map(Bytes::len).sum();
        assert!(3_500_000 < waiting, "the kernel took all but {waiting} of 4,000,000 bytes");
    }

    #[test]
    fn a_text_is_framed_as_the_protocol_says() {
        assert_eq!(text_frame("{}".into()), Bytes::from_static(b"\x81\x02{}"));
        assert_eq!(text_frame("x".repeat(300))[..4], [0x81, 126, 1, 44]);
    }
}
