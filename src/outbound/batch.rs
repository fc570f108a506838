//! The reader's rule over the changes: which ranges a road takes next, and why there are none.

use crate::domain::{Partition, Position, RangeHead};
use crate::journal::{Journal, JournalError, Topic};
use crate::wire::{WireError, change_v1};

use super::cursor::Cursor;

/// Ranges one batch takes at most.
const RANGES_MAX: usize = 256;

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

/// Goes through the ranges after `cursor`: `take` is given each that goes on from where the reader
/// stands in the journal, that position, its head and its bytes. Gives the cursor after them; none
/// where nothing more was published.
pub(super) fn take_ranges(
    journal: &dyn Journal,
    partition: Partition,
    mut cursor: Cursor,
    mut take: impl FnMut(Position, &RangeHead, &[u8]) -> Result<(), WireError>,
) -> Result<Option<Cursor>, BatchError> {
    let after = cursor.changes.max(journal.start(Topic::Changes, partition));
    let page = journal.read(Topic::Changes, partition, after, RANGES_MAX)?;
    let Some(last) = page.last() else { return Ok(None) };
    cursor.changes = last.position;
    for stored in &page {
        let head = change_v1::decode_head(&stored.bytes)?;
        let at = cursor.journal;
        if head.from <= at && at < head.to {
            take(at, &head, &stored.bytes)?;
            cursor.journal = head.to;
        }
    }
    Ok(Some(cursor))
}
