//! When snapshots are taken: one at a time, beside the live folds.

use std::sync::Arc;
use std::thread::JoinHandle;

use crate::background;
use crate::domain::Partition;
use crate::domain::time::HOUR_MS;

use super::lanes::Lanes;
use super::run::ProcessorParts;
use super::snapshot::{Taken, take_snapshot};
use super::speaker::ProcessorError;

/// As whom the processor reads the changes.
pub(super) const READER: &str = "processor";

/// A snapshot being taken.
#[derive(Debug)]
pub(super) struct Taking {
    partition: Partition,
    thread: JoinHandle<Result<Taken, ProcessorError>>,
}

/// Starts a snapshot where one is due and none is being taken; notes what became of the last.
pub(super) fn look_after(
    parts: &ProcessorParts,
    lanes: &mut Lanes<'_>,
    taking: Option<Taking>,
) -> Option<Taking> {
    match taking {
        Some(taking) if !taking.thread.is_finished() => Some(taking),
        Some(taking) => {
            note(parts, lanes, taking);
            None
        }
        None => start(parts, lanes.due_for_snapshot()?),
    }
}

fn start(parts: &ProcessorParts, partition: Partition) -> Option<Taking> {
    let snapshots = Arc::clone(parts.snapshots.as_ref()?);
    let journal = Arc::clone(&parts.journal);
    let kept_ms = i64::from(parts.retention_hours).saturating_mul(HOUR_MS);
    let keep = (parts.config.snapshots_kept, parts.clock.now().plus_ms(-kept_ms));
    let work = move || take_snapshot(&*journal, &snapshots, partition, keep);
    match background::run("snapshot", work) {
        Ok(thread) => Some(Taking { partition, thread }),
        Err(error) => {
            tracing::warn!(%partition, %error, "no thread for a snapshot");
            None
        }
    }
}

fn note(parts: &ProcessorParts, lanes: &mut Lanes<'_>, taking: Taking) {
    let partition = taking.partition;
    match taking.thread.join() {
        Ok(Ok(Taken { position, needed_after })) => {
            parts.needs.done(READER, partition, needed_after);
            tracing::info!(%partition, %position, "a snapshot is taken");
        }
        Ok(Err(error @ ProcessorError::Disagreement { .. })) => lanes.mute(partition, &error),
        Ok(Err(error)) => tracing::warn!(%partition, %error, "a snapshot could not be taken"),
        Err(_) => tracing::error!(%partition, "taking a snapshot panicked"),
    }
}
