//! What leaves, from changes, by the reader's rule: a plain step. Orders of canaries do not leave.

use crate::domain::{Change, Entry, Order, Partition, Placed, Purpose};
use crate::journal::{Journal, JournalError, Topic};
use crate::wire::{WireError, change_v1};

use super::cursor::Cursor;

/// Ranges one batch takes at most.
const RANGES_MAX: usize = 256;

/// What leaves next, and where the cursor stands once all of it is delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The orders, in order.
    pub orders: Vec<Order>,
    /// What other partitions are told, in order.
    pub letters: Vec<Letter>,
    /// The cursor after them.
    pub after: Cursor,
}

/// What one partition tells another 移交: a case that comes, or that it has come.
///
/// It may be told again: an arrival keeps its name for ever and opens one case; a receipt that
/// nobody waits for says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Whose journal takes it.
    pub to: Partition,
    /// What it takes.
    pub entry: Entry,
}

impl Letter {
    /// The letter a change is sent by, where it is for another partition.
    fn of(placed: Placed) -> Option<Self> {
        match placed.change {
            Change::CaseDeparted { to, arrival } => {
                Some(Self { to, entry: Entry::Arrival(arrival) })
            }
            Change::CaseArrived { from, became } => {
                Some(Self { to: from.partition, entry: Entry::Receipt { case: from, became } })
            }
            _ => None,
        }
    }
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
    let mut batch = Batch { orders: Vec::new(), letters: Vec::new(), after: cursor };
    batch.after.changes = last.position;
    for stored in &page {
        let range = change_v1::decode(&stored.bytes)?;
        let at = batch.after.journal;
        if range.from <= at && at < range.to {
            let leaves = |order: &Order| at < order.id.position && order.purpose != Purpose::Canary;
            batch.orders.extend(range.orders.into_iter().filter(leaves));
            let new = range.changes.into_iter().filter(|placed| at < placed.position);
            batch.letters.extend(new.filter_map(Letter::of));
            batch.after.journal = range.to;
        }
    }
    Ok(Some(batch))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ChangeRange, Digest, OrderId, OrderTo, OrderWhat, Position, Timestamp};
    use crate::journal::MemoryJournal;
    use crate::telemetry::Clock;

    #[test]
    fn no_order_of_a_canary_leaves() {
        let journal = MemoryJournal::new(Clock::manual(Timestamp(0)));
        let (partition, to) = (Partition(1), Position::new(1, 0));
        let order = |index, purpose| Order {
            id: OrderId { partition, position: to, index },
            case: "1-1".parse().unwrap(),
            to: OrderTo::Unit(crate::domain::UnitId(7)),
            what: OrderWhat::Respond,
            purpose,
        };
        let orders = [Purpose::Canary, Purpose::Real, Purpose::Drill];
        let range = ChangeRange {
            partition,
            epoch: journal.epoch(),
            from: Position::START,
            to,
            at: Timestamp(0),
            speaker: 1,
            core: 1,
            digest: Digest::default(),
            changes: Vec::new(),
            orders: (0..).zip(orders).map(|(index, purpose)| order(index, purpose)).collect(),
        };
        let bytes = change_v1::encode(&range).unwrap();
        drop(journal.append(Topic::Changes, partition, vec![bytes]));
        let batch = next_batch(&journal, partition, Cursor::default()).unwrap().unwrap();
        let left: Vec<Purpose> = batch.orders.iter().map(|order| order.purpose).collect();
        assert_eq!((left, batch.after.journal), (vec![Purpose::Real, Purpose::Drill], to));
    }
}
