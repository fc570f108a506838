//! What entries caused and `changes` does not cover yet.

use std::collections::VecDeque;

use crate::domain::{Change, Order, Placed, Position, Timestamp};
use crate::situation::Effects;

/// Effects that were not published yet, in order.
#[derive(Debug, Default)]
pub(super) struct Unsaid {
    pub(super) changes: Vec<Placed>,
    pub(super) orders: Vec<Order>,
    /// When each new ticket's signal arrived, for the corridor's clock.
    pub(super) arrivals: Vec<(Position, Timestamp)>,
    /// The entries they are of, those without an effect included.
    pub(super) entries: VecDeque<Position>,
}

impl Unsaid {
    /// Takes the effects of the entry at `position`, journalled at `at`.
    pub(super) fn take(&mut self, effects: &mut Effects, (position, at): (Position, Timestamp)) {
        self.entries.push_back(position);
        for (index, change) in (0..).zip(effects.changes.drain(..)) {
            if let Change::TicketMoved { ticket } = &change
                && ticket.admitted_at == at
            {
                self.arrivals.push((position, ticket.arrived_at));
            }
            self.changes.push(Placed { position, at, index, change });
        }
        self.orders.append(&mut effects.orders);
    }

    /// As empty as a new one, with the room that it and its `changes` had: what is made anew for
    /// each range is memory that the machine clears anew for each.
    pub(super) fn emptied(mut self, mut changes: Vec<Placed>) -> Self {
        changes.clear();
        self.orders.clear();
        self.arrivals.clear();
        self.entries.clear();
        Self { changes, ..self }
    }

    /// Forgets what is covered through `covered`.
    pub(super) fn forget(&mut self, covered: Position) {
        let said = self.changes.partition_point(|placed| placed.position <= covered);
        drop(self.changes.drain(..said));
        let said = self.orders.partition_point(|order| order.id.position <= covered);
        drop(self.orders.drain(..said));
        let said = self.arrivals.partition_point(|(position, _)| *position <= covered);
        drop(self.arrivals.drain(..said));
        let said = self.entries.partition_point(|position| *position <= covered);
        drop(self.entries.drain(..said));
    }
}
