//! A change of a case or of one of its tickets, and a case's row, as everybody may see them.
//!
//! The row is a wall's: it has no field for words, contacts, persons or other cases.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::{
    Case, CaseId, Channel, Happened, ItemCode, Purpose, ReasonCode, Reply, Ticket, TicketId,
    Timestamp,
};
use crate::wire::projection::Projection;
use crate::wire::rows::{WallRow, wall_row};

/// A case as everybody may see it: a value of the topic `situation`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PublicCase {
    /// Its number.
    pub case: CaseId,
    /// Counts its changes.
    pub version: u32,
    /// The rest.
    #[serde(flatten)]
    pub row: WallRow,
}

/// The row of a case.
#[must_use]
pub fn row(case: &Case, plane: &Projection) -> PublicCase {
    PublicCase { case: case.id, version: case.version, row: wall_row(case, plane) }
}

/// A ticket as everybody may see it: without its words, and without its own place, which may be
/// where its sender lives.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PublicTicket {
    /// Its number.
    pub ticket: TicketId,
    /// The case that handles it.
    pub case: CaseId,
    /// The sender's own identifier.
    pub external_id: String,
    /// Where it came from.
    pub channel: Channel,
    /// What it is about, where the sender knew.
    pub item: Option<ItemCode>,
    /// When it was seen.
    pub observed_at: Timestamp,
    /// When it was received.
    pub arrived_at: Timestamp,
    /// What its sender is owed.
    pub reply: Reply,
    /// How often its sender asked again.
    pub urges: u16,
    /// Whether its sender took it back.
    pub withdrawn: bool,
    /// Whether it is a drill.
    pub drill: bool,
}

impl From<&Ticket> for PublicTicket {
    fn from(ticket: &Ticket) -> Self {
        Self {
            ticket: ticket.id,
            case: ticket.case,
            external_id: ticket.external_id.clone(),
            channel: ticket.channel,
            item: ticket.item,
            observed_at: ticket.observed_at,
            arrived_at: ticket.arrived_at,
            reply: ticket.reply,
            urges: ticket.urges,
            withdrawn: ticket.withdrawn,
            drill: ticket.purpose == Purpose::Drill,
        }
    }
}

/// A change: a value of the topic `case-changes`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CaseChange {
    /// A case is new or has changed.
    CaseMoved {
        /// When.
        at: Timestamp,
        /// What happened.
        what: What,
        /// Why, where a reason was given.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(with = "ReasonCode")]
        reason: Option<ReasonCode>,
        /// Its row now.
        #[serde(flatten)]
        row: Box<PublicCase>,
    },
    /// A ticket is new or has changed.
    TicketMoved {
        /// When.
        at: Timestamp,
        /// Its row now.
        #[serde(flatten)]
        row: Box<PublicTicket>,
    },
    /// An ended case left the situation.
    CaseArchived {
        /// When.
        at: Timestamp,
        /// Which.
        case: CaseId,
    },
    /// A case may no longer be seen by everybody: forget it.
    CaseHidden {
        /// When.
        at: Timestamp,
        /// Which.
        case: CaseId,
    },
}

impl CaseChange {
    /// The case it is about: the record's key.
    #[must_use]
    pub fn case(&self) -> CaseId {
        match self {
            Self::CaseMoved { row, .. } => row.case,
            Self::TicketMoved { row, .. } => row.case,
            Self::CaseArchived { case, .. } | Self::CaseHidden { case, .. } => *case,
        }
    }

    /// Its word in `ce_type`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::CaseMoved { .. } => "case_moved",
            Self::TicketMoved { .. } => "ticket_moved",
            Self::CaseArchived { .. } => "case_archived",
            Self::CaseHidden { .. } => "case_hidden",
        }
    }

    /// When it became true.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        match self {
            Self::CaseMoved { at, .. }
            | Self::TicketMoved { at, .. }
            | Self::CaseArchived { at, .. }
            | Self::CaseHidden { at, .. } => *at,
        }
    }
}

macro_rules! what {
    ($($name:ident: $from:pat,)*) => {
        /// What happened to a case, without who did it and what they wrote.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        #[expect(missing_docs, reason = "each is the past participle of its verb")]
        pub enum What { $($name,)* }

        impl From<&Happened> for What {
            fn from(happened: &Happened) -> Self {
                match happened { $($from => Self::$name,)* }
            }
        }
    };
}

