//! The rows of `situation` as they stand in the topic, read back record by record; and which of
//! them must be written again. A plain step.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::CaseId;
use crate::wire::public::Place;

/// A case's record with the highest place, where it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Newest {
    place: Place,
    offset: u64,
}

/// What must be written again, so that the newest stands last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mend {
    /// The row that lies at this offset.
    Again(u64),
    /// A tombstone: there is no row.
    Gone,
}

/// A record as it was read back.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReadBack {
    pub(super) case: CaseId,
    /// None where it is not of this journal, or says nothing of the kind.
    pub(super) place: Option<Place>,
    pub(super) offset: u64,
    pub(super) is_row: bool,
}

/// The topic as it stands.
#[derive(Debug, Default)]
pub(super) struct Rows {
    newest: BTreeMap<CaseId, Newest>,
    /// The highest place read back.
    reached: Place,
    /// Whether the topic was read to its end once: from there on, one writer's places rise.
    live: bool,
    mends: BTreeMap<CaseId, Mend>,
}

impl Rows {
    /// Takes the next record of the topic.
    pub(super) fn read(&mut self, record: ReadBack) {
        let ReadBack { case, place, offset, is_row } = record;
        let newest = self.newest.get(&case).copied();
        let covered = match (newest, place) {
            (Some(newest), Some(place)) => place < newest.place,
            // What is written again after a tombstone is compacted stands after newer places, so
            // only a topic that is followed tells an old row.
            (None, Some(place)) => self.live && place < self.reached,
            (_, None) => true,
        };
        if covered {
            // A tombstone where there is no row changes nothing.
            match newest {
                Some(Newest { offset, .. }) => self.mends.insert(case, Mend::Again(offset)),
                None if is_row => self.mends.insert(case, Mend::Gone),
                None => None,
            };
            return;
        }
        let place = place.unwrap_or_default();
        self.reached = self.reached.max(place);
        self.mends.remove(&case);
        if is_row {
            self.newest.insert(case, Newest { place, offset });
        } else {
            self.newest.remove(&case);
        }
    }

    /// The topic was read to its end: what comes from here on comes while it is followed.
    pub(super) fn follow(&mut self) {
        self.live = true;
    }

    /// Cases that have a row.
    pub(super) fn shown(&self) -> BTreeSet<CaseId> {
        self.newest.keys().copied().collect()
    }

    /// The highest place read back.
    pub(super) fn reached(&self) -> Place {
        self.reached
    }

    /// What must be written again now.
    pub(super) fn mends(&mut self) -> BTreeMap<CaseId, Mend> {
        std::mem::take(&mut self.mends)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Position;

    fn case(number: u64) -> CaseId {
        format!("1-{number}").parse().unwrap()
    }

    fn read(rows: &mut Rows, number: u64, place: u64, offset: u64) {
        let place = (place != 0).then(|| Place { position: Position::new(place, 0), index: 0 });
        rows.read(ReadBack { case: case(number), place, offset, is_row: true });
    }

    fn gone(rows: &mut Rows, number: u64, place: u64) {
        let place = Some(Place { position: Position::new(place, 0), index: 0 });
        rows.read(ReadBack { case: case(number), place, offset: 0, is_row: false });
    }

    #[test]
    fn an_older_row_after_a_newer_one_is_mended_until_the_newer_one_stands_last() {
        let mut rows = Rows::default();
        read(&mut rows, 1, 5, 0);
        read(&mut rows, 1, 9, 1);
        assert!(rows.mends().is_empty());
        read(&mut rows, 1, 6, 2);
        assert_eq!(rows.mends(), [(case(1), Mend::Again(1))].into());
        read(&mut rows, 1, 6, 3);
        read(&mut rows, 1, 9, 4);
        assert!(rows.mends().is_empty(), "it stands last again");
        read(&mut rows, 1, 7, 5);
        assert_eq!(rows.mends(), [(case(1), Mend::Again(4))].into());
    }

    #[test]
    fn a_row_of_a_case_that_is_gone_goes_again() {
        let mut rows = Rows::default();
        read(&mut rows, 1, 5, 0);
        read(&mut rows, 2, 8, 1);
        gone(&mut rows, 1, 7);
        rows.follow();
        read(&mut rows, 1, 6, 2);
        assert_eq!(rows.mends(), [(case(1), Mend::Gone)].into());
        assert_eq!(rows.shown(), [case(2)].into());
        gone(&mut rows, 1, 3);
        assert!(rows.mends().is_empty(), "a tombstone of nothing is no fault");
        gone(&mut rows, 2, 3);
        assert_eq!(rows.mends(), [(case(2), Mend::Again(1))].into(), "an old tombstone is one");
    }

    #[test]
    fn a_row_that_was_mended_is_good_for_who_begins_later() {
        let mut rows = Rows::default();
        read(&mut rows, 2, 8, 7);
        read(&mut rows, 1, 5, 9);
        rows.follow();
        assert!(rows.mends().is_empty());
        assert_eq!(rows.shown(), [case(1), case(2)].into());
    }

    #[test]
    fn what_a_stranger_wrote_is_never_the_newest() {
        let mut rows = Rows::default();
        read(&mut rows, 1, 5, 0);
        read(&mut rows, 1, 0, 1);
        read(&mut rows, 3, 0, 2);
        assert_eq!(rows.mends(), [(case(1), Mend::Again(0)), (case(3), Mend::Gone)].into());
    }
}
