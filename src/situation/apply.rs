//! One entry in, what became true out: the only road by which the situation changes.

use crate::domain::{Change, Entry, Order, Position, Timestamp};

use super::Situation;

/// The number of this core: raised with any change of its behaviour (golden digests hold it).
pub const CORE: u32 = 1;

/// What one entry caused, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Effects {
    /// What became true.
    pub changes: Vec<Change>,
    /// What the field is told.
    pub orders: Vec<Order>,
}

/// Applies `entry`, which the journal took at `at` and keeps at `position`. Positions rise; an
/// entry at or before the situation's own position was applied already and is passed over.
///
/// `effects` is emptied first: a caller keeps one and saves the allocations.
pub fn apply(
    situation: &mut Situation,
    effects: &mut Effects,
    (position, at): (Position, Timestamp),
    entry: Entry,
) {
    effects.changes.clear();
    effects.orders.clear();
    let _ = entry;
    situation.position = position;
    situation.now = situation.now.max(at);
}
