//! One topic's partition in memory: its ends, its watchers, and its latest records.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::watch;

use crate::domain::{Partition, Position, Timestamp};

use super::record::Record;
use super::traits::{Appended, Stored, Topic};

/// How many times what a lane keeps otherwise it keeps of what a reader has not come to yet.
const AWAITED_TIMES: usize = 4;

/// What a lane knows without asking storage.
#[derive(Debug)]
pub(super) struct Lane {
    end: watch::Sender<Position>,
    latest: Mutex<Latest>,
}

/// **Invariant.** Every durable entry after `base` is among `records`, and
/// `start ≤ base ≤ end`.
#[derive(Debug)]
struct Latest {
    /// The newest records, oldest first, without gaps.
    records: VecDeque<Arc<Record>>,
    weight: usize,
    weight_max: usize,
    /// Through where the foremost reader has read; none while nobody has.
    read: Option<Position>,
    /// Before the first entry that is kept anywhere.
    start: Position,
    /// Before the first entry that is kept here.
    base: Position,
    end: Position,
    last_at: Timestamp,
}

/// Where a read finds what it asks for.
pub(super) enum Found {
    /// Here.
    Latest(Vec<Stored>),
    /// Older than what is kept here: ask storage.
    Older {
        /// The end, when it was asked.
        end: Position,
    },
    /// Before the first entry that is kept at all.
    Removed {
        /// The position before the first kept entry.
        start: Position,
    },
}

impl Lane {
    /// A lane from `start` to `end`, whose last record is of `at`; it keeps at most `weight_max`
    /// bytes of records, and four times as many where a reader has not come to them yet.
    pub(super) fn new(
        (start, end): (Position, Position),
        at: Timestamp,
        weight_max: usize,
    ) -> Self {
        let (records, weight, base, read, last_at) = (VecDeque::new(), 0, end, None, at);
        let latest = Latest { records, weight, weight_max, read, start, base, end, last_at };
        Self { end: watch::Sender::new(end), latest: Mutex::new(latest) }
    }

    fn latest(&self) -> MutexGuard<'_, Latest> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The end, to read or to watch.
    pub(super) fn watch(&self) -> watch::Receiver<Position> {
        self.end.subscribe()
    }

    /// The position before the first kept entry, and that of the last one.
    pub(super) fn ends(&self) -> (Position, Position) {
        let latest = self.latest();
        (latest.start, latest.end)
    }

    /// The record that `entries` make, were they appended next at `now`. Time never falls.
    pub(super) fn next_record(&self, now: Timestamp, entries: Vec<Bytes>) -> Record {
        let latest = self.latest();
        let offset = latest.end.offset.saturating_add(1);
        Record { offset, at: now.max(latest.last_at), entries }
    }

    /// Shows a record that is now durable, and wakes whoever waits for it.
    pub(super) fn show(&self, record: Record) -> Appended {
        let appended = Appended { first: Position::new(record.offset, 0), at: record.at };
        let end = record.last();
        let mut latest = self.latest();
        latest.last_at = record.at;
        latest.end = end;
        latest.weight = latest.weight.saturating_add(record.weight());
        latest.records.push_back(Arc::new(record));
        latest.forget_surplus();
        // A reader may ask with the watched end in its hand: never hold both.
        drop(latest);
        self.end.send_replace(end);
        appended
    }

    /// Up to `entries_max` entries after `after`, where they are among the latest.
    pub(super) fn find(&self, after: Position, entries_max: usize) -> Found {
        let mut latest = self.latest();
        latest.read = latest.read.max(Some(after));
        if after < latest.start {
            return Found::Removed { start: latest.start };
        }
        if after < latest.base {
            return Found::Older { end: latest.end };
        }
        let (records, entries) = latest.holding(after, entries_max);
        // Who has caught up needs no more than others do.
        latest.forget_surplus();
        drop(latest);
        let mut found = Vec::with_capacity(entries.min(entries_max));
        found.extend(records.iter().flat_map(|record| record.after(after)).take(entries_max));
        Found::Latest(found)
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
        latest.base = latest.base.max(through);
        while latest.records.front().is_some_and(|record| record.last() <= through) {
            latest.forget_oldest();
        }
    }
}

impl Latest {
    /// Whether the oldest record has to go. While somebody reads here and has not come to it yet,
    /// it stays within limits: else storage would bring it anew to who falls behind a little.
    fn has_too_much(&self) -> bool {
        let Some(oldest) = self.records.front() else { return false };
        let is_awaited = self.read.is_some_and(|read| self.base <= read && read < oldest.last());
        let times = if is_awaited { AWAITED_TIMES } else { 1 };
        self.weight_max.saturating_mul(times) < self.weight && 1 < self.records.len()
    }

