//! What can be asked, with what is said with it.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::geo::{GridCode, Place};
use super::super::id::{CaseId, ItemCode, OrgCode, Partition, TicketId, UnitId};
use super::super::sealed::Sealed;
use super::super::time::Timestamp;
use super::super::unit::{OrderStamp, UnitStatus};
use super::attributes::{Card, ExclusionReason, Satisfaction, Urgency};
use super::code::{KindCode, StepCode};
use super::refusal::ReasonCode;

/// What can be asked (`domain.md` 4.3). Reporting is a signal, not a command.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are the words of the verb's own sentence")]
pub enum Verb {
    /// Have the case verified on site 核实.
    AskVerify { case: CaseId },
    /// It is so.
    VerifyYes { case: CaseId },
    /// It is not so.
    VerifyNo { case: CaseId, reason: ReasonCode },
    /// Take it on 立案, naming the item where the report did not.
    File { case: CaseId, item: Option<ItemCode> },
    /// Do not take it on 不予受理.
    Reject { case: CaseId, reason: ReasonCode },
    /// Handle `case` as part of `into` 并案. Its tickets move; their reply clocks stay.
    Merge { case: CaseId, into: CaseId },
    /// Take the merged `case` out again: the tickets it brought go back to it.
    Unmerge { case: CaseId },
    /// Take tickets out of a case into a new one: fusion was wrong.
    Split { case: CaseId, tickets: BTreeSet<TicketId> },
    /// The suggested likeness of `case` to `to` is none.
    Decline { case: CaseId, to: CaseId },
    /// Send to a lead, with assists and units 派遣. Without a lead the item's owner leads.
    Dispatch {
        case: CaseId,
        lead: Option<OrgCode>,
        #[serde(default)]
        assists: BTreeSet<OrgCode>,
        #[serde(default)]
        units: BTreeSet<UnitId>,
    },
    /// Send one more unit.
    Assign { case: CaseId, unit: UnitId },
    /// Let a unit go.
    Release { case: CaseId, unit: UnitId },
    /// The lead takes it 签收.
    Accept { case: CaseId },
    /// The lead gives it back 退单.
    Return { case: CaseId, reason: ReasonCode },
    /// The lead is done 处置完毕.
    Handled {
        case: CaseId,
        // Words stand beside the verb, in clear: no page says sealed ones.
        #[schemars(skip)]
        note: Option<Sealed>,
    },
    /// It is well done: the case closes.
    CheckPass { case: CaseId },
    /// It is not: back to the lead.
    CheckFail { case: CaseId, reason: ReasonCode },
    /// The ticket's sender was answered 答复.
    Reply {
        ticket: TicketId,
        #[schemars(skip)]
        text: Option<Sealed>,
    },
    /// Take an ended case up again.
    Reopen { case: CaseId, reason: ReasonCode },
    /// Void an open case 作废; two people.
    Cancel {
        case: CaseId,
        reason: ReasonCode,
        // The second person's token, beside the verb, says who it is.
        #[serde(default)]
        #[schemars(skip)]
        second: String,
    },
    /// Press for it 催办.
    Urge { case: CaseId },
    /// Enter a unit into the register, or rename it.
    Enrol { unit: UnitId, name: String, org: OrgCode },
    /// The unit says what it is doing, and in which grid.
    ReportStatus { unit: UnitId, status: UnitStatus, grid: Option<GridCode> },
    /// The unit's order to `case` has come so far.
    Stamp { unit: UnitId, case: CaseId, stamp: OrderStamp },
    // New ones go to the end: entries keep them by their number.
    /// It was handled on the spot 自处置, by who found it.
    SelfHandle {
        case: CaseId,
        #[schemars(skip)]
        note: Option<Sealed>,
    },
    /// Another organisation is to lead 改派; the old one does until that accepts.
    Reassign { case: CaseId, lead: OrgCode, reason: ReasonCode },
    /// Down to a direct child 交办.
    Delegate { case: CaseId, to: OrgCode, reason: Option<ReasonCode> },
    /// Up to a direct parent 上报.
    Raise { case: CaseId, to: OrgCode, reason: Option<ReasonCode> },
    /// One more organisation assists 协办.
    Join { case: CaseId, org: OrgCode },
    /// It need not any more.
    Leave { case: CaseId, org: OrgCode },
    /// The asker's own part has come so far: an assist is done; who was called has signed.
    PartDone {
        case: CaseId,
        step: StepCode,
        #[schemars(skip)]
        note: Option<Sealed>,
    },
    /// Those with the authority are called 吹哨: a case of its own, with clocks for each.
    Whistle { case: CaseId, calls: BTreeSet<OrgCode> },
    /// More time is asked for 申请延期.
    Extend { case: CaseId, until: Timestamp, reason: ReasonCode },
    /// It is given.
    AllowExtension { case: CaseId },
    /// It is not.
    DenyExtension { case: CaseId, reason: ReasonCode },
    /// It waits 挂账, to be reviewed on a day; two people.
    Suspend {
        case: CaseId,
        reason: ReasonCode,
        review_at: Timestamp,
        #[serde(default)]
        #[schemars(skip)]
        second: String,
    },
    /// It goes on.
    Resume { case: CaseId },
    /// The ticket's sender was spoken with 联系.
    Contact { ticket: TicketId },
    /// … and said how it went 回访.
    Visit { ticket: TicketId, resolved: bool, satisfaction: Satisfaction },
    /// The ticket leaves the three rates 剔除; two people.
    Exclude {
        ticket: TicketId,
        reason: ExclusionReason,
        #[serde(default)]
        #[schemars(skip)]
        second: String,
    },
    /// Supervise it 督办; a card only ever rises.
    Supervise { case: CaseId, card: Card },
    /// Supervise it no more.
    CancelSupervise { case: CaseId, reason: ReasonCode },
    /// A higher level says something to it 批示.
    Instruct {
        case: CaseId,
        #[schemars(skip)]
        text: Option<Sealed>,
    },
    /// It is of this colour among its kind's, 0 the gravest 定级.
    GradeColour { case: CaseId, colour: u8 },
    /// It must be handled so soon.
    SetUrgency { case: CaseId, urgency: Urgency, reason: ReasonCode },
    /// Several organisations sit together 联席会商.
    JointSession { case: CaseId, orgs: BTreeSet<OrgCode> },
    /// Whoever is named goes at once 集结.
    Rally {
        case: CaseId,
        #[serde(default)]
        orgs: BTreeSet<OrgCode>,
        #[serde(default)]
        units: BTreeSet<UnitId>,
    },
    /// The asker's organisation takes it on 认领.
    Claim { case: CaseId },
    /// A case for each of these organisations 分解.
    FanOut { case: CaseId, orgs: BTreeSet<OrgCode> },
    /// How well it was done, 1 to 5: by the grass roots, the firm, who made the wish.
    Rate { case: CaseId, rating: u8, resolved: bool },
    /// A step that the kind names itself.
    Advance {
        case: CaseId,
        step: StepCode,
        reason: Option<ReasonCode>,
        #[schemars(skip)]
        note: Option<Sealed>,
    },
    /// Another partition is to have it 移交; it is ours until that says it has it.
    HandOver { case: CaseId, to: Partition, reason: ReasonCode },
    /// An office opens a case without a report 代报: a notice, a patrol, a wish, a campaign.
    Open {
        kind: KindCode,
        item: Option<ItemCode>,
        #[serde(default)]
        place: Place,
        /// Who is called or told, where the kind has parts.
        #[serde(default)]
        orgs: BTreeSet<OrgCode>,
        #[schemars(skip)]
        note: Option<Sealed>,
        /// The case it is about, where it is: an appeal's.
        #[serde(default)]
        about: Option<CaseId>,
    },
}
