//! Ranges of changes, decoded once for all who read them in one process.
//!
//! Whoever folds the same range holds the same rows: a second picture of a city costs little.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::{ChangeRange, Partition, Position};
use crate::journal::{Journal, JournalError, Stored, Topic};
use crate::wire::change_v1;

/// What was read last is kept for other readers: so much of a partition, in bytes as stored. Under
/// load, a second or more.
const LATEST_BYTES_MAX: usize = 1_024 * 1_024;

/// A range at its place in the topic of changes.
#[derive(Debug, Clone)]
pub struct PlacedRange {
    /// Its place.
    pub place: Position,
    /// The range; shared with whoever read it too.
    pub range: Arc<ChangeRange>,
}

/// The changes of a journal, as ranges. Cloning shares what was decoded.
#[derive(Debug, Clone)]
pub struct Ranges {
    journal: Arc<dyn Journal>,
    latest: Arc<Mutex<BTreeMap<Partition, Latest>>>,
}

/// What was decoded last of one partition, in order.
#[derive(Debug, Default)]
struct Latest {
    ranges: VecDeque<(PlacedRange, usize)>,
    bytes: usize,
}

impl Ranges {
    /// Those of `journal`.
    #[must_use]
    pub fn of(journal: &Arc<dyn Journal>) -> Self {
        Self { journal: Arc::clone(journal), latest: Arc::default() }
    }

    /// The next ranges of `partition` after `after`, at the most `ranges_max`.
    ///
    /// # Errors
    /// As [`Journal::read`]; [`JournalError::Damaged`] where a range is not what was written.
    pub fn read(
        &self,
        partition: Partition,
        after: Position,
        ranges_max: usize,
    ) -> Result<Vec<PlacedRange>, JournalError> {
        let found = self.journal.read(Topic::Changes, partition, after, ranges_max)?;
        let known = self.known(partition, &found);
        let decoded = found.iter().zip(&known).map(|(stored, known)| match known {
            Some(range) => Ok(Arc::clone(range)),
            None => decode(partition, stored).map(Arc::new),
        });
        let placed = found.iter().zip(decoded).map(|(stored, range)| {
            let place = stored.position;
            Ok(PlacedRange { place, range: range? })
        });
        let placed = placed.collect::<Result<Vec<_>, JournalError>>()?;
        if known.iter().any(Option::is_none) {
            let mut latest = self.latest();
            let latest = latest.entry(partition).or_default();
            for (placed, stored) in placed.iter().zip(&found) {
                latest.take(placed, stored.bytes.len());
            }
        }
        Ok(placed)
    }

    fn known(&self, partition: Partition, found: &[Stored]) -> Vec<Option<Arc<ChangeRange>>> {
        let latest = self.latest();
        let latest = latest.get(&partition);
        found.iter().map(|stored| latest?.find(stored.position)).collect()
    }

    fn latest(&self) -> MutexGuard<'_, BTreeMap<Partition, Latest>> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Latest {
    fn find(&self, place: Position) -> Option<Arc<ChangeRange>> {
        let at = self.ranges.binary_search_by_key(&place, |(placed, _)| placed.place).ok()?;
        self.ranges.get(at).map(|(placed, _)| Arc::clone(&placed.range))
    }

    /// Takes a range that goes on from the last; a reader that is far behind leaves it as it is.
    fn take(&mut self, placed: &PlacedRange, bytes: usize) {
        if self.ranges.back().is_some_and(|(last, _)| placed.place <= last.place) {
            return;
        }
        self.ranges.push_back((placed.clone(), bytes));
        self.bytes = self.bytes.saturating_add(bytes);
        while LATEST_BYTES_MAX < self.bytes && 1 < self.ranges.len() {
            let first = self.ranges.pop_front().map_or(0, |(_, bytes)| bytes);
            self.bytes = self.bytes.saturating_sub(first);
        }
    }
}

