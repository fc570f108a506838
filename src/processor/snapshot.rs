//! Taking snapshots by a second fold, beside the live one (`docs/decisions/0005`).

use crate::domain::{Partition, Position, Timestamp};
use crate::journal::{Journal, SnapshotHead, Snapshots, Topic};
use crate::situation::CORE;
use crate::wire::snapshot_v1::{self, Snapshot};

use super::restore::restore;
use super::speaker::{ProcessorError, Speaker};

/// Entries one step of retention looks at.
const RETENTION_PAGE: usize = 4_096;

/// Folds `partition` to the end of its `changes`, holding each published digest against the fold,
/// and writes what it got. Keeps the `kept` newest, and removes from the journal what is older than
/// `before` and lies behind the oldest of them. Returns the snapshot's position.
///
/// # Errors
/// As [`restore`]; a disagreement here is as loud as there.
pub fn take_snapshot(
    journal: &dyn Journal,
    snapshots: &Snapshots,
    partition: Partition,
    (kept, before): (usize, Timestamp),
) -> Result<Position, ProcessorError> {
    let restored = restore(journal, Some(snapshots), partition)?;
    let position = restored.situation().position();
    if restored.began_at < position {
        let (situation, changes_through) = (restored.fold.situation, restored.changes_through);
        write(journal, snapshots, &Snapshot { situation, changes_through })?;
    }
    let head = SnapshotHead { epoch: journal.epoch(), core: CORE, partition, position };
    if let Some(oldest) = snapshots.prune(&head, kept)? {
        retain(journal, partition, (oldest, before))?;
    }
    Ok(position)
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
    let head = SnapshotHead { epoch: journal.epoch(), core: CORE, partition, position };
    Ok(snapshots.put(&head, &snapshot_v1::encode(snapshot)?)?)
}

/// Removes entries that are older than `before`, never past `oldest`.
fn retain(
    journal: &dyn Journal,
    partition: Partition,
    (oldest, before): (Position, Timestamp),
) -> Result<(), ProcessorError> {
    let start = journal.start(Topic::Journal, partition);
    let mut through = start;
    loop {
        let page = journal.read(Topic::Journal, partition, through, RETENTION_PAGE)?;
        let old = page.iter().take_while(|stored| stored.at < before && stored.position <= oldest);
        let Some(last) = old.last() else { break };
        through = last.position;
    }
    if start < through {
        journal.remove_through(Topic::Journal, partition, through)?;
    }
    Ok(())
}
