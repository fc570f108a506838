//! Restoring a situation: a snapshot that `changes` covers, then the journal's tail, checked
//! against every digest that was published on the way.

use crate::domain::{Partition, Position};
use crate::journal::{Journal, SnapshotHead, Snapshots, Topic};
use crate::situation::{CORE, Situation};
use crate::wire::snapshot_v1::{self, Snapshot};

use super::fold::Fold;
use super::published::{Published, read_published};
use super::speaker::ProcessorError;

/// A situation at the end of what was published.
#[derive(Debug)]
pub struct Restored {
    pub(super) fold: Fold,
    /// How far `changes` covers: the situation stands there.
    pub published: Position,
    /// The last entry of `changes` that was read.
    pub changes_through: Position,
    /// The snapshot's position it began from; the start where it began from nothing.
    pub began_at: Position,
}

impl Restored {
    /// The situation.
    #[must_use]
    pub fn situation(&self) -> &Situation {
        &self.fold.situation
    }
}

/// Restores `partition` to the end of its `changes`.
///
/// # Errors
/// Where a digest differs from the published one, the log no longer holds what is needed, the core
/// panics, or the journal is broken.
pub fn restore(
    journal: &dyn Journal,
    snapshots: Option<&Snapshots>,
    partition: Partition,
) -> Result<Restored, ProcessorError> {
    let (snapshot, published) = begin(journal, snapshots, partition)?;
    let mut fold = Fold::new(journal, snapshot.situation)?;
    let began_at = fold.situation.position();
    for checkpoint in &published.checkpoints {
        fold.catch_up(journal, checkpoint.position)?;
        let digest = fold.situation.digest();
        if fold.situation.is_ours() && digest != checkpoint.digest {
            return Err(ProcessorError::Disagreement {
                partition,
                position: checkpoint.position,
                published: checkpoint.digest,
                ours: digest,
            });
        }
    }
    Ok(Restored {
        published: published.through,
        changes_through: published.changes_through,
        began_at,
        fold,
    })
}

/// The newest snapshot that `changes` covers, or the empty situation; and what was published after.
fn begin(
    journal: &dyn Journal,
    snapshots: Option<&Snapshots>,
    partition: Partition,
) -> Result<(Snapshot, Published), ProcessorError> {
    if let Some(snapshot) = newest_snapshot(journal, snapshots, partition)? {
        let at = (snapshot.situation.position(), snapshot.changes_through);
        let end = *journal.end(Topic::Changes, partition).borrow();
        if snapshot.changes_through <= end {
            let published = read_published(journal, partition, at)?;
            return Ok((snapshot, published));
        }
        tracing::warn!(%partition, position = %at.0, "a snapshot ahead of the changes is not used");
    }
    let empty = Snapshot { situation: Situation::new(partition), changes_through: Position::START };
    let published = read_published(journal, partition, (Position::START, Position::START))?;
    Ok((empty, published))
}

fn newest_snapshot(
    journal: &dyn Journal,
    snapshots: Option<&Snapshots>,
    partition: Partition,
) -> Result<Option<Snapshot>, ProcessorError> {
    let Some(snapshots) = snapshots else { return Ok(None) };
    let position = *journal.end(Topic::Journal, partition).borrow();
    let mut wanted = SnapshotHead { epoch: journal.epoch(), core: CORE, partition, position };
    while let Some((head, bytes)) = snapshots.newest(&wanted)? {
        match snapshot_v1::decode(&bytes) {
            Ok(snapshot) => return Ok(Some(snapshot)),
            Err(error) => tracing::warn!(%partition, %error, "a snapshot is passed over"),
        }
        wanted.position = head.position.before();
    }
    Ok(None)
}

/// Through which entry of `changes` no kept snapshot needs them: what the oldest was taken behind.
pub(super) fn needed_after(
    journal: &dyn Journal,
    snapshots: Option<&Snapshots>,
    partition: Partition,
) -> Result<Position, ProcessorError> {
    let Some(snapshots) = snapshots else { return Ok(Position::START) };
    let position = *journal.end(Topic::Journal, partition).borrow();
    let wanted = SnapshotHead { epoch: journal.epoch(), core: CORE, partition, position };
    let oldest = snapshots.oldest(&wanted)?;
    let through = oldest.and_then(|(_, bytes)| snapshot_v1::changes_through(&bytes).ok());
    Ok(through.unwrap_or(Position::START))
}
