//! What a desk is told of the trade: what may be asked of a case, its clock, its kind's road.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::trade::{ClockMark, Names, Refusal};
use crate::domain::{
    CaseState, KindCode, Limit, LimitUnit, OrgCode, StageCode, StepCode, Timestamp, VerbCode,
};

/// Something the asker's role may ask of a case where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OfferRow {
    /// The verb.
    pub verb: VerbCode,
    /// The step that is said with it: of `advance`, and the next one of the asker's own part.
    pub step: Option<StepCode>,
    /// Its names: the step's, where the kind names it.
    pub names: Names,
    /// The stage it leads to; none where the case stays.
    pub to: Option<StageCode>,
    /// Why it would be refused now; none where nothing that is known here speaks against it.
    pub refusal: Option<Refusal>,
    /// … in words.
    pub why: Option<String>,
}

/// For whom the offers are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ActingRow {
    /// The organisation that would ask; none where one has yet to be named.
    pub org: Option<OrgCode>,
    /// Whether the token acts for any: another one may be named as `org`.
    pub any: bool,
}

/// One mark of a stage's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MarkRow {
    /// Which.
    pub mark: ClockMark,
    /// When it is reached, or was.
    pub at: Timestamp,
    /// Whether the case was marked so.
    pub reached: bool,
}

/// A stage of a kind's road.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StageRow {
    /// Its code.
    pub stage: StageCode,
    /// Its names.
    pub names: Names,
    /// The state it is.
    pub state: CaseState,
    /// Whether the case stands there.
    pub here: bool,
    /// When the case last came there, where it did.
    pub since: Option<Timestamp>,
}

/// A step that an organisation which was called or told has to take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PartStepRow {
    /// Its code.
    pub step: StepCode,
    /// Its limit, where it has one: how many …
    pub amount: Option<u32>,
    /// … of what.
    pub unit: Option<LimitUnit>,
}

impl PartStepRow {
    /// The step of that limit.
    #[must_use]
    pub fn new(step: StepCode, limit: Option<Limit>) -> Self {
        Self { step, amount: limit.map(|limit| limit.amount), unit: limit.map(|limit| limit.unit) }
    }
}

/// The road of a case's kind, and where on it the case is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RoadPage {
    /// The kind's names.
    pub names: Names,
    /// The stages in the order they are drawn.
    pub stages: Vec<StageRow>,
    /// How it can end.
    pub endings: Vec<StageRow>,
    /// The colours it is graded by, gravest first.
    pub palette: Vec<Names>,
    /// The names of the steps of its own.
    pub steps: BTreeMap<StepCode, Names>,
    /// What who is called or told has to do, in order.
    pub part_steps: Vec<PartStepRow>,
}

/// A kind of matter, for who may open one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KindRow {
    /// Its code.
    pub kind: KindCode,
    /// Its names.
    pub names: Names,
    /// Whether the asker's role may open one without a report.
    pub opens: bool,
    /// Whether organisations are called or told by it: they are named when it is opened.
    pub calls: bool,
}

/// The kinds of matters, as the rules in force have them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KindsPage {
    /// By code.
    pub kinds: Vec<KindRow>,
}
