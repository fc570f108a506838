//! Arrivals 移交: a case on its way from one partition to another.

use serde::{Deserialize, Serialize};

use super::catalog::Severity;
use super::geo::Place;
use super::id::{CaseId, ItemCode, Partition};
use super::position::Position;
use super::ticket::{Channel, Purpose, Ticket};
use super::trade::{KindCode, Urgency};

/// What the receiving partition is told. `from`'s partition and `position` are its name for ever:
/// told twice, it opens one case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Arrival {
    /// The case it was.
    pub from: CaseId,
    /// Where it goes.
    pub to: Partition,
    /// The entry that sent it.
    pub position: Position,
    /// Its kind.
    pub kind: KindCode,
    /// What it is about.
    pub item: Option<ItemCode>,
    /// Where it is.
    pub place: Place,
    /// Its priority.
    pub severity: Severity,
    /// How soon it must be handled.
    pub urgency: Urgency,
    /// Whether it is meant.
    pub purpose: Purpose,
    /// Where it was first heard of.
    pub channel: Option<Channel>,
    /// Its tickets, as they stood: their reply clocks go on.
    pub tickets: Vec<Ticket>,
}
