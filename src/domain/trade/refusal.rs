//! Why not 拒绝原因, and the listed reasons a person gives.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::case::CaseState;
use super::super::id::CaseId;

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
    // New ones go to the end.
    /// 需上级协调
    NeedsHigherLevel,
    /// 需要更多时间
    NeedsTime,
    /// 条件暂不具备
    NotYetPossible,
    /// 情况紧急
    Emergency,
    /// 已整改
    PutRight,
    /// 当事人申请
    AskedByParties,
    /// 应由他方办理
    OthersDuty,
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
    #[error("a case of this kind knows no such verb")]
    KindMayNot,
    #[error("the rules know no such kind, or let nobody open one so")]
    UnknownKind,
    #[error("the rules know no such organisation")]
    UnknownOrganisation,
    #[error("the case is being handed over: nothing can be asked until it has arrived")]
    HandingOver,
    #[error("your organisation has no part in the case")]
    NoPart,
    #[error("that part is done, or it is not its next step")]
    PartNotNext,
    #[error("more time was given as often as it may be")]
    ExtensionsExhausted,
    #[error("more time was asked for already, and is not yet answered")]
    ExtensionPending,
    #[error("no more time was asked for")]
    NoExtensionPending,
    #[error("that moment is not after the due one, or too far off")]
    UntilNotRight,
    #[error("the case carries a red card")]
    RedCard,
    #[error("a card only ever rises")]
    CardMustRise,
    #[error("the case is not supervised")]
    NotSupervised,
    #[error("an assisting organisation is neither done nor released")]
    AssistsNotDone,
    #[error("not everyone who was called or told is done")]
    PartsNotDone,
    #[error("a case that belongs to it is still open")]
    ChildrenOpen,
    #[error("the case was not graded yet")]
    NotGraded,
    #[error("the kind has no such colour")]
    UnknownColour,
    #[error("a sender still waits for a reply or a visit")]
    TicketsWaiting,
    #[error("this asks for the lead's level or a higher one")]
    LevelTooLow,
    #[error("this goes to a direct child only, or at severity 1 or 2 further down with a reason")]
    NotDirectChild,
    #[error("this goes to a direct parent only, or at severity 1 or 2 further up with a reason")]
    NotDirectParent,
    #[error("your organisation has not the authority: verify, or whistle for who has")]
    AuthorityMissing,
    #[error("your organisation has the authority itself: no whistle is needed")]
    AuthorityNotMissing,
    #[error("the law does not let this be issued here")]
    NotLawful,
    #[error("that ticket was visited already, or is owed none")]
    VisitNotOwed,
    #[error("that ticket is outside the rates already")]
    ExcludedAlready,
    #[error("a rating is 1 to 5")]
    RatingOutOfRange,
    #[error("nobody was named")]
    NobodyNamed,
    #[error("too many organisations have a part")]
    PartsFull,
    #[error("it lies there already, or there is no such partition")]
    NotElsewhere,
}
