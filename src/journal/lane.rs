//! One topic's partition in memory: its ends, its watchers, and its latest records.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use tokio::sync::watch;

use crate::domain::{Partition, Position, Timestamp};

use super::record::Record;
use super::traits::{Appended, Stored, Topic};

/// What a lane knows without asking storage.
#[derive(Debug)]
pub(super) struct Lane {
    end: watch::Sender<Position>,
    latest: Mutex<Latest>,
}

#[derive(Debug)]
struct Latest {
    /// The newest records, oldest first, without gaps.
    records: VecDeque<Arc<Record>>,
    weight: usize,
    weight_max: usize,
    /// Before the first entry that is kept anywhere.
    start: Position,
    last_at: Timestamp,
}

/// Where a read finds what it asks for.
pub(super) enum Found {
    /// Here.
    Latest(Vec<Stored>),
    /// Older than what is kept here: ask storage.
    Older,
    /// Before the first entry that is kept at all.
    Removed {
        /// The position before the first kept entry.
        start: Position,
    },
}

impl Lane {
    /// A lane that ends at `end`, keeping at most `weight_max` bytes of records.
    pub(super) fn new(
        (start, end): (Position, Position),
        at: Timestamp,
        weight_max: usize,
    ) -> Self {
        let latest = Latest { records: VecDeque::new(), weight: 0, weight_max, start, last_at: at };
        Self { end: watch::Sender::new(end), latest: Mutex::new(latest) }
    }

    fn latest(&self) -> std::sync::MutexGuard<'_, Latest> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The end, to read or to watch.
    pub(super) fn watch(&self) -> watch::Receiver<Position> {
        self.end.subscribe()
    }

    /// The position before the first kept entry.
    pub(super) fn start(&self) -> Position {
        self.latest().start
    }

    /// The record that `entries` make, were they appended next at `now`. Time never falls.
    pub(super) fn next_record(&self, now: Timestamp, entries: Vec<Bytes>) -> Record {
        let offset = self.end.borrow().offset.saturating_add(1);
        Record { offset, at: now.max(self.latest().last_at), entries }
    }

    /// Shows a record that is now durable, and wakes whoever waits for it.
    pub(super) fn show(&self, record: Record) -> Appended {
        let appended = Appended { first: Position::new(record.offset, 0), at: record.at };
        let end = record.last();
        let mut latest = self.latest();
        latest.last_at = record.at;
        latest.weight = latest.weight.saturating_add(record.weight());
        latest.records.push_back(Arc::new(record));
        while latest.weight_max < latest.weight && 1 < latest.records.len() {
            if let Some(oldest) = latest.records.pop_front() {
                latest.weight = latest.weight.saturating_sub(oldest.weight());
            }
        }
        drop(latest);
        self.end.send_replace(end);
        appended
    }

    /// Up to `entries_max` entries after `after`, where they are among the latest.
    pub(super) fn find(&self, after: Position, entries_max: usize) -> Found {
        let latest = self.latest();
        if after < latest.start {
            return Found::Removed { start: latest.start };
        }
        let end = *self.end.borrow();
        if end <= after {
            return Found::Latest(Vec::new());
        }
        let first = latest.records.front().map_or(u64::MAX, |record| record.offset);
        // Whether an earlier record holds more after `after` is known only at the lane's start.
        let at_start =
            after.offset == latest.start.offset && after.offset.saturating_add(1) == first;
        if after.offset < first && !at_start {
            return Found::Older;
        }
        let from = usize::try_from(after.offset.saturating_sub(first)).unwrap_or(usize::MAX);
        let entries = latest
            .records
            .iter()
            .skip(from)
            .flat_map(|record| record.after(after).collect::<Vec<_>>())
            .take(entries_max)
            .collect();
        Found::Latest(entries)
    }

    /// The end of the last record, of the latest, that lies whole at or before `through`.
    pub(super) fn whole_through(&self, through: Position) -> Position {
        let latest = self.latest();
        let whole =
            latest.records.iter().map(|record| record.last()).take_while(|it| *it <= through);
        whole.last().unwrap_or(latest.start)
    }

    /// Forgets records at and before `through`, the end of a record.
    pub(super) fn remove_through(&self, through: Position) {
        let mut latest = self.latest();
        latest.start = latest.start.max(through);
        while latest.records.front().is_some_and(|record| record.last() <= through) {
            if let Some(oldest) = latest.records.pop_front() {
                latest.weight = latest.weight.saturating_sub(oldest.weight());
            }
        }
    }
}

/// All lanes of a journal; made when first asked for.
#[derive(Debug, Default)]
pub(super) struct Lanes(Mutex<BTreeMap<(Topic, Partition), Arc<Lane>>>);

impl Lanes {
    /// The lane of a topic's partition, made by `make` where it is new.
    pub(super) fn get(
        &self,
        topic: Topic,
        partition: Partition,
        make: impl FnOnce() -> Lane,
    ) -> Arc<Lane> {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(lanes.entry((topic, partition)).or_insert_with(|| Arc::new(make())))
    }
}
