//! A case 案件: what is handled, from one ticket or many.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::catalog::{CaseKind, PrivacyClass, Severity};
use super::geo::Place;
use super::id::{CaseId, ItemCode, OrgCode, UnitId};
use super::ticket::{Purpose, Suggestion};
use super::time::Timestamp;

/// Where a case stands (`domain.md` 4.2).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// 待受理
    Reported,
    /// 核实中
    Verifying,
    /// 已立案, waiting to be dispatched
    Filed,
    /// 待签收
    Dispatched,
    /// 处置中
    Handling,
    /// 待核查
    Handled,
    /// 已结案
    Closed,
    /// 不予受理
    Rejected,
    /// 已并案
    Merged,
    /// 作废
    Cancelled,
    /// 自行消除: an unconfirmed video case whose object is gone
    SelfCleared,
}

impl CaseState {
    /// Whether nothing more is to be done in it.
    #[must_use]
    pub fn is_ended(self) -> bool {
        match self {
            Self::Reported
            | Self::Verifying
            | Self::Filed
            | Self::Dispatched
            | Self::Handling
            | Self::Handled => false,
            Self::Closed | Self::Rejected | Self::Merged | Self::Cancelled | Self::SelfCleared => {
                true
            }
        }
    }
}

/// A running time limit of a case's stage.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct StageClock {
    /// When the stage began.
    pub since: Timestamp,
    /// When it is due.
    pub due: Timestamp,
    /// Whether that moment has passed.
    pub overdue: bool,
}

/// How often things happened to a case.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    Default,
    JsonSchema,
)]
pub struct CaseCounters {
    /// 退单
    pub returns: u8,
    /// 返工
    pub reworks: u8,
    /// 重开
    pub reopens: u8,
    /// 催办
    pub urges: u16,
    /// 核实
    pub verifications: u8,
}

/// One case, as watchers see it. Its tickets name it; it does not list them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Case {
    /// Its number.
    pub id: CaseId,
    /// Rises with each change: what an operator saw when asking.
    pub version: u32,
    /// Its path.
    pub kind: CaseKind,
    /// What it is about, once known.
    pub item: Option<ItemCode>,
    /// Who may see it.
    pub privacy: PrivacyClass,
    /// Its priority.
    pub severity: Severity,
    /// Where it is: the place of the ticket that opened it.
    pub place: Place,
    /// Where it stands.
    pub state: CaseState,
    /// The stage's time limit, while one runs.
    pub clock: Option<StageClock>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// When it was filed.
    pub filed_at: Option<Timestamp>,
    /// When it was last dispatched: the handling limit runs from here.
    pub dispatched_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How many tickets it has.
    pub tickets: u32,
    /// Exactly one while dispatched, handling or handled 主办.
    pub lead: Option<OrgCode>,
    /// Who helps 协办.
    pub assists: BTreeSet<OrgCode>,
    /// Units sent to it.
    pub units: BTreeSet<UnitId>,
    /// The case it was merged into.
    pub merged_into: Option<CaseId>,
    /// What it resembles, best first.
    pub suggestions: Vec<Suggestion>,
    /// How often things happened to it.
    pub counters: CaseCounters,
    /// Whether only cameras have seen it: a person must confirm.
    pub video_only: bool,
    /// Whether it is meant.
    pub purpose: Purpose,
}
