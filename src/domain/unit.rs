//! A unit 力量: a crew that can be sent. Never a person, never a track.

use serde::{Deserialize, Serialize};

use super::geo::GridCode;
use super::id::{CaseId, OrgCode, UnitId};
use super::time::Timestamp;

/// What a unit is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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

/// One unit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Unit {
    /// Its number in the city's register.
    pub id: UnitId,
    /// What it is called on screen.
    pub name: String,
    /// Whose it is.
    pub org: OrgCode,
    /// What it is doing.
    pub status: UnitStatus,
    /// The case it works on.
    pub engaged: Option<CaseId>,
    /// Its grid when its status last changed; no point, and no history.
    pub grid: Option<GridCode>,
    /// When its status last changed.
    pub changed_at: Timestamp,
}
