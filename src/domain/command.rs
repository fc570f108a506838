//! Commands 指令: what an operator asks, and why not 拒绝原因.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::case::CaseState;
use super::geo::GridCode;
use super::id::{CaseId, CommandId, ItemCode, OrgCode, TicketId, UnitId};
use super::sealed::Sealed;
use super::time::Timestamp;
use super::unit::{OrderStamp, UnitStatus};

/// What someone does in the centre or for a department (`domain.md` 3.2).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 受理员: reviews, verifies, files, merges, rejects.
    Receiver,
    /// 派遣员: sends.
    Dispatcher,
    /// 值班长: runs the shift.
    ShiftLeader,
    /// 承办单位: works.
    Handler,
    /// 核查员: checks, never what the own organisation handled.
    Checker,
    /// 回访员 / 话务员: replies to those who asked.
    Agent,
    /// 网格员: verifies on site.
    GridWorker,
    /// A crew's own page.
    Crew,
    /// The city's own software, such as a register import.
    System,
}

/// Who asks: an office and its role. The name is the account's, for the audit only.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Actor {
    /// The account.
    pub account: String,
    /// The role it acts in.
    pub role: Role,
    /// The organisation it acts for.
    pub org: OrgCode,
}

/// One command.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Command {
    /// The same id asks the same thing and gets the same answer.
    pub id: CommandId,
    /// Who asks.
    pub actor: Actor,
    /// The case's version the asker saw; refused where it has moved on.
    pub expected_version: Option<u32>,
    /// What is asked.
    pub verb: Verb,
    /// When it was received.
    pub arrived_at: Timestamp,
}

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
}

/// Listed reasons; free words would not be sealed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ReasonCode {
    /// 查无此事
    NotFound,
    /// 不属受理范围
    OutOfScope,
    /// 重复
    Duplicate,
    /// 非本单位职责
    NotOurDuty,
    /// 不在辖区
    NotOurArea,
    /// 信息不足
    TooLittleKnown,
    /// 处置不到位
    NotDone,
    /// 问题复发
    CameBack,
    /// 误报
    FalseAlarm,
    /// 测试或演练
    Test,
}

/// What became of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done.
    Changed,
    /// It was not, and nothing changed.
    Refused(Refusal),
}

/// Why not: each names something the asker can put right.
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
    thiserror::Error,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each says itself in its error sentence")]
pub enum Refusal {
    #[error("there is no such case here")]
    UnknownCase,
    #[error("there is no such ticket here")]
    UnknownTicket,
    #[error("there is no such unit here")]
    UnknownUnit,
    #[error("the catalogue has no such item")]
    UnknownItem,
    #[error("the case has changed since: it is at version {now}")]
    VersionMoved { now: u32 },
    #[error("the case is {state:?}: this is not possible there")]
    WrongState { state: CaseState },
    #[error("the case is ended")]
    CaseEnded,
    #[error("the role may not ask this")]
    RoleMayNot,
    #[error("only the lead organisation may ask this")]
    NotLead,
    #[error("who handles never checks")]
    HandlerMayNotCheck,
    #[error("the case has no item yet: name one")]
    ItemMissing,
    #[error("the case has been verified as often as it may be")]
    VerificationsExhausted,
    #[error("the case was returned as often as it may be: the centre decides")]
    ReturnsExhausted,
    #[error("the time to return it has passed")]
    ReturnTooLate,
    #[error("a case cannot be joined to itself")]
    SameCase,
    #[error("the two cases are not of one kind")]
    KindsDiffer,
    #[error("the case has as many tickets as it can hold")]
    TicketsFull,
    #[error("the tickets are not all of that case, or would leave none in it")]
    TicketsNotApart,
    #[error("nothing of that kind was suggested")]
    NotSuggested,
    #[error("the case was not merged")]
    NotMerged,
    #[error("the unit works on case {case}")]
    UnitEngaged { case: CaseId },
    #[error("the unit is off duty")]
    UnitOffDuty,
    #[error("the unit does not work on that case")]
    UnitNotAssigned,
    #[error("the unit has not said that it is there")]
    UnitNotThere,
    #[error("the case has as many units as it can hold")]
    AssignmentsFull,
    #[error("too many organisations assist")]
    AssistsFull,
    #[error("the register of units is full")]
    UnitsFull,
    #[error("no reply is owed")]
    ReplyNotOwed,
    #[error("the partition has as many open cases as it can hold")]
    OpenCasesFull,
    #[error("a second person must agree")]
    SecondPersonMissing,
    // New ones go to the end: snapshots keep them by their number.
    #[error("the unit is another organisation's")]
    UnitNotYours,
}
