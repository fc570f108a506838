//! Orders from changes, by the reader's rule: a plain step.

use crate::domain::{Order, Partition};
use crate::journal::{Journal, JournalError, Topic};
use crate::wire::{WireError, change_v1};

use super::cursor::Cursor;

/// Ranges one batch takes at most.
const RANGES_MAX: usize = 256;

/// The next orders, and where the cursor stands once all of them are delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The orders, in order.
    pub orders: Vec<Order>,
    /// The cursor after them.
    pub after: Cursor,
}

/// Why there is no batch.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// The journal is broken.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A range cannot be read.
    #[error(transparent)]
    Wire(#[from] WireError),
}

/// The next batch after `cursor`; none where nothing more was published.
///
/// # Errors
/// Where the journal is broken.
pub fn next_batch(
    journal: &dyn Journal,
    partition: Partition,
    cursor: Cursor,
) -> Result<Option<Batch>, BatchError> {
    let after = cursor.changes.max(journal.start(Topic::Changes, partition));
    let page = journal.read(Topic::Changes, partition, after, RANGES_MAX)?;
    let Some(last) = page.last() else { return Ok(None) };
    let mut batch = Batch { orders: Vec::new(), after: cursor };
    batch.after.changes = last.position;
    for stored in &page {
        let range = change_v1::decode(&stored.bytes)?;
        let at = batch.after.journal;
        if range.from <= at && at < range.to {
            batch.orders.extend(range.orders.into_iter().filter(|order| at < order.id.position));
            batch.after.journal = range.to;
        }
    }
    Ok(Some(batch))
}
