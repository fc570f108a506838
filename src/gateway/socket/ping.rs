//! Pings: one timing wheel for all pages, so that a line that died unseen gives its place back.
//!
//! A browser answers a ping by itself. Whoever said nothing at all since the last one is gone, or
//! as good as gone: a line can die without either end being told, and a page that only listens
//! would else be written to until the kernel gives up, a quarter of an hour later.

use bytes::Bytes;

use super::hubs::{Hub, SessionId};
use super::outbox::Outbox;

/// Turns from one ping of a page to the next; the wheel turns at each beat, once a second.
const TURNS: u64 = 20;
/// A ping without words (RFC 6455, 5.5.2).
const PING: Bytes = Bytes::from_static(&[0x89, 0]);

/// Which pages' turn it is.
#[derive(Debug, Default)]
pub(super) struct Wheel(u64);

impl Wheel {
    /// Turns once.
    pub(super) fn turn(&mut self) {
        self.0 = (self.0 + 1) % TURNS;
    }

    fn is_turn_of(&self, session: SessionId) -> bool {
        session % TURNS == self.0
    }

    /// Pings the pages of `hub` whose turn it is, and gives up those that did not answer the last.
    pub(super) fn ping(&self, hub: &Hub) {
        for page in hub.pages(|session| self.is_turn_of(session)) {
            ping(&page);
        }
    }
}

/// One that is held or stuck is passed over: its own task gives up on it in good time.
fn ping(page: &Outbox) {
    let mut open = page.open();
    if open.held || open.is_stuck() {
        return;
    }
    if page.was_heard() {
        page.send_in(&mut open, PING);
    } else {
        page.give_up();
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    #[tokio::test]
    async fn who_says_nothing_from_one_ping_to_the_next_is_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut page = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let outbox = Outbox::new(listener.accept().await.unwrap().0);
        outbox.open().held = false;
        for _ in 0..2 {
            page.write_all(b"something").await.unwrap();
            outbox.readable().await.unwrap();
            outbox.read(&mut [0; 64]).unwrap();
            ping(&outbox);
            let mut heard = [0; 2];
            page.read_exact(&mut heard).await.unwrap();
            assert_eq!((heard, outbox.is_given_up()), ([0x89, 0], false));
        }
        ping(&outbox);
        assert!(outbox.is_given_up());
        outbox.needed().await;
    }

    #[test]
    fn every_page_has_one_turn_a_round() {
        let mut wheel = Wheel::default();
        let mut turns = [0; 45];
        for _ in 0..TURNS {
            wheel.turn();
            for (session, turns) in (100..).zip(&mut turns) {
                *turns += u64::from(wheel.is_turn_of(session));
            }
        }
        assert_eq!(turns, [1; 45]);
    }
}
