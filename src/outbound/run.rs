//! The role: one road a partition, so that no partition waits for another's receiver.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::Partition;
use crate::journal::{Journal, Needs, Topic};
use crate::shutdown::Stop;
use crate::telemetry::Stopwatch;
use crate::wire::entry_v1;

use super::cursor::{Cursor, CursorError, Cursors};
use super::orders::{Batch, BatchError, Letter, next_batch};
use super::webhook::Webhook;

/// As whom it reads the changes.
const READER: &str = "outbound";
/// How often a cursor is kept while nothing is delivered.
const KEEP_EVERY: Duration = Duration::from_secs(5);
/// Between two tries where the journal does not answer.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Why outbound cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    /// The changes cannot be read.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// The cursor cannot be kept: going on would repeat without end.
    #[error(transparent)]
    Cursor(#[from] CursorError),
}

/// What outbound works with.
#[derive(Debug, Clone)]
pub struct OutboundParts {
    /// The journal whose changes it reads.
    pub journal: Arc<dyn Journal>,
    /// Where it stands.
    pub cursors: Cursors,
    /// What it tells of how far it is done with the changes.
    pub needs: Needs,
    /// Where orders go; none keeps them in the changes.
    pub webhook: Option<Webhook>,
}

/// Delivers what leaves one partition until asked to stop: its orders, and to other partitions what
/// they are told. Where the journal does not answer for a
/// while, goes on where it stood.
///
/// # Errors
/// Where the journal or the cursor is broken.
pub async fn run(
    parts: OutboundParts,
    partition: Partition,
    mut stop: Stop,
) -> Result<(), OutboundError> {
    loop {
        match deliver_all(&parts, partition, &mut stop).await {
            Err(OutboundError::Batch(BatchError::Journal(error))) if error.passes() => {
                tracing::warn!(%partition, %error, "no orders can be read for now");
                tokio::time::sleep(AGAIN_AFTER).await;
            }
            ended => return ended,
        }
    }
}

async fn deliver_all(
    parts: &OutboundParts,
    partition: Partition,
    stop: &mut Stop,
) -> Result<(), OutboundError> {
    let mut end = parts.journal.end(Topic::Changes, partition);
    let mut cursor = parts.cursors.read(partition, parts.journal.epoch())?;
    parts.needs.done(READER, partition, cursor.changes);
    let mut kept = Stopwatch::start();
    while !stop.is_asked() {
        end.mark_unchanged();
        if let Some(batch) = next_batch(&*parts.journal, partition, cursor)? {
            if !deliver(parts, &batch, stop).await? {
                break;
            }
            cursor = batch.after;
            if !(batch.orders.is_empty() && batch.letters.is_empty())
                || KEEP_EVERY <= kept.elapsed()
            {
                parts.cursors.keep(partition, cursor)?;
                parts.needs.done(READER, partition, cursor.changes);
                kept = Stopwatch::start();
            }
            continue;
        }
        tokio::select! {
            changed = end.changed() => if changed.is_err() { break },
            () = stop.asked() => break,
        }
    }
    parts.cursors.keep(partition, cursor)?;
    Ok(())
}

/// Delivers what was published so far, then returns how many orders that was.
///
/// # Errors
/// As [`run`].
pub async fn run_until_end(
    parts: OutboundParts,
    partition: Partition,
    mut stop: Stop,
) -> Result<u64, OutboundError> {
    let mut cursor: Cursor = parts.cursors.read(partition, parts.journal.epoch())?;
    let mut delivered = 0;
    while let Some(batch) = next_batch(&*parts.journal, partition, cursor)? {
        if !deliver(&parts, &batch, &mut stop).await? {
            break;
        }
        delivered += u64::try_from(batch.orders.len()).unwrap_or(0);
        cursor = batch.after;
        parts.cursors.keep(partition, cursor)?;
    }
    Ok(delivered)
}

/// Delivers a batch in order. Says whether all of it was; not where it was asked to stop.
async fn deliver(
    parts: &OutboundParts,
    batch: &Batch,
    stop: &mut Stop,
) -> Result<bool, OutboundError> {
    for letter in &batch.letters {
        carry(&*parts.journal, letter).await?;
    }
    let Some(webhook) = &parts.webhook else { return Ok(true) };
    for order in &batch.orders {
        if !webhook.deliver(order, stop).await {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Has the other partition's journal take a letter.
async fn carry(journal: &dyn Journal, letter: &Letter) -> Result<(), BatchError> {
    let bytes = entry_v1::encode(&letter.entry)?;
    journal.append(Topic::Journal, letter.to, vec![bytes]).durable().await?;
    Ok(())
}
