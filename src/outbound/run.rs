//! The role: one road a partition, so that no partition waits for another's receiver.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use crate::domain::Partition;
use crate::journal::{Journal, Needs, Topic};
use crate::shutdown::Stop;
use crate::telemetry::Stopwatch;

use super::arrivals::{carry, next_crossings};
use super::batch::BatchError;
use super::cursor::{Cursor, CursorError, Cursors};
use super::orders::next_batch;
use super::webhook::Webhook;

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
    /// What of the changes leaves, and for whom.
    pub receiver: Receiver,
}

/// What of the changes leaves, and for whom. Each has a road of its own: a field that does not
/// answer holds up no case on its way.
#[derive(Debug, Clone)]
pub enum Receiver {
    /// Orders, for the field.
    Field(Box<Webhook>),
    /// What one partition says for others: cases on their way, receipts for them, approved rules.
    /// These are all there are.
    Partitions(BTreeSet<Partition>),
}

impl Receiver {
    /// As whom it reads the changes.
    const fn reader(&self) -> &'static str {
        match self {
            Self::Field(_) => "outbound",
            Self::Partitions(_) => "arrivals",
        }
    }
}

/// What became of what was next.
enum Next {
    /// Nothing more was published.
    Nothing,
    /// So much was delivered, and the cursor stands here.
    Delivered(usize, Cursor),
    /// It was asked to stop before all was delivered.
    Stopped,
}

/// Delivers what leaves one partition until asked to stop. Where the journal does not answer for a
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
                tracing::warn!(%partition, %error, "what leaves cannot be read for now");
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
    let reader = parts.receiver.reader();
    let mut end = parts.journal.end(Topic::Changes, partition);
    let mut cursor = parts.cursors.read(partition, parts.journal.epoch())?;
    parts.needs.done(reader, partition, cursor.changes);
    let mut kept = Stopwatch::start();
    while !stop.is_asked() {
        end.mark_unchanged();
        match next(parts, (partition, cursor), stop).await? {
            Next::Stopped => break,
            Next::Delivered(count, after) => {
                cursor = after;
                if 0 < count || KEEP_EVERY <= kept.elapsed() {
                    parts.cursors.keep(partition, cursor)?;
                    parts.needs.done(reader, partition, cursor.changes);
                    kept = Stopwatch::start();
                }
            }
            Next::Nothing => tokio::select! {
                changed = end.changed() => if changed.is_err() { break },
                () = stop.asked() => break,
            },
        }
    }
    parts.cursors.keep(partition, cursor)?;
    Ok(())
}

/// Delivers what was published so far, then returns how many that was.
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
    while let Next::Delivered(count, after) = next(&parts, (partition, cursor), &mut stop).await? {
        delivered += u64::try_from(count).unwrap_or(0);
        cursor = after;
        parts.cursors.keep(partition, cursor)?;
    }
    Ok(delivered)
}

/// Delivers the next batch, in order.
async fn next(
    parts: &OutboundParts,
    (partition, cursor): (Partition, Cursor),
    stop: &mut Stop,
) -> Result<Next, OutboundError> {
    let journal = &*parts.journal;
    let (all, count, after) = match &parts.receiver {
        Receiver::Field(webhook) => {
            let Some(batch) = next_batch(journal, partition, cursor)? else {
                return Ok(Next::Nothing);
            };
            let all = webhook.deliver_all(&batch.orders, stop).await;
            (all, batch.orders.len(), batch.after)
        }
        Receiver::Partitions(all) => {
            let Some(batch) = next_crossings(journal, (partition, all), cursor)? else {
                return Ok(Next::Nothing);
            };
            let all = carry(journal, &batch.entries, stop).await?;
            (all, batch.entries.len(), batch.after)
        }
    };
    Ok(if all { Next::Delivered(count, after) } else { Next::Stopped })
}
