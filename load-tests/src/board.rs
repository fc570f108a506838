//! What was sent, which pages saw it, and how long that took.
//!
//! A receipt says where a signal stands in the journal; a page whose newest delta goes through
//! that position has seen it. So no frame needs to be parsed for ids, and no signal can hide:
//! one that a page never reaches stays on the board.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hdrhistogram::Histogram;
use liandong::domain::Position;
use liandong::telemetry::Stopwatch;
use serde::Deserialize;

use crate::Failure;
use crate::page::{Places, delta, live, position};

/// How long a page's sights are kept, in microseconds: a receipt may come after its delta.
const KEPT_US: u64 = 30_000_000;

/// A signal that is durable.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sent {
    pub(crate) partition: u16,
    pub(crate) position: Position,
    /// When it ought to have been sent, in microseconds of the run.
    pub(crate) due: u64,
}

/// The answer to a posted signal, as far as the board needs it.
#[derive(Debug, Deserialize)]
struct Taken {
    receipts: Vec<Receipt>,
}

#[derive(Debug, Deserialize)]
struct Receipt {
    partition: u16,
    position: Position,
}

/// The server's answer to a hello, as far as the board needs it.
#[derive(Debug, Deserialize)]
struct Greeting {
    hello: Welcome,
}

#[derive(Debug, Deserialize)]
struct Welcome {
    partitions: Vec<u16>,
}

impl Sent {
    /// What the receipts of `body` say, sent at `due`.
    pub(crate) fn of(body: &[u8], due: u64) -> Result<Vec<Self>, Failure> {
        let taken: Taken = serde_json::from_slice(body)?;
        let sent = |Receipt { partition, position }| Self { partition, position, due };
        Ok(taken.receipts.into_iter().map(sent).collect())
    }
}

/// What one page saw.
#[derive(Debug, Default)]
pub(crate) struct Sights {
    /// When it came to stand where, by partition.
    stood: BTreeMap<u16, Vec<(Position, u64)>>,
    /// Where it stands now.
    at: BTreeMap<u16, Position>,
    /// How many partitions it was told it will be shown.
    shown: Option<usize>,
    /// Where it first was live, in the server's words.
    lived: BTreeMap<u16, String>,
    /// Deltas, their bytes and the cases in them.
    pub(crate) frames: u64,
    pub(crate) bytes: u64,
    pub(crate) cases: u64,
    /// Deltas that did not follow on: what they skipped was never seen.
    pub(crate) gaps: u64,
    /// Pages of snapshots.
    pub(crate) snapshot_pages: u64,
}

impl Sights {
    /// Notes a frame that was read at `now`.
    pub(crate) fn take(&mut self, frame: &[u8], now: u64) {
        if let Some(Places { partition, from, to }) = delta(frame) {
            let at = self.at.entry(partition).or_default();
            self.gaps += u64::from(*at < from);
            *at = to;
            self.stood.entry(partition).or_default().push((to, now));
            self.frames += 1;
            self.bytes += u64::try_from(frame.len()).unwrap_or(0);
            self.cases += count(frame, b"{\"case\":");
        } else if let Some((partition, through)) = live(frame) {
            let at = position(through).unwrap_or_default();
            self.lived.insert(partition, through.to_owned());
            self.at.insert(partition, at);
            self.stood.entry(partition).or_default().push((at, now));
        } else if frame.starts_with(b"{\"page\":") {
            self.snapshot_pages += 1;
        } else if let Ok(Greeting { hello }) = serde_json::from_slice(frame) {
            self.shown = Some(hello.partitions.len());
        }
    }

    /// What a wall says that goes on from where this page first was live.
    pub(crate) fn hello_again(&self) -> String {
        let since = self.lived.iter().map(|(partition, at)| format!("\"{partition}\":\"{at}\""));
        let since = since.collect::<Vec<_>>().join(",");
        format!("{{\"page\":\"wall\",\"since\":{{{since}}}}}")
    }

    /// Whether it is live in all it will be shown.
    pub(crate) fn is_live(&self) -> bool {
        self.shown == Some(self.at.len())
    }

    /// How long it took to see each of `sent`, which are sorted and of one partition.
    fn record(&self, sent: &[Sent], took: &mut Histogram<u64>) -> Result<(), Failure> {
        let Some(partition) = sent.first().map(|sent| sent.partition) else { return Ok(()) };
        let mut stood = self.stood.get(&partition).map_or(&[][..], Vec::as_slice);
        for sent in sent {
            while let Some(((to, _), rest)) = stood.split_first()
                && *to < sent.position
            {
                stood = rest;
            }
            let (_, at) = stood.first().ok_or("a page stands where it never came to stand")?;
            took.record(at.saturating_sub(sent.due))?;
        }
        Ok(())
    }

