//! A unit 力量: a crew that can be sent. Never a person, never a track.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::geo::GridCode;
use super::id::{CaseId, OrgCode, UnitId};
use super::time::Timestamp;

/// What a unit is doing.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum UnitStatus {
    /// 待命
    Available,
    /// 已派出
    Dispatched,
    /// 在场
    OnScene,
    /// 停勤
    OffDuty,
}

/// What a crew says of its order, one after the other: a later one implies the earlier. That it is
/// there it says by its status, between the last two.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum OrderStamp {
    /// 已送达: it has reached the crew's page.
    Delivered,
    /// 已显示: it was on a screen that somebody could see.
    Displayed,
    /// 已接单: the crew takes it.
    Accepted,
    /// 已完成: the crew has done what it was sent for. The case is its lead's to call handled.
    Done,
}

/// What a unit was sent to, and how far its order has come. It ends with the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Assignment {
    /// The case.
    pub case: CaseId,
    /// When it was ordered there.
    pub ordered_at: Timestamp,
    /// When the order reached the crew's page.
    pub delivered_at: Option<Timestamp>,
    /// When it was shown.
    pub displayed_at: Option<Timestamp>,
    /// When the crew took it.
    pub accepted_at: Option<Timestamp>,
    /// When the crew said that it is there.
    pub arrived_at: Option<Timestamp>,
    /// When it said that it is done.
    pub done_at: Option<Timestamp>,
}

impl Assignment {
    /// An order that nobody has seen yet.
    #[must_use]
    pub fn new(case: CaseId, ordered_at: Timestamp) -> Self {
        let (delivered_at, displayed_at, accepted_at) = (None, None, None);
        let (arrived_at, done_at) = (None, None);
        Self { case, ordered_at, delivered_at, displayed_at, accepted_at, arrived_at, done_at }
    }

    /// Whether the order has come as far as `stamp`.
    #[must_use]
    pub fn has(&self, stamp: OrderStamp) -> bool {
        match stamp {
            OrderStamp::Delivered => self.delivered_at.is_some(),
            OrderStamp::Displayed => self.displayed_at.is_some(),
            OrderStamp::Accepted => self.accepted_at.is_some(),
            OrderStamp::Done => self.done_at.is_some(),
        }
    }

    /// Stamps it, and what comes before, with `now`. A stamp that was given stays as it is.
    pub fn stamp(&mut self, stamp: OrderStamp, now: Timestamp) {
        self.delivered_at.get_or_insert(now);
        if OrderStamp::Displayed <= stamp {
            self.displayed_at.get_or_insert(now);
        }
        if OrderStamp::Accepted <= stamp {
            self.accepted_at.get_or_insert(now);
        }
        if OrderStamp::Done <= stamp {
            self.done_at.get_or_insert(now);
        }
    }

    /// The crew is there; so it has taken the order.
    pub fn arrive(&mut self, now: Timestamp) {
        self.stamp(OrderStamp::Accepted, now);
        self.arrived_at.get_or_insert(now);
    }
}

/// One unit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Unit {
    /// Its number in the city's register.
    pub id: UnitId,
    /// What it is called on screen.
    pub name: String,
    /// Whose it is.
    pub org: OrgCode,
    /// What it is doing.
    pub status: UnitStatus,
    /// What it was sent to.
    pub assignment: Option<Assignment>,
    /// Its grid when its status last changed; no point, and no history.
    pub grid: Option<GridCode>,
    /// When its status last changed.
    pub changed_at: Timestamp,
}

impl Unit {
    /// The case it works on.
    #[must_use]
    pub fn engaged(&self) -> Option<CaseId> {
        self.assignment.map(|assignment| assignment.case)
    }
}
