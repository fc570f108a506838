//! What one entry caused: changes for the watchers, orders for the field.

use std::sync::Arc;

use crate::domain::{
    CaseId, Change, Happened, Order, OrderId, OrderTo, OrderWhat, Partition, Position, Purpose,
    Step,
};

use super::why::Why;

/// What one entry caused, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Effects {
    /// What became true.
    pub changes: Vec<Change>,
    /// What the field is told.
    pub orders: Vec<Order>,
    /// Whose entry it is and where it stands: what orders are named by.
    partition: Partition,
    position: Position,
}

impl Effects {
    /// Forgets the last entry's effects and begins those of the entry at `position`.
    pub(super) fn begin(&mut self, partition: Partition, position: Position) {
        self.changes.clear();
        self.orders.clear();
        self.partition = partition;
        self.position = position;
    }

    pub(super) fn change(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// Tells the field. The delivery id is the entry's position and the order's index there; no
    /// verb gives as many orders as the index can count.
    pub(super) fn order(
        &mut self,
        (case, purpose): (CaseId, Purpose),
        (to, what): (OrderTo, OrderWhat),
    ) {
        let index = u16::try_from(self.orders.len()).unwrap_or(u16::MAX);
        let id = OrderId { partition: self.partition, position: self.position, index };
        self.orders.push(Order { id, case, to, what, purpose });
    }
}

/// The step `what`, as `why` had it happen.
pub(super) fn step(why: Why<'_>, what: Happened) -> Arc<Step> {
    Arc::new(Step {
        what,
        by: why.command.map(|command| command.actor.clone()),
        command: why.command.map(|command| command.id),
        at: why.now,
    })
}
