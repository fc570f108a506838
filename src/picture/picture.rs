//! The picture of the whole city: each partition's rows, and how far each is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{Change, ChangeRange, Digest, Epoch, Partition, Position, Timestamp};

use super::rows::Rows;

/// What became of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folded {
    /// It was taken, wholly or from the picture's position on.
    Taken,
    /// All of it had been seen.
    Seen,
    /// It begins after the picture's position: ignored, it will come again.
    Gap,
    /// It belongs to another incarnation of the journal: the picture must begin anew.
    OtherEpoch,
}

/// How far one partition's picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Reached {
    epoch: Epoch,
    position: Position,
    at: Timestamp,
    digest: Digest,
}

/// What a watcher knows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Picture {
    rows: BTreeMap<Partition, Rows>,
    reached: BTreeMap<Partition, Reached>,
    /// Whether it is kept without figures.
    #[serde(skip)]
    figureless: bool,
}

impl Picture {
    /// A picture that keeps no figures: for who asks for none.
    #[must_use]
    pub fn without_figures() -> Self {
        Self::default().leaving_figures_out()
    }

    /// The picture, which keeps no figures from now on.
    #[must_use]
    pub fn leaving_figures_out(self) -> Self {
        Self { figureless: true, ..self }
    }

    /// Folds one range.
    pub fn fold(&mut self, range: &ChangeRange) -> Folded {
        let reached = self
            .reached
            .entry(range.partition)
            .or_insert_with(|| Reached { epoch: range.epoch, ..Reached::default() });
        if reached.epoch != range.epoch {
            return Folded::OtherEpoch;
        }
        let begins = reached.position == Position::START && says_all_again(range);
        if reached.position < range.from && !begins {
            return Folded::Gap;
        }
        if range.to <= reached.position {
            return Folded::Seen;
        }
        let rows = self.rows.entry(range.partition).or_default();
        rows.figures.leave_out(self.figureless);
        for placed in range.changes.iter().filter(|placed| reached.position < placed.position) {
            rows.store(placed);
        }
        rows.pass(range.at);
        *reached =
            Reached { epoch: range.epoch, position: range.to, at: range.at, digest: range.digest };
        Folded::Taken
    }

    /// A partition's rows; none where nothing of it was seen.
    #[must_use]
    pub fn rows(&self, partition: Partition) -> Option<&Rows> {
        self.rows.get(&partition)
    }

    /// All rows, by partition.
    pub fn all_rows(&self) -> impl Iterator<Item = (Partition, &Rows)> {
        self.rows.iter().map(|(partition, rows)| (*partition, rows))
    }

    /// How far a partition is.
    #[must_use]
    pub fn position(&self, partition: Partition) -> Position {
        self.reached.get(&partition).map_or(Position::START, |reached| reached.position)
    }

    /// The journal's time there.
    #[must_use]
    pub fn at(&self, partition: Partition) -> Timestamp {
        self.reached.get(&partition).map_or(Timestamp::MIN, |reached| reached.at)
    }

    /// The digest published there.
    #[must_use]
    pub fn digest(&self, partition: Partition) -> Digest {
        self.reached.get(&partition).map_or_else(Digest::default, |reached| reached.digest)
    }
}

/// Whether all rows are in it: a watcher that begins here misses none.
fn says_all_again(range: &ChangeRange) -> bool {
    range.changes.iter().any(|placed| placed.change == Change::Restated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Change, Placed};

    fn range(from: u64, to: u64) -> ChangeRange {
        let (from, to) = (Position::new(from, 0), Position::new(to, 0));
        let changes = (from.offset.saturating_add(1)..=to.offset)
            .map(|offset| Placed {
                position: Position::new(offset, 0),
                at: Timestamp(0),
                index: 0,
                change: Change::CoreSet { core: u32::try_from(offset).unwrap() },
            })
            .collect();
        ChangeRange {
            partition: Partition(1),
            epoch: Epoch(1),
            from,
            to,
            at: Timestamp(0),
            speaker: 1,
            core: 1,
            digest: Digest::default(),
            elsewhere: false,
            changes,
            orders: Vec::new(),
        }
    }

    #[test]
    fn a_range_is_taken_from_the_own_position_on_or_not_at_all() {
        let mut picture = Picture::default();
        assert_eq!(picture.fold(&range(1, 2)), Folded::Gap);
        assert_eq!(picture.fold(&range(0, 3)), Folded::Taken);
        assert_eq!(picture.fold(&range(0, 3)), Folded::Seen);
        assert_eq!(picture.fold(&range(4, 5)), Folded::Gap);
        assert_eq!(picture.fold(&range(2, 6)), Folded::Taken);
        assert_eq!(picture.position(Partition(1)), Position::new(6, 0));
        let other = ChangeRange { epoch: Epoch(2), ..range(6, 7) };
        assert_eq!(picture.fold(&other), Folded::OtherEpoch);
    }

    #[test]
    fn only_a_picture_that_holds_nothing_begins_where_all_rows_are_said_again() {
        let restated = |from, to| {
            let mut range = range(from, to);
            range.changes.first_mut().unwrap().change = Change::Restated;
            range
        };
        let mut empty = Picture::default();
        assert_eq!(empty.fold(&restated(7, 9)), Folded::Taken);
        assert_eq!(empty.position(Partition(1)), Position::new(9, 0));
        assert_eq!(empty.fold(&restated(12, 13)), Folded::Gap);
    }
}
