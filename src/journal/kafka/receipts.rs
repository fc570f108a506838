//! Receipts that wait until what they speak of is shown.
//!
//! Two threads meet here, in either order: the producer's, which learns that a record is durable,
//! and the tail's, which shows it to readers.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use tokio::sync::oneshot;

use crate::domain::Partition;

use super::super::traits::{Appended, JournalError, Topic};

/// Who waits for an append.
pub(super) type Answer = oneshot::Sender<Result<Appended, JournalError>>;

/// Receipts by lane.
#[derive(Debug, Default)]
pub(super) struct Receipts {
    lanes: Mutex<BTreeMap<(Topic, Partition), Waiting>>,
}

#[derive(Debug, Default)]
struct Waiting {
    /// The last offset that was shown.
    shown: u64,
    /// In the order of their offsets: a producer hears of a partition's records in order.
    receipts: VecDeque<(Appended, Answer)>,
}

impl Receipts {
    /// From here on receipts of `lane` wait until they are shown; those of others do not.
    pub(super) fn follow(&self, lane: (Topic, Partition), shown: u64) {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.entry(lane).or_default().shown = shown;
    }

    /// The record of `offset`, in which all of `receipts` stand, is durable.
    pub(super) fn delivered(
        &self,
        lane: (Topic, Partition),
        offset: u64,
        receipts: impl Iterator<Item = (Appended, Answer)>,
    ) {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        match lanes.get_mut(&lane) {
            Some(waiting) if waiting.shown < offset => waiting.receipts.extend(receipts),
            _ => receipts.for_each(|(appended, answer)| give(answer, appended)),
        }
    }

    /// Readers have been shown everything through `offset`.
    pub(super) fn shown(&self, lane: (Topic, Partition), offset: u64) {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody waits for what is not followed so.
        let Some(waiting) = lanes.get_mut(&lane) else { return };
        waiting.shown = waiting.shown.max(offset);
        while waiting.receipts.front().is_some_and(|(it, _)| it.first.offset <= waiting.shown) {
            if let Some((appended, answer)) = waiting.receipts.pop_front() {
                give(answer, appended);
            }
        }
    }
}

/// Who dropped the receipt does not want it.
fn give(answer: Answer, appended: Appended) {
    drop(answer.send(Ok(appended)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Position, Timestamp};

    const LANE: (Topic, Partition) = (Topic::Journal, Partition(3));

    fn receipt(
        offset: u64,
    ) -> (Appended, Answer, oneshot::Receiver<Result<Appended, JournalError>>) {
        let (answer, receiver) = oneshot::channel();
        let appended = Appended { first: Position::new(offset, 0), at: Timestamp(1) };
        (appended, answer, receiver)
    }

    #[test]
    fn a_receipt_waits_for_what_it_speaks_of_in_either_order() {
        let receipts = Receipts::default();
        receipts.follow(LANE, 4);
        let (five, answer, mut heard_five) = receipt(5);
        receipts.delivered(LANE, 5, [(five, answer)].into_iter());
        let (six, answer, mut heard_six) = receipt(6);
        receipts.delivered(LANE, 6, [(six, answer)].into_iter());
        assert!(heard_five.try_recv().is_err());
        receipts.shown(LANE, 5);
        assert_eq!(heard_five.try_recv().unwrap().unwrap(), five);
        assert!(heard_six.try_recv().is_err());
        receipts.shown(LANE, 9);
        assert_eq!(heard_six.try_recv().unwrap().unwrap(), six);
        let (late, answer, mut heard) = receipt(8);
        receipts.delivered(LANE, 8, [(late, answer)].into_iter());
        assert_eq!(heard.try_recv().unwrap().unwrap(), late);
    }

    #[test]
    fn where_nobody_reads_nothing_waits() {
        let (one, answer, mut heard) = receipt(1);
        Receipts::default().delivered(LANE, 1, [(one, answer)].into_iter());
        assert_eq!(heard.try_recv().unwrap().unwrap(), one);
    }
}
