//! Orders from changes, by the reader's rule: a plain step. Those of canaries do not leave.

use crate::domain::{Order, Partition, Purpose};
use crate::journal::Journal;
use crate::wire::change_v1;

use super::batch::{BatchError, take_ranges};
use super::cursor::Cursor;

/// The next orders, and where the cursor stands once all of them are delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The orders, in order.
    pub orders: Vec<Order>,
    /// The cursor after them.
    pub after: Cursor,
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
    let mut orders = Vec::new();
    let after = take_ranges(journal, partition, cursor, |at, _, bytes| {
        let leaves = |order: &Order| at < order.id.position && order.purpose != Purpose::Canary;
        orders.extend(change_v1::decode(bytes)?.orders.into_iter().filter(leaves));
        Ok(())
    })?;
    Ok(after.map(|after| Batch { orders, after }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ChangeRange, Digest, OrderId, OrderTo, OrderWhat, Position, Timestamp};
    use crate::journal::{MemoryJournal, Topic};
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
            elsewhere: false,
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
