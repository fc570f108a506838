//! Orders 派遣单: what the field is told.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::id::{CaseId, OrgCode, Partition, UnitId};
use super::position::Position;
use super::ticket::Purpose;

/// The delivery id an order keeps for ever: retries repeat it, the receiver acts once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OrderId {
    /// The partition that gave it.
    pub partition: Partition,
    /// The entry that caused it.
    pub position: Position,
    /// Which of that entry's orders.
    pub index: u16,
}

impl std::fmt::Display for OrderId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}@{}/{}", self.partition, self.position, self.index)
    }
}

/// One order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Order {
    /// Its delivery id.
    pub id: OrderId,
    /// The case it is about.
    pub case: CaseId,
    /// Who is told.
    pub to: OrderTo,
    /// What to do.
    pub what: OrderWhat,
    /// Whether it is meant: no order of a canary leaves.
    pub purpose: Purpose,
}

/// Whom an order tells.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderTo {
    /// A unit.
    Unit(UnitId),
    /// An organisation.
    Org(OrgCode),
}

/// What an order says.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum OrderWhat {
    /// Go there.
    Respond,
    /// No longer needed.
    StandDown,
    /// Take the case.
    Lead,
    /// Help the lead.
    Assist,
    /// Do it again.
    Rework,
    /// Someone presses for it.
    Urged,
    // New ones go to the end: ranges keep them by their number.
    /// You are called, or told something: do your part.
    Called,
    /// The case is supervised, or carries a card.
    Supervised,
    /// A higher level says something to it.
    Instructed,
    /// Your wish for more time was answered.
    ExtensionAnswered,
}
