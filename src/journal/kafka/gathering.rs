//! Gathering appends: what comes within a few milliseconds becomes one record a partition.
//!
//! A record costs the brokers, and everyone who follows, a question and an answer, whatever is in
//! it. So what comes while the last records are hardly under way waits for the next ones, and those
//! of all partitions go at once: who follows many finds them with one look. Where nothing has gone
//! for a while, nothing waits.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;

use crate::domain::Partition;
use crate::telemetry::Stopwatch;

use super::super::traits::{JournalError, Topic};
use super::receipts::Answer;

/// Bytes that wait for nothing.
const AT_ONCE_BYTES: usize = 256 * 1_024;
/// Bytes beyond which an appender waits, where the brokers take nothing.
const WAITING_BYTES_MAX: usize = 32 * 1_024 * 1_024;
/// How long it waits.
const ROOM_WITHIN: Duration = Duration::from_secs(1);

/// What becomes one record.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) entries: Vec<Bytes>,
    /// Who waits, and for the entry of which index.
    pub(super) answers: Vec<(u32, Answer)>,
}

impl Gathered {
    /// Takes one append.
    pub(super) fn take(&mut self, entries: Vec<Bytes>, answer: Answer) {
        let index = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        self.answers.push((index, answer));
        self.entries.extend(entries);
    }
}

/// Whose record.
type LaneId = (Topic, Partition);

/// What waits for the next records.
#[derive(Debug, Default)]
struct Waiting {
    lanes: BTreeMap<LaneId, Gathered>,
    bytes: usize,
    ended: bool,
}

#[derive(Debug, Default)]
struct Room {
    waiting: Mutex<Waiting>,
    /// Something waits, more than may, or it is the end.
    more: Condvar,
    /// What waited has gone.
    less: Condvar,
}

impl Room {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The thread that gathers.
#[derive(Debug)]
pub(super) struct Gathering {
    room: Arc<Room>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Gathering {
    /// Gathers for `every`, and gives what becomes a record to `give`.
    pub(super) fn begin(
        every: Duration,
        give: impl Fn(LaneId, Gathered) + Send + 'static,
    ) -> Result<Self, JournalError> {
        let room = Arc::new(Room::default());
        let its = Arc::clone(&room);
        let thread = std::thread::Builder::new()
            .name("journal-gathers".to_owned())
            .spawn(move || give_all(&its, every, give))
            .map_err(|error| JournalError::Storage(error.to_string()))?;
        Ok(Self { room, thread: Mutex::new(Some(thread)) })
    }

    /// Takes one append. Where too much waits, so does the caller for a while.
    pub(super) fn append(&self, lane: LaneId, entries: Vec<Bytes>, answer: Answer) {
        let bytes: usize = entries.iter().map(Bytes::len).sum();
        // What is large by itself goes by itself.
        let is_full = |waiting: &mut Waiting| {
            !waiting.lanes.is_empty() && WAITING_BYTES_MAX < waiting.bytes.saturating_add(bytes)
        };
        let waiting = self.room.waiting();
        let waited = self.room.less.wait_timeout_while(waiting, ROOM_WITHIN, is_full);
        let (mut waiting, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if waiting.ended {
            drop(answer.send(Err(JournalError::Closed)));
        } else if is_full(&mut waiting) {
            let why = JournalError::Away("too much waits for the brokers".to_owned());
            drop(answer.send(Err(why)));
        } else {
            let before = (waiting.lanes.is_empty(), waiting.bytes < AT_ONCE_BYTES);
            waiting.bytes = waiting.bytes.saturating_add(bytes);
            waiting.lanes.entry(lane).or_default().take(entries, answer);
            if before.0 || before.1 && AT_ONCE_BYTES <= waiting.bytes {
                self.room.more.notify_one();
            }
        }
    }

    /// Gives what waits, and ends.
    pub(super) fn end(&self) {
        self.room.waiting().ended = true;
        self.room.more.notify_one();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Err(_)) = thread.map(JoinHandle::join) {
            tracing::error!("the thread that gathers appends panicked");
        }
    }
}

fn give_all(room: &Room, every: Duration, give: impl Fn(LaneId, Gathered)) {
    let mut last: Option<Stopwatch> = None;
    loop {
        let idle = |waiting: &mut Waiting| waiting.lanes.is_empty() && !waiting.ended;
        let waited = room.more.wait_while(room.waiting(), idle);
        let waiting = waited.unwrap_or_else(PoisonError::into_inner);
        let left = last.map_or(Duration::ZERO, |last| every.saturating_sub(last.elapsed()));
        let early = |waiting: &mut Waiting| waiting.bytes < AT_ONCE_BYTES && !waiting.ended;
        let waited = room.more.wait_timeout_while(waiting, left, early);
        let (mut waiting, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let (lanes, ended) = (std::mem::take(&mut waiting.lanes), waiting.ended);
        waiting.bytes = 0;
        drop(waiting);
        room.less.notify_all();
        last = Some(Stopwatch::start());
        for (lane, gathered) in lanes {
            give(lane, gathered);
        }
        if ended {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{RecvTimeoutError, sync_channel};

    use tokio::sync::oneshot;

    use super::*;

    const EVERY: Duration = Duration::from_millis(300);

    fn lane(partition: u16) -> LaneId {
        (Topic::Journal, Partition(partition))
    }

    #[test]
    fn what_comes_meanwhile_becomes_one_record_a_partition() {
        let (sender, given) = sync_channel(8);
        let gathering = Gathering::begin(EVERY, move |(_, partition), gathered| {
            let indices: Vec<u32> = gathered.answers.iter().map(|(index, _)| *index).collect();
            sender.send((partition.0, gathered.entries.len(), indices)).unwrap();
        })
        .unwrap();
        let append = |partition, entries| {
            let (answer, _) = oneshot::channel();
            gathering.append(lane(partition), vec![Bytes::from_static(b"x"); entries], answer);
        };
        append(1, 1);
        assert_eq!(given.recv_timeout(EVERY / 2), Ok((1, 1, vec![0])), "nothing has gone lately");
        append(2, 2);
        append(1, 3);
        append(2, 1);
        assert_eq!(given.recv_timeout(EVERY / 2), Err(RecvTimeoutError::Timeout));
        assert_eq!(given.recv(), Ok((1, 3, vec![0])));
        assert_eq!(given.recv(), Ok((2, 3, vec![0, 2])));
        append(3, 1);
        gathering.end();
        assert_eq!(given.recv(), Ok((3, 1, vec![0])), "the end waits for nothing");
        let (answer, refused) = oneshot::channel();
        gathering.append(lane(3), vec![Bytes::new()], answer);
        assert!(matches!(refused.blocking_recv(), Ok(Err(JournalError::Closed))));
    }

    #[test]
    fn much_waits_for_nothing() {
        let (sender, given) = sync_channel(8);
        let give = move |_, gathered: Gathered| sender.send(gathered.entries.len()).unwrap();
        let gathering = Gathering::begin(Duration::from_mins(1), give).unwrap();
        let append = |entries: Vec<Bytes>| {
            let (answer, _) = oneshot::channel();
            gathering.append(lane(1), entries, answer);
        };
        append(vec![Bytes::new()]);
        assert_eq!(given.recv(), Ok(1));
        append(vec![Bytes::new()]);
        append(vec![Bytes::from(vec![0; AT_ONCE_BYTES])]);
        assert_eq!(given.recv(), Ok(2));
    }
}
