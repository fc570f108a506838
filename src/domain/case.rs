//! A case 案件: what is handled, from one ticket or many.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::catalog::{LimitUnit, PrivacyClass, Severity};
use super::geo::Place;
use super::id::{CaseId, ItemCode, OrgCode, Partition, UnitId};
use super::ticket::{Channel, Purpose, Suggestion};
use super::time::Timestamp;
use super::trade::{
    ClockMark, Extension, KindCode, Part, Pause, StageCode, StepCode, Supervision, Urgency,
};

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
    // New ones go to the end: snapshots keep them by their number.
    /// 挂账: it waits, reviewed on a day
    Suspended,
    /// 已评价: everyone who is owed it was spoken with
    Evaluated,
    /// 已移交: another partition or body has it, and said so
    HandedOver,
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
            | Self::Suspended
            | Self::Handled => false,
            Self::Closed
            | Self::Evaluated
            | Self::Rejected
            | Self::Merged
            | Self::Cancelled
            | Self::SelfCleared
            | Self::HandedOver => true,
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
    /// The time it runs in: natural or working.
    pub unit: LimitUnit,
    /// How long the stage has, in milliseconds of that time.
    pub limit_ms: i64,
    /// How far it has run.
    pub mark: ClockMark,
    /// When the next mark is reached; none after the last, and while it stands still.
    pub next: Option<Timestamp>,
    /// How long it stood still, in milliseconds of its time 暂停.
    pub paused_ms: i64,
}

/// A clock behind the stage's own: acceptance, which runs on while the case is verified; handling,
/// which stands still while it is suspended and runs on while another is to take it over.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct ClockBehind {
    /// The stage it is of.
    pub stage: StageCode,
    /// The clock.
    pub clock: StageClock,
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
    /// 延期
    pub extensions: u8,
    /// 吹哨
    pub whistles: u8,
}

impl Case {
    /// A case as it begins, at `at`: reported, and nothing more known of it.
    #[must_use]
    pub fn begun(id: CaseId, kind: KindCode, stage: StageCode, at: Timestamp) -> Self {
        Self {
            id,
            version: 1,
            kind,
            item: None,
            // Until a person has named the item nobody knows what it holds.
            privacy: PrivacyClass::Restricted,
            severity: Severity::default(),
            place: Place::default(),
            state: CaseState::Reported,
            stage,
            clock: None,
            opened_at: at,
            changed_at: at,
            filed_at: None,
            dispatched_at: None,
            ended_at: None,
            tickets: 0,
            lead: None,
            assists: BTreeSet::new(),
            units: BTreeSet::new(),
            merged_into: None,
            suggestions: Vec::new(),
            counters: CaseCounters::default(),
            video_only: false,
            purpose: Purpose::Real,
            urgency: Urgency::Normal,
            colour: None,
            channel: None,
            origin: None,
            parent: None,
            children: 0,
            children_open: 0,
            tickets_waiting: 0,
            stamps: BTreeMap::new(),
            parts: BTreeMap::new(),
            supervision: None,
            extension: None,
            pause: None,
            used_ms: 0,
            rating: None,
            handover: None,
            handed_to: None,
            about: None,
            promised: None,
            behind: None,
        }
    }

    /// When the next mark of either of its clocks is reached.
    #[must_use]
    pub fn next_mark(&self) -> Option<Timestamp> {
        let behind = self.behind.as_ref().and_then(|behind| behind.clock.next);
        self.clock.and_then(|clock| clock.next).into_iter().chain(behind).min()
    }

    /// Nobody assists any more; who was called stays called.
    pub fn drop_assists(&mut self) {
        for org in std::mem::take(&mut self.assists) {
            self.parts.remove(&org);
        }
    }
}

/// One case, as watchers see it. Its tickets name it; it does not list them. What few cases have
/// lies apart: a city's rows are in memory by the hundred thousand.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Case {
    /// Its number.
    pub id: CaseId,
    /// Rises with each change: what an operator saw when asking.
    pub version: u32,
    /// Its path.
    pub kind: KindCode,
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
    /// Where on its kind's road that is.
    pub stage: StageCode,
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
    /// How soon it must be handled.
    pub urgency: Urgency,
    /// How grave it is among its kind's colours, from 0, the gravest; none where not graded.
    pub colour: Option<u8>,
    /// Where it was first heard of; none where an office opened it.
    pub channel: Option<Channel>,
    /// Who opened it, where an office did.
    pub origin: Option<OrgCode>,
    /// The case it belongs to: a whistle's, a campaign's.
    pub parent: Option<CaseId>,
    /// Cases that belong to it, in all.
    pub children: u32,
    /// … and not ended.
    pub children_open: u32,
    /// Its tickets that still wait for a reply or a visit.
    pub tickets_waiting: u32,
    /// When each step was last taken, by verb or by the kind's own name for it.
    pub stamps: BTreeMap<StepCode, Timestamp>,
    /// What assisting, called or told organisations have to do.
    pub parts: BTreeMap<OrgCode, Part>,
    /// How it is supervised.
    pub supervision: Option<Box<Supervision>>,
    /// More time that was asked for and not yet answered.
    pub extension: Option<Box<Extension>>,
    /// What was left when it was suspended.
    pub pause: Option<Box<Pause>>,
    /// How much of the handling limit earlier tries used, in milliseconds of its clock.
    pub used_ms: i64,
    /// The grass roots' or the firm's rating, 1 to 5.
    pub rating: Option<u8>,
    /// Where it is being handed over to; nothing else may be asked meanwhile.
    pub handover: Option<Partition>,
    /// What it became there, once it has arrived.
    pub handed_to: Option<CaseId>,
    /// The case it is about, where it is: an appeal's.
    pub about: Option<CaseId>,
    /// Until when it is to be handled, as the source said that opened it: a stage whose limit is
    /// `signal.due` is due then.
    pub promised: Option<Timestamp>,
    /// The clock behind its stage's own, where there is one.
    pub behind: Option<Box<ClockBehind>>,
}
