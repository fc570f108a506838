//! Changes: what became true, in the order it did.
//!
//! A case's change carries the case's whole new row and the step that led to it, so a watcher
//! needs no rules of its own: it stores the row and remembers the step. Rows of cases and tickets
//! are shared: the core keeps the very row it speaks of. Steps are too, by all who remember them.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::adoption::{AdoptionRefusal, Proposal};
use super::arrival::Arrival;
use super::case::Case;
use super::city::{Register, RegisterSheets, SheetRefusal};
use super::command::{Actor, Outcome};
use super::digest::Digest;
use super::id::{CaseId, CommandId, OrgCode, Partition, SheetId, SourceKey, TicketId, UnitId};
use super::order::Order;
use super::playbook::Playbook;
use super::position::{Epoch, Position};
use super::sealed::Sealed;
use super::tally::Tally;
use super::ticket::Ticket;
use super::time::Timestamp;
use super::trade::{Card, ClockMark, ReasonCode, StepCode, Urgency};
use super::unit::Unit;

/// One thing that became true.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A case is new or has changed: its row now, and what happened.
    CaseMoved {
        /// The row as it now stands.
        case: Arc<Case>,
        /// What happened.
        step: Arc<Step>,
    },
    /// An ended case left the situation; its history stays in the journal.
    CaseArchived {
        /// Which.
        case: CaseId,
    },
    /// A ticket is new or has changed: its row now.
    TicketMoved {
        /// The row as it now stands.
        ticket: Arc<Ticket>,
    },
    /// A unit is new or has changed: its row now.
    UnitMoved {
        /// The row as it now stands.
        unit: Box<Unit>,
    },
    /// A command was answered.
    CommandAnswered {
        /// Which.
        command: CommandId,
        /// The case it was about, where it had one.
        case: Option<CaseId>,
        /// How.
        outcome: Outcome,
        /// Whether it had been answered before, and this is that answer again.
        repeated: bool,
    },
    /// A signal was answered: which ticket it became, now or earlier.
    SignalAnswered {
        /// Which.
        source: SourceKey,
        /// The ticket, none where the signal spoke of one we do not know.
        ticket: Option<TicketId>,
        /// Whether the same signal was seen before.
        repeated: bool,
    },
    /// The counts changed.
    TallyMoved {
        /// The counts as they now stand.
        tally: Box<Tally>,
    },
    /// Rules were adopted.
    PlaybookAdopted {
        /// The rules, with their version: a watcher shows and counts by them.
        playbook: Arc<Playbook>,
    },
    /// Rules were not adopted: their version is not above the one in force.
    PlaybookRefused {
        /// The version offered.
        version: u32,
        /// The version in force.
        in_force: u32,
    },
    /// The core of this number decides from here on.
    CoreSet {
        /// Its number.
        core: u32,
    },
    /// All rows were said again from here: a watcher starts anew.
    Restated,
    // New ones go to the end: changes keep them by their number.
    /// A case is to go to another partition, which is told until it says that it has it.
    CaseDeparted {
        /// Where.
        to: Partition,
        /// What it is told.
        arrival: Box<Arrival>,
    },
    /// A case has come from another partition, which is told so.
    CaseArrived {
        /// What it was there.
        from: CaseId,
        /// What it is here.
        became: CaseId,
    },
    /// An appeal was upheld: what the case did leaves the figures of months that are not frozen.
    FiguresRestated {
        /// The case.
        case: CaseId,
        /// The appeal.
        appeal: CaseId,
    },
    /// Rules were proposed; a second person is to approve them.
    PlaybookProposed {
        /// The proposal.
        proposal: Arc<Proposal>,
    },
    /// They were approved: every partition is told to adopt them.
    PlaybookApproved {
        /// The rules, with their version.
        playbook: Arc<Playbook>,
        /// Who approved.
        by: Actor,
    },
    /// They are proposed no more.
    ProposalWithdrawn {
        /// The version.
        version: u32,
        /// Who said so.
        by: Actor,
    },
    /// What was said of a proposal was not done.
    AdoptionRefused {
        /// The version.
        version: u32,
        /// Who said it.
        by: Actor,
        /// Why not.
        why: AdoptionRefusal,
    },
    /// What is in force of a register, or proposed, is another.
    RegisterMoved {
        /// Of which.
        register: Register,
        /// Its sheets now.
        sheets: Box<RegisterSheets>,
    },
    /// What was said of a sheet was not done.
    SheetRefused {
        /// Of which register.
        register: Register,
        /// Which sheet.
        sheet: SheetId,
        /// Whose account said it.
        by: String,
        /// Why not.
        why: SheetRefusal,
    },
}

impl Change {
    /// Whether another partition is to be told: of a case on its way there, or that it is here; of
    /// rules that it is to adopt.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        matches!(
            self,
            Self::CaseDeparted { .. } | Self::CaseArrived { .. } | Self::PlaybookApproved { .. }
        )
    }
}

/// What happened to a case, for its timeline.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// What.
    pub what: Happened,
    /// Who asked, where someone did.
    pub by: Option<Actor>,
    /// The command that asked.
    pub command: Option<CommandId>,
    /// When.
    pub at: Timestamp,
}

