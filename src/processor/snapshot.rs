//! Taking snapshots by a second fold, beside the live one (`docs/decisions/0005`).

use crate::domain::{Partition, Position, Timestamp};
use crate::journal::{Journal, SnapshotHead, Snapshots, Topic, remove_older};
use crate::situation::CORE;
use crate::wire::snapshot_v1::{self, Snapshot};

use super::restore::{needed_after, restore};
use super::speaker::{ProcessorError, Speaker};

/// A snapshot that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// The last entry folded into it.
    pub position: Position,
    /// The last entry of the changes that no kept snapshot needs.
    pub needed_after: Position,
}

/// Folds `partition` to the end of its `changes`, holding each published digest against the fold,
/// and writes what it got. Keeps the `kept` newest, and removes from the journal what is older than
/// `before` and lies behind the oldest of them.
///
/// # Errors
/// As [`restore`]; a disagreement here is as loud as there.
pub fn take_snapshot(
    journal: &dyn Journal,
    snapshots: &Snapshots,
    partition: Partition,
    (kept, before): (usize, Timestamp),
) -> Result<Taken, ProcessorError> {
    let restored = restore(journal, Some(snapshots), partition)?;
    let position = restored.situation().position();
    if restored.began_at < position {
        let (situation, changes_through) = (restored.fold.situation, restored.changes_through);
        write(journal, snapshots, &Snapshot { changes_through, situation })?;
    }
    let head = SnapshotHead { epoch: journal.epoch(), core: CORE, partition, position };
    if let Some(oldest) = snapshots.prune(&head, kept)? {
        remove_older(journal, (Topic::Journal, partition), (before, oldest))?;
    }
    Ok(Taken { position, needed_after: needed_after(journal, Some(snapshots), partition)? })
}

/// Writes the situation at the entry from which another core decides, for the build of that core to
/// begin from; this one goes no further. Says whether `changes` covers that entry yet: before, no
/// snapshot may be used, and none is written.
///
/// # Errors
/// Where the snapshot cannot be written.
pub fn hand_over(
    journal: &dyn Journal,
    snapshots: &Snapshots,
    speaker: &mut Speaker,
) -> Result<bool, ProcessorError> {
    if !speaker.has_heard_all(journal)? || speaker.covered() < speaker.situation().position() {
        return Ok(false);
    }
    let (situation, changes_through) = (speaker.situation().clone(), speaker.heard_through());
    write(journal, snapshots, &Snapshot { changes_through, situation })?;
    Ok(true)
}

/// Writes what `speaker` has just restored: every digest on its way agreed, as with any snapshot.
/// So a server that dies again and again does not begin further back each time.
///
/// # Errors
/// Where the snapshot cannot be written.
pub fn keep_restored(
    journal: &dyn Journal,
    snapshots: &Snapshots,
    speaker: &Speaker,
) -> Result<(), ProcessorError> {
    let situation = speaker.situation();
    if !situation.is_ours() {
        return Ok(());
    }
    let changes_through = speaker.restored_through();
    write(journal, snapshots, &Snapshot { situation: situation.clone(), changes_through })
}

fn write(
    journal: &dyn Journal,
    snapshots: &Snapshots,
    snapshot: &Snapshot,
) -> Result<(), ProcessorError> {
    let situation = &snapshot.situation;
    let (partition, position) = (situation.partition(), situation.position());
    // The core that goes on from here, which is another one where this is handed over.
    let core = situation.core();
    let head = SnapshotHead { epoch: journal.epoch(), core, partition, position };
    Ok(snapshots.put(&head, &snapshot_v1::encode(snapshot)?)?)
}