fn decode(partition: Partition, stored: &Stored) -> Result<ChangeRange, JournalError> {
    let lane = (Topic::Changes, partition);
    let damaged = |error| JournalError::damaged(lane, stored.position, error);
    change_v1::decode(&stored.bytes).map_err(damaged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Digest, Placed, Timestamp};
    use crate::journal::MemoryJournal;
    use crate::telemetry::Clock;

    const COUNTY: Partition = Partition(1);

    fn begin() -> (Arc<dyn Journal>, Ranges) {
        let journal: Arc<dyn Journal> =
            Arc::new(MemoryJournal::new(Clock::manual(Timestamp(1_000))));
        let ranges = Ranges::of(&journal);
        (journal, ranges)
    }

    /// Appends a range that ends at offset `to` and is told in some 3 bytes for each of `changes`.
    fn append(journal: &Arc<dyn Journal>, to: u64, changes: usize) {
        let to = Position::new(to, 0);
        let placed = Placed {
            position: to,
            at: Timestamp(1_000),
            index: 0,
            change: crate::domain::Change::Restated,
        };
        let range = ChangeRange {
            partition: COUNTY,
            epoch: journal.epoch(),
            from: Position::START,
            to,
            at: Timestamp(1_000),
            speaker: 1,
            core: 1,
            digest: Digest::default(),
            elsewhere: false,
            changes: vec![placed; changes],
            orders: Vec::new(),
        };
        let bytes = change_v1::encode(&range).unwrap();
        drop(journal.append(Topic::Changes, COUNTY, vec![bytes]));
    }

    #[test]
    fn who_reads_the_same_range_holds_the_same_rows() {
        let (journal, ranges) = begin();
        (1..=5).for_each(|to| append(&journal, to, 1));
        let first = ranges.read(COUNTY, Position::START, 3).unwrap();
        let second = ranges.clone().read(COUNTY, Position::START, 9).unwrap();
        let third = ranges.read(COUNTY, first[1].place, 9).unwrap();
        let all = |read: &[PlacedRange]| -> Vec<u64> {
            read.iter().map(|placed| placed.range.to.offset).collect()
        };
        assert_eq!((all(&first), all(&second)), (vec![1, 2, 3], vec![1, 2, 3, 4, 5]));
        let same = |one: &PlacedRange, other: &PlacedRange| {
            one.place == other.place && Arc::ptr_eq(&one.range, &other.range)
        };
        assert!(first.iter().zip(&second).all(|(one, other)| same(one, other)));
        assert!(third.iter().zip(&second[2..]).all(|(one, other)| same(one, other)));
        assert_eq!(third.len(), 3);
    }

    #[test]
    fn what_is_kept_is_bounded_and_who_is_behind_reads_all_the_same() {
        let (journal, ranges) = begin();
        for to in 1..=40 {
            append(&journal, to, 20_000);
        }
        let read = ranges.read(COUNTY, Position::START, 40).unwrap();
        let kept = |ranges: &Ranges| {
            let latest = ranges.latest();
            let latest = &latest[&COUNTY];
            let bytes: usize = latest.ranges.iter().map(|(_, bytes)| bytes).sum();
            assert_eq!(bytes, latest.bytes);
            (latest.ranges.front().unwrap().0.place, latest.ranges.len(), bytes)
        };
        let (first, count, bytes) = kept(&ranges);
        assert!(bytes <= LATEST_BYTES_MAX && 1 < count && count < 40, "{count} of {bytes} bytes");
        let again = ranges.read(COUNTY, Position::START, 40).unwrap();
        assert!(read.iter().zip(&again).all(|(one, other)| one.range == other.range));
        assert_eq!(kept(&ranges), (first, count, bytes));
    }

    #[test]
    fn a_damaged_range_is_named() {
        let (journal, ranges) = begin();
        append(&journal, 1, 1);
        drop(journal.append(Topic::Changes, COUNTY, vec![bytes::Bytes::from_static(b"?")]));
        let error = ranges.read(COUNTY, Position::START, 9).unwrap_err();
        assert!(matches!(error, JournalError::Damaged { position, .. } if position.offset == 2));
        assert_eq!(ranges.read(COUNTY, Position::START, 1).unwrap().len(), 1);
    }
}
