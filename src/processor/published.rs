//! What was published so far: ranges read back from `changes`, by the reader's rule.

use crate::domain::limits::READ_ENTRIES_MAX;
use crate::domain::{ChangeRange, Digest, Partition, Position};
use crate::journal::{Journal, Topic};
use crate::wire::change_v1;

use super::speaker::ProcessorError;

/// A published position and the digest there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Checkpoint {
    pub(super) position: Position,
    pub(super) digest: Digest,
}

/// What was published after some position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Published {
    /// The end of each range taken, in order.
    pub(super) checkpoints: Vec<Checkpoint>,
    /// How far the ranges reach.
    pub(super) through: Position,
    /// The last entry of `changes` that was read.
    pub(super) changes_through: Position,
}

/// Reads `changes` from `changes_after` to its end, for a reader that stands at `position`.
pub(super) fn read_published(
    journal: &dyn Journal,
    partition: Partition,
    (position, changes_after): (Position, Position),
) -> Result<Published, ProcessorError> {
    let mut published = Published {
        checkpoints: Vec::new(),
        through: position,
        changes_through: changes_after.max(journal.start(Topic::Changes, partition)),
    };
    loop {
        let page =
            journal.read(Topic::Changes, partition, published.changes_through, READ_ENTRIES_MAX)?;
        let Some(last) = page.last() else { return Ok(published) };
        published.changes_through = last.position;
        for stored in &page {
            published.take(&change_v1::decode(&stored.bytes)?);
        }
    }
}

impl Published {
    /// Takes a range that continues what was taken; a gap means that a range will come again.
    fn take(&mut self, range: &ChangeRange) {
        if range.from <= self.through && self.through < range.to {
            self.through = range.to;
            self.checkpoints.push(Checkpoint { position: range.to, digest: range.digest });
        }
    }
}
