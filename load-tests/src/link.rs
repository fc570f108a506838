//! A page with its picture, that comes back by itself as the browser's pages do (`link.ts`).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use liandong::domain::Position;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::Failure;
use crate::page::{Closed, Page};
use crate::picture::{How, Picture, Took};

/// Without a word for so long the line is dead: beats come each second.
const DEAD_AFTER: Duration = Duration::from_secs(12);
/// Between attempts to come back, doubling.
const AGAIN_MIN: f64 = 1.0;
const AGAIN_MAX: f64 = 30.0;

/// What a page is.
#[derive(Debug, Clone)]
pub(crate) struct Kind {
    /// Its hello, without where it stands: the fields of the object.
    pub(crate) hello: &'static str,
    /// Whether its socket takes little, so that the server notices soon when it rests.
    pub(crate) narrow: bool,
}

/// What a page is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Read, and come back where it was cut.
    Read,
    /// Keep the connection and read nothing.
    Rest,
    /// Drop the connection without a word, and stay away.
    Away,
}

/// What happened to a page.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Counts {
    /// Partitions that became live, by how.
    pub(crate) tails: u64,
    pub(crate) snapshots: u64,
    pub(crate) resyncs: u64,
    pub(crate) deltas: u64,
    /// Deltas that did not follow on.
    pub(crate) gaps: u64,
    /// Connections that the server ended, and those of them it closed as too slow (4408).
    pub(crate) cut: u64,
    pub(crate) too_slow: u64,
    /// Attempts to come back that found nobody.
    pub(crate) in_vain: u64,
    /// Frames that are not what the protocol says.
    pub(crate) unreadable: u64,
}

impl std::iter::Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            tails: sum.tails + one.tails,
            snapshots: sum.snapshots + one.snapshots,
            resyncs: sum.resyncs + one.resyncs,
            deltas: sum.deltas + one.deltas,
            gaps: sum.gaps + one.gaps,
            cut: sum.cut + one.cut,
            too_slow: sum.too_slow + one.too_slow,
            in_vain: sum.in_vain + one.in_vain,
            unreadable: sum.unreadable + one.unreadable,
        })
    }
}

/// What a page shows, and what happened to it.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) picture: Picture,
    pub(crate) counts: Counts,
}

/// A page; it leaves when this is dropped.
#[derive(Debug)]
pub(crate) struct Link {
    seen: Arc<Mutex<Seen>>,
    wish: watch::Sender<Wish>,
    reading: JoinHandle<()>,
}

impl Drop for Link {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

impl Link {
    /// A page of `kind` before the server at `address`; `chance` seeds what spreads its returns.
    pub(crate) fn open(address: &str, kind: &Kind, chance: u64) -> Self {
        let (wish, wished) = watch::channel(Wish::Read);
        let seen = Arc::new(Mutex::default());
        let random = ChaCha8Rng::seed_from_u64(chance);
        let line =
            Line { address: address.to_owned(), kind: kind.clone(), seen: Arc::clone(&seen) };
        #[expect(clippy::disallowed_methods, reason = "aborted when the page is dropped")]
        let reading = tokio::spawn(line.keep(wished, random));
        Self { seen, wish, reading }
    }

    /// Tells it what to do.
    pub(crate) fn wish(&self, wish: Wish) {
        self.wish.send_replace(wish);
    }

    /// What it shows, and what happened to it.
    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether all it shows is live.
    pub(crate) fn is_live(&self) -> bool {
        self.seen().picture.is_live()
    }

    /// Whether it stands at or after each of `places`.
    pub(crate) fn stands(&self, places: &[(u16, Position)]) -> bool {
        let seen = self.seen();
        seen.picture.is_live()
            && places.iter().all(|(partition, at)| Some(*at) <= seen.picture.at(*partition))
    }
}

/// How a connection ended.
enum Cut {
    /// As it was told.
    Told,
    /// The line broke or was closed, with this code; 0 where none was given.
    Code(u16),
    /// What it said does not follow on.
    Gap,
}

/// The page's own side of a link.
struct Line {
    address: String,
    kind: Kind,
    seen: Arc<Mutex<Seen>>,
}

impl Line {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Connects, and again whenever it was cut.
    async fn keep(self, mut wish: watch::Receiver<Wish>, mut random: ChaCha8Rng) {
        let mut attempts = 0;
        while wish.wait_for(|wish| *wish != Wish::Away).await.is_ok() {
            let cut = self.listen(&mut wish, &mut attempts).await;
            self.seen().picture.interrupted();
            match cut {
                Cut::Told | Cut::Gap => attempts = 0,
                Cut::Code(code) => {
                    attempts += 1;
                    tokio::time::sleep(pause(code, attempts, random.random())).await;
                }
            }
        }
    }