/// What can happen to a case: past participles of the trade.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the past participle of its verb")]
pub enum Happened {
    Opened { ticket: TicketId },
    TicketJoined { ticket: TicketId, points: i32 },
    TicketsLeft { to: CaseId },
    VerifyAsked,
    Verified,
    NotVerified { reason: ReasonCode },
    Filed,
    Rejected { reason: ReasonCode },
    MergedInto { case: CaseId },
    Absorbed { case: CaseId },
    Unmerged { from: CaseId },
    SplitFrom { case: CaseId },
    SuggestionDeclined { case: CaseId },
    Dispatched { lead: OrgCode },
    UnitAssigned { unit: UnitId },
    UnitReleased { unit: UnitId },
    Accepted,
    Returned { reason: ReasonCode },
    Handled { note: Option<Sealed> },
    CheckPassed,
    CheckFailed { reason: ReasonCode },
    Replied { ticket: TicketId, text: Option<Sealed> },
    Reopened { reason: ReasonCode },
    Cancelled { reason: ReasonCode, second: String },
    Urged,
    Withdrawn { ticket: TicketId },
    SelfCleared,
    Overdue,
    Restated,
    // New ones go to the end: changes keep them by their number.
    Marked { mark: ClockMark },
    SelfHandled { note: Option<Sealed> },
    Reassigned { lead: OrgCode, reason: ReasonCode },
    Delegated { to: OrgCode },
    Raised { to: OrgCode },
    Joined { org: OrgCode },
    Left { org: OrgCode },
    PartDone { org: OrgCode, step: StepCode, late: bool, note: Option<Sealed> },
    PartLate { org: OrgCode },
    Whistled { case: CaseId },
    ExtensionAsked { until: Timestamp, reason: ReasonCode },
    Extended { until: Timestamp },
    ExtensionDenied { reason: ReasonCode },
    Suspended { reason: ReasonCode, second: String },
    Resumed,
    Contacted { ticket: TicketId },
    Visited { ticket: TicketId },
    Excluded { ticket: TicketId, second: String },
    Supervised { card: Card },
    SupervisionCancelled { reason: ReasonCode },
    Instructed { text: Option<Sealed> },
    Graded { colour: u8 },
    UrgencySet { urgency: Urgency, reason: ReasonCode },
    JointSessionHeld,
    Rallied,
    Claimed,
    FannedOut { cases: u32 },
    Rated { rating: u8, resolved: bool },
    Advanced { step: StepCode, reason: Option<ReasonCode>, note: Option<Sealed> },
    HandingOver { to: Partition, reason: ReasonCode },
    HandedOver { became: CaseId },
    Arrived { from: CaseId },
    OpenedByOffice { note: Option<Sealed> },
    OpenedFor { parent: CaseId },
    ChildTurned { case: CaseId },
    SeverityRaised,
    Evaluated,
    MarkedBehind { mark: ClockMark },
}

impl Happened {
    /// Where its words stand, sealed; none where it has none.
    pub fn words_mut(&mut self) -> Option<&mut Option<Sealed>> {
        if let Self::Handled { note: words }
        | Self::SelfHandled { note: words }
        | Self::PartDone { note: words, .. }
        | Self::Advanced { note: words, .. }
        | Self::OpenedByOffice { note: words }
        | Self::Instructed { text: words }
        | Self::Replied { text: words, .. } = self
        {
            return Some(words);
        }
        None
    }
}

/// A change where it stands: named by the position that caused it and its index there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Placed {
    /// The entry that caused it.
    pub position: Position,
    /// When that entry was journalled.
    pub at: Timestamp,
    /// Which of that entry's changes; a `Restate` has one for each row.
    pub index: u32,
    /// The change.
    pub change: Change,
}

/// What a processor publishes: every change and order of the positions `(from, to]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ChangeRange {
    /// Whose.
    pub partition: Partition,
    /// The journal's incarnation.
    pub epoch: Epoch,
    /// After this position …
    pub from: Position,
    /// … through this one.
    pub to: Position,
    /// The journal's time at `to`.
    pub at: Timestamp,
    /// Which running processor says so.
    pub speaker: u64,
    /// The core that decided.
    pub core: u32,
    /// The running digest at `to`.
    pub digest: Digest,
    /// Whether one of the changes is for another partition ([`Change::is_elsewhere`]).
    pub elsewhere: bool,
    /// The changes, in order.
    pub changes: Vec<Placed>,
    /// The orders, in order.
    pub orders: Vec<Order>,
}

/// What a range says before its changes: its first fields, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RangeHead {
    /// As [`ChangeRange::partition`].
    pub partition: Partition,
    /// As [`ChangeRange::epoch`].
    pub epoch: Epoch,
    /// As [`ChangeRange::from`].
    pub from: Position,
    /// As [`ChangeRange::to`].
    pub to: Position,
    /// As [`ChangeRange::at`].
    pub at: Timestamp,
    /// As [`ChangeRange::speaker`].
    pub speaker: u64,
    /// As [`ChangeRange::core`].
    pub core: u32,
    /// As [`ChangeRange::digest`].
    pub digest: Digest,
    /// As [`ChangeRange::elsewhere`].
    pub elsewhere: bool,
}