what! {
    Opened: Happened::Opened { .. },
    TicketJoined: Happened::TicketJoined { .. },
    TicketsLeft: Happened::TicketsLeft { .. },
    VerifyAsked: Happened::VerifyAsked,
    Verified: Happened::Verified,
    NotVerified: Happened::NotVerified { .. },
    Filed: Happened::Filed,
    Rejected: Happened::Rejected { .. },
    MergedInto: Happened::MergedInto { .. },
    Absorbed: Happened::Absorbed { .. },
    Unmerged: Happened::Unmerged { .. },
    SplitFrom: Happened::SplitFrom { .. },
    SuggestionDeclined: Happened::SuggestionDeclined { .. },
    Dispatched: Happened::Dispatched { .. },
    UnitAssigned: Happened::UnitAssigned { .. },
    UnitReleased: Happened::UnitReleased { .. },
    Accepted: Happened::Accepted,
    Returned: Happened::Returned { .. },
    Handled: Happened::Handled { .. },
    CheckPassed: Happened::CheckPassed,
    CheckFailed: Happened::CheckFailed { .. },
    Replied: Happened::Replied { .. },
    Reopened: Happened::Reopened { .. },
    Cancelled: Happened::Cancelled { .. },
    Urged: Happened::Urged,
    Withdrawn: Happened::Withdrawn { .. },
    SelfCleared: Happened::SelfCleared,
    Overdue: Happened::Overdue,
    Restated: Happened::Restated,
    Marked: Happened::Marked { .. },
    SelfHandled: Happened::SelfHandled { .. },
    Reassigned: Happened::Reassigned { .. },
    Delegated: Happened::Delegated { .. },
    Raised: Happened::Raised { .. },
    Joined: Happened::Joined { .. },
    Left: Happened::Left { .. },
    PartDone: Happened::PartDone { .. },
    PartLate: Happened::PartLate { .. },
    Whistled: Happened::Whistled { .. },
    ExtensionAsked: Happened::ExtensionAsked { .. },
    Extended: Happened::Extended { .. },
    ExtensionDenied: Happened::ExtensionDenied { .. },
    Suspended: Happened::Suspended { .. },
    Resumed: Happened::Resumed,
    Contacted: Happened::Contacted { .. },
    Visited: Happened::Visited { .. },
    Excluded: Happened::Excluded { .. },
    Supervised: Happened::Supervised { .. },
    SupervisionCancelled: Happened::SupervisionCancelled { .. },
    Instructed: Happened::Instructed { .. },
    Graded: Happened::Graded { .. },
    UrgencySet: Happened::UrgencySet { .. },
    JointSessionHeld: Happened::JointSessionHeld,
    Rallied: Happened::Rallied,
    Claimed: Happened::Claimed,
    FannedOut: Happened::FannedOut { .. },
    Rated: Happened::Rated { .. },
    Advanced: Happened::Advanced { .. },
    HandingOver: Happened::HandingOver { .. },
    HandedOver: Happened::HandedOver { .. },
    Arrived: Happened::Arrived { .. },
    OpenedByOffice: Happened::OpenedByOffice { .. },
    OpenedFor: Happened::OpenedFor { .. },
    ChildTurned: Happened::ChildTurned { .. },
    SeverityRaised: Happened::SeverityRaised,
    Evaluated: Happened::Evaluated,
    MarkedBehind: Happened::MarkedBehind { .. },
}

/// The reason that was given, where one was.
#[must_use]
pub fn reason(happened: &Happened) -> Option<ReasonCode> {
    match happened {
        Happened::NotVerified { reason }
        | Happened::Rejected { reason }
        | Happened::Returned { reason }
        | Happened::CheckFailed { reason }
        | Happened::Reopened { reason }
        | Happened::Cancelled { reason, .. }
        | Happened::Reassigned { reason, .. }
        | Happened::ExtensionAsked { reason, .. }
        | Happened::ExtensionDenied { reason }
        | Happened::Suspended { reason, .. }
        | Happened::SupervisionCancelled { reason }
        | Happened::UrgencySet { reason, .. }
        | Happened::HandingOver { reason, .. } => Some(*reason),
        Happened::Advanced { reason, .. } => *reason,
        _ => None,
    }
}