    fn forget_before(&mut self, oldest: u64) {
        for stood in self.stood.values_mut() {
            let old = stood.partition_point(|(_, at)| *at < oldest);
            // The newest says where it stands, whoever comes next.
            stood.drain(..old.min(stood.len().saturating_sub(1)));
        }
    }
}

fn count(frame: &[u8], word: &[u8]) -> u64 {
    let found = frame.windows(word.len()).filter(|window| *window == word).count();
    u64::try_from(found).unwrap_or(0)
}

/// The board of a run.
#[derive(Debug)]
pub(crate) struct Board {
    clock: Stopwatch,
    waiting: Mutex<Vec<Sent>>,
    pages: Vec<Mutex<Sights>>,
    took: Mutex<Histogram<u64>>,
}

impl Board {
    /// A board for so many pages.
    pub(crate) fn new(pages: usize) -> Result<Self, Failure> {
        let pages = (0..pages).map(|_| Mutex::default()).collect();
        let took = Mutex::new(Histogram::new(3)?);
        Ok(Self { clock: Stopwatch::start(), waiting: Mutex::default(), pages, took })
    }

    /// Microseconds of the run.
    pub(crate) fn now_us(&self) -> u64 {
        u64::try_from(self.clock.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Notes what was acknowledged.
    pub(crate) fn sent(&self, sent: &[Sent]) {
        lock(&self.waiting).extend_from_slice(sent);
    }

    /// What page `number` saw.
    pub(crate) fn page(&self, number: usize) -> Result<MutexGuard<'_, Sights>, Failure> {
        Ok(lock(self.pages.get(number).ok_or("no such page")?))
    }

    /// Each page's sights, one after the other.
    pub(crate) fn pages(&self) -> impl Iterator<Item = MutexGuard<'_, Sights>> {
        self.pages.iter().map(lock)
    }

    /// Takes from the board what every page that is shown it has seen; returns how long each page
    /// took since this was last asked.
    pub(crate) fn settle(&self) -> Result<Histogram<u64>, Failure> {
        let mut lately = Histogram::new(3)?;
        let mut waiting = std::mem::take(&mut *lock(&self.waiting));
        waiting.sort_unstable_by_key(|sent| (sent.partition, sent.position));
        let mut left = Vec::new();
        for sent in waiting.chunk_by(|one, next| one.partition == next.partition) {
            let partition = sent.first().map_or(0, |sent| sent.partition);
            let at = |page: &Sights| page.at.get(&partition).copied();
            let slowest = self.pages().filter_map(|page| at(&page)).min();
            let seen = sent.partition_point(|sent| Some(sent.position) <= slowest);
            let (seen, unseen) = sent.split_at(seen);
            left.extend_from_slice(unseen);
            for page in self.pages().filter(|page| at(page).is_some()) {
                page.record(seen, &mut lately)?;
            }
        }
        lock(&self.waiting).append(&mut left);
        lock(&self.took).add(&lately)?;
        let oldest = self.now_us().saturating_sub(KEPT_US);
        self.pages().for_each(|mut page| page.forget_before(oldest));
        Ok(lately)
    }

    /// How many signals some page has not seen.
    pub(crate) fn waiting(&self) -> usize {
        lock(&self.waiting).len()
    }

    /// Every latency so far, a page and signal each.
    pub(crate) fn took(&self) -> Histogram<u64> {
        lock(&self.took).clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(from: u64, to: u64) -> String {
        format!(
            "{{\"delta\":{{\"partition\":1,\"from\":\"{from}.0\",\"to\":\"{to}.0\",\
             \"cases\":[{{\"case\":\"1-{to}\"}}]}}}}"
        )
    }

    #[test]
    fn a_signal_is_seen_once_every_page_that_is_shown_it_stands_there() {
        let board = Board::new(3).unwrap();
        let sent = |offset, due| Sent { partition: 1, position: Position::new(offset, 0), due };
        board.sent(&[sent(5, 20), sent(2, 10)]);
        for page in 0..2 {
            let live = br#"{"live":{"partition":1,"through":"a:1.0","at":1,"how":"tail"}}"#;
            board.page(page).unwrap().take(live, 0);
            board.page(page).unwrap().take(frame(1, 3).as_bytes(), 30);
        }
        assert_eq!((board.settle().unwrap().max(), board.waiting()), (20, 1));
        board.page(0).unwrap().take(frame(3, 5).as_bytes(), 40);
        assert_eq!((board.settle().unwrap().len(), board.waiting()), (0, 1));
        board.page(1).unwrap().take(frame(4, 6).as_bytes(), 60);
        assert_eq!((board.settle().unwrap().len(), board.waiting()), (2, 0));
        let (first, second) = (board.page(0).unwrap(), board.page(1).unwrap());
        assert_eq!((first.cases, first.gaps, second.gaps), (2, 0, 1));
        drop((first, second));
        assert_eq!((board.took().len(), board.took().max()), (4, 40));
    }
}