    /// One connection, from its hello to its end.
    async fn listen(&self, wish: &mut watch::Receiver<Wish>, attempts: &mut i32) -> Cut {
        let hello = format!("{{{},\"since\":{}}}", self.kind.hello, self.seen().picture.since());
        let opened = if self.kind.narrow {
            Page::open_narrow(&self.address, &hello).await
        } else {
            Page::open(&self.address, &hello).await
        };
        let Ok(mut page) = opened else {
            self.seen().counts.in_vain += 1;
            return Cut::Code(0);
        };
        loop {
            let wished = *wish.borrow_and_update();
            let mut whole = true;
            let heard = match wished {
                Wish::Away => return Cut::Told,
                Wish::Rest => None,
                Wish::Read => Some(page.read(|frame| {
                    whole &= self.hear(frame, attempts);
                    Ok(())
                })),
            };
            let read = tokio::select! {
                moved = wish.changed() => match moved {
                    Ok(()) => continue,
                    Err(_) => return Cut::Told,
                },
                read = tokio::time::timeout(DEAD_AFTER, perhaps(heard)) => read,
            };
            match read {
                _ if !whole => return Cut::Gap,
                Ok(Ok(())) => {}
                Ok(Err(why)) => return self.ended(&why),
                // Who rests hears nothing, and does not wonder.
                Err(_) if wished == Wish::Rest => {}
                Err(_) => return Cut::Code(0),
            }
        }
    }

    fn ended(&self, why: &Failure) -> Cut {
        let code = why.downcast_ref::<Closed>().map_or(0, |closed| closed.0);
        let mut seen = self.seen();
        seen.counts.cut += 1;
        seen.counts.too_slow += u64::from(code == 4408);
        if code == 4409 {
            seen.picture = Picture::default();
        }
        Cut::Code(code)
    }

    /// Takes a frame; says whether the page may go on.
    fn hear(&self, frame: &[u8], attempts: &mut i32) -> bool {
        let mut seen = self.seen();
        let Seen { picture, counts } = &mut *seen;
        let took = picture.take(frame);
        let count = match &took {
            Ok(Took::Hello) => {
                *attempts = 0;
                return true;
            }
            Ok(Took::Other) => return true,
            Ok(Took::Live(How::Tail)) => &mut counts.tails,
            Ok(Took::Live(How::Snapshot)) => &mut counts.snapshots,
            Ok(Took::Live(How::Resync)) => &mut counts.resyncs,
            Ok(Took::Delta) => &mut counts.deltas,
            Ok(Took::Gap) => &mut counts.gaps,
            Err(_) => &mut counts.unreadable,
        };
        *count += 1;
        !matches!(took, Ok(Took::Gap) | Err(_))
    }
}

/// Waits for `heard`, or for ever where nobody listens.
async fn perhaps<T>(heard: Option<impl Future<Output = T>>) -> T {
    match heard {
        Some(heard) => heard.await,
        None => std::future::pending().await,
    }
}

/// How long a page waits before the nth attempt to come back.
fn pause(code: u16, attempts: i32, chance: f64) -> Duration {
    let told = match code {
        1001 => Some(1.0),
        4408 => Some(5.0),
        4409 | 4504 => Some(0.0),
        4429 => Some(10.0),
        _ => None,
    };
    let most = AGAIN_MAX.min(AGAIN_MIN * 2_f64.powi((attempts - 1).min(10)));
    let own = most / 2.0 + most / 2.0 * chance;
    Duration::from_secs_f64(told.filter(|_| attempts == 1).unwrap_or(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_comes_back_when_it_is_told_and_later_each_time() {
        assert_eq!(pause(4408, 1, 0.5), Duration::from_secs(5));
        assert_eq!(pause(0, 1, 0.0), Duration::from_millis(500));
        assert_eq!(pause(4408, 3, 1.0), Duration::from_secs(4));
        assert_eq!(pause(0, 60, 1.0), Duration::from_secs(30));
    }
}
