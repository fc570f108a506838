//! What a page says: frames read by `tungstenite`, which also answers pings and closes.

use std::io::{ErrorKind, Read, Result, Write};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tungstenite::error::ProtocolError;
use tungstenite::protocol::{Role, WebSocket, WebSocketConfig};
use tungstenite::{Error, Message, Utf8Bytes};

use super::close::Ended;
use super::outbox::Outbox;

/// What is read at once. Pages say little, and the library's 128 KiB a socket would cost twenty
/// times the memory and four times the time.
const READ_BYTES: usize = 1_024;
/// The first byte of a pong (RFC 6455, 5.5.3).
const PONG: u8 = 0x8a;
/// What a page may say at once.
const SAID_BYTES_MAX: usize = 64 * 1_024;
/// How long a page has to read what is left …
const READ_WITHIN: Duration = Duration::from_secs(10);
/// … and then its farewell, and hang up.
const LEFT_WITHIN: Duration = Duration::from_secs(1);

/// Listens to a page.
#[derive(Debug)]
pub(super) struct Ear(WebSocket<Through>);

/// Reads the socket; what the protocol itself has to say goes out through the one door.
#[derive(Debug)]
struct Through(Arc<Outbox>);

impl Read for Through {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        self.0.read(into)
    }
}

impl Write for Through {
    fn write(&mut self, frames: &[u8]) -> Result<usize> {
        // Who pings and reads nothing is not given room for the answers.
        let pong = frames.first() == Some(&PONG) && self.0.open().is_stuck();
        if !pong {
            self.0.send(Bytes::copy_from_slice(frames));
        }
        Ok(frames.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

impl Ear {
    /// Listens to the page of `outbox`, of which `early` was read already.
    pub(super) fn new(outbox: Arc<Outbox>, early: Vec<u8>) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BYTES)
            .write_buffer_size(0)
            .max_message_size(Some(SAID_BYTES_MAX))
            .max_frame_size(Some(SAID_BYTES_MAX));
        let (through, role) = (Through(outbox), Role::Server);
        Self(WebSocket::from_partially_read(through, early, role, Some(config)))
    }

    /// The next text. Nothing is lost where this is dropped before it is there.
    pub(super) async fn said(&mut self) -> std::result::Result<Utf8Bytes, Ended> {
        loop {
            // A page that never stops talking takes its turns with the others.
            tokio::task::consume_budget().await;
            match self.0.read() {
                Ok(Message::Text(text)) => return Ok(text),
                Ok(Message::Binary(_)) => {
                    return Err(Ended::Unreadable("frames are text".to_owned()));
                }
                Ok(_) => {}
                Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => {
                    self.0.get_ref().0.readable().await.map_err(|_| Ended::Left)?;
                }
                Err(error @ (Error::Capacity(_) | Error::Protocol(_) | Error::Utf8(_))) => {
                    return Err(unreadable(&error));
                }
                Err(_) => return Err(Ended::Left),
            }
        }
    }

    /// Says why it ends, and waits a little for the page to hang up: what is closed with words
    /// unread may lose the farewell, too.
    pub(super) async fn say_farewell(mut self, ended: &Ended) {
        let Some(farewell) = ended.farewell() else { return };
        let outbox = Arc::clone(&self.0.get_ref().0);
        if self.0.close(Some(farewell)).is_err() {
            return;
        }
        // Who does not read its farewell has left already.
        drop(tokio::time::timeout(READ_WITHIN, outbox.emptied()).await);
        let left = async { while self.said().await.is_ok() {} };
        drop(tokio::time::timeout(LEFT_WITHIN, left).await);
    }
}

/// What is no frame, or too long a one. A connection that was reset is neither.
fn unreadable(error: &Error) -> Ended {
    match error {
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Ended::Left,
        error => Ended::Unreadable(error.to_string()),
    }
}
