//! What one partition says for others: a case on its way 移交 becomes an entry of the other's
//! journal, its receipt an entry of the first's, and approved rules an entry of each.
//!
//! **Invariant, told at least once, arrived once.** The cursor moves only when the entries are
//! durable there; an arrival keeps one name for ever, and the core opens one case for it; rules
//! are adopted once by their version.

use std::collections::BTreeSet;

use std::time::Duration;

use crate::domain::{Change, Entry, Partition};
use crate::journal::{Journal, Topic};
use crate::shutdown::Stop;
use crate::wire::{change_v1, entry_v1};

use super::batch::{BatchError, take_ranges};
use super::cursor::Cursor;

/// Between two tries where the other partition's journal does not answer.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// The next entries for other partitions, and where the cursor stands once they are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crossings {
    /// Where each goes, in order.
    pub entries: Vec<(Partition, Entry)>,
    /// The cursor after them.
    pub after: Cursor,
}

/// The next batch of `partition` after `cursor`, where the city has `all` these; none where nothing
/// more was published. Of a range that has nothing for others no more than its head is read.
///
/// # Errors
/// Where the journal is broken, or a range cannot be read.
pub fn next_crossings(
    journal: &dyn Journal,
    (partition, all): (Partition, &BTreeSet<Partition>),
    cursor: Cursor,
) -> Result<Option<Crossings>, BatchError> {
    let mut entries = Vec::new();
    let after = take_ranges(journal, partition, cursor, |at, head, bytes| {
        if head.elsewhere {
            let changes = change_v1::decode(bytes)?.changes.into_iter();
            let new = changes.filter(|placed| at < placed.position);
            entries.extend(new.flat_map(|placed| entries_of(placed.change, all)));
        }
        Ok(())
    })?;
    Ok(after.map(|after| Crossings { entries, after }))
}

/// What other partitions are told by a change, and which.
#[expect(clippy::wildcard_enum_match_arm, reason = "all else stays where it is")]
fn entries_of(change: Change, all: &BTreeSet<Partition>) -> Vec<(Partition, Entry)> {
    match change {
        Change::CaseDeparted { to, arrival } => vec![(to, Entry::Arrival(arrival))],
        Change::CaseArrived { from, became } => {
            vec![(from.partition, Entry::Receipt { case: from, became })]
        }
        Change::PlaybookApproved { playbook, .. } => {
            let adopt = |to: &Partition| (*to, Entry::Adopt(Box::new((*playbook).clone())));
            all.iter().map(adopt).collect()
        }
        _ => Vec::new(),
    }
}

/// Appends the entries, each where it goes, until all are durable. Says whether they are; not where
/// it was asked to stop before.
///
/// # Errors
/// Where a journal is broken.
pub(super) async fn carry(
    journal: &dyn Journal,
    entries: &[(Partition, Entry)],
    stop: &mut Stop,
) -> Result<bool, BatchError> {
    for (to, entry) in entries {
        while !append(journal, *to, entry).await? {
            if stop.rest(AGAIN_AFTER).await {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Whether the entry is durable; not where the journal does not answer for now.
async fn append(journal: &dyn Journal, to: Partition, entry: &Entry) -> Result<bool, BatchError> {
    let bytes = entry_v1::encode(entry)?;
    match journal.append(Topic::Journal, to, vec![bytes]).durable().await {
        Ok(_) => Ok(true),
        Err(error) if error.passes() => {
            tracing::warn!(%to, %error, "what is for another partition is not there yet");
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}