    fn forget_surplus(&mut self) {
        while self.has_too_much() {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some(oldest) = self.records.pop_front() {
            self.weight = self.weight.saturating_sub(oldest.weight());
            self.base = self.base.max(oldest.last());
        }
    }

    /// The records that hold the first `entries_max` entries after `after`, and how many they hold.
    fn holding(&self, after: Position, entries_max: usize) -> (Vec<Arc<Record>>, usize) {
        let first = self.records.front().map_or(0, |record| record.offset);
        let from = usize::try_from(after.offset.saturating_sub(first)).unwrap_or(usize::MAX);
        let mut entries = 0_usize;
        let mut records = Vec::new();
        for record in self.records.iter().skip(from) {
            if entries_max <= entries {
                break;
            }
            entries = entries.saturating_add(record.after(after).len());
            records.push(Arc::clone(record));
        }
        (records, entries)
    }
}

/// All lanes of a journal; made when first asked for.
#[derive(Debug)]
pub(super) struct Lanes {
    lanes: Mutex<BTreeMap<(Topic, Partition), Arc<Lane>>>,
    weight_max: fn(Topic) -> usize,
}

impl Lanes {
    /// None yet; each will keep at most `weight_max` bytes of records of its topic.
    pub(super) fn new(weight_max: fn(Topic) -> usize) -> Self {
        Self { lanes: Mutex::default(), weight_max }
    }

    /// The lane of a topic's partition; an empty one where it is new.
    pub(super) fn get(&self, topic: Topic, partition: Partition) -> Arc<Lane> {
        self.begin((topic, partition), (Position::START, Position::START), Timestamp::MIN)
    }

    /// The lane of a topic's partition, from what storage knows of it where it is new.
    pub(super) fn begin(
        &self,
        (topic, partition): (Topic, Partition),
        ends: (Position, Position),
        at: Timestamp,
    ) -> Arc<Lane> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let lane = lanes
            .entry((topic, partition))
            .or_insert_with(|| Arc::new(Lane::new(ends, at, (self.weight_max)(topic))));
        Arc::clone(lane)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(offset: u64, index: u32) -> Position {
        Position::new(offset, index)
    }

    /// A lane that was reopened at the end of record 5 and then took 6, 7 and 8, two entries each,
    /// and has room for two records.
    fn lane() -> Lane {
        let one = Record { offset: 0, at: Timestamp(0), entries: vec![Bytes::new(); 2] };
        let lane = Lane::new((at(2, 0), at(5, 1)), Timestamp(9), 2 * one.weight());
        for _ in 0..3 {
            lane.show(lane.next_record(Timestamp(1), vec![Bytes::new(); 2]));
        }
        lane
    }

    fn found(lane: &Lane, after: Position, entries_max: usize) -> String {
        match lane.find(after, entries_max) {
            Found::Latest(entries) => {
                let positions = entries.iter().map(|stored| stored.position.to_string());
                positions.collect::<Vec<_>>().join(" ")
            }
            Found::Older { end } => format!("older, to {end}"),
            Found::Removed { start } => format!("removed to {start}"),
        }
    }

    #[test]
    fn the_latest_are_here_and_the_others_elsewhere() {
        let lane = lane();
        for (after, expected) in [
            (at(1, 9), "removed to 2.0"),
            (at(2, 0), "older, to 8.1"),
            (at(6, 0), "older, to 8.1"),
            (at(6, 1), "7.0 7.1 8.0"),
            (at(6, u32::MAX), "7.0 7.1 8.0"),
            (at(7, 0), "7.1 8.0 8.1"),
            (at(8, 0), "8.1"),
            (at(8, 1), ""),
            (at(99, 0), ""),
        ] {
            assert_eq!(found(&lane, after, 3), expected, "after {after}");
        }
    }

    #[test]
    fn what_a_reader_has_not_come_to_stays_within_limits() {
        let lane = lane();
        let show = |count: usize| {
            for _ in 0..count {
                lane.show(lane.next_record(Timestamp(1), vec![Bytes::new(); 2]));
            }
        };
        assert_eq!(found(&lane, at(7, 1), 1), "8.0");
        show(7);
        assert_eq!(found(&lane, at(6, 1), 1), "older, to 15.1", "what was read goes");
        assert_eq!(found(&lane, at(7, 1), 1), "8.0");
        show(1);
        assert_eq!(found(&lane, at(7, 1), 1), "older, to 16.1");
        show(1);
        assert_eq!(found(&lane, at(15, 0), 1), "older, to 17.1", "nobody reads here any more");
        assert_eq!(found(&lane, at(15, 1), 1), "16.0");
    }

    #[test]
    fn times_and_positions_go_on_from_storage() {
        let record = lane().next_record(Timestamp(1), vec![Bytes::new()]);
        assert_eq!((record.offset, record.at), (9, Timestamp(9)));
    }

    #[test]
    fn removing_moves_the_start_within_and_past_what_is_here() {
        let lane = lane();
        lane.remove_through(at(7, 1));
        assert_eq!(lane.ends(), (at(7, 1), at(8, 1)));
        assert_eq!(found(&lane, at(7, 0), 9), "removed to 7.1");
        assert_eq!(found(&lane, at(7, 1), 9), "8.0 8.1");
        lane.remove_through(at(8, 1));
        assert_eq!(found(&lane, at(8, 1), 9), "");
        assert_eq!(lane.next_record(Timestamp(1), Vec::new()).offset, 9);
    }
}
