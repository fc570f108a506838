//! Signals 线索 as they are admitted, and the tickets 诉求 they become.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::evidence::Evidence;
use super::geo::Place;
use super::id::{CaseId, CommandId, ItemCode, SourceKey, TicketId};
use super::sealed::Sealed;
use super::time::Timestamp;
use super::trade::{Exclusion, Visit};

/// Where a signal came from.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A grid worker 网格员.
    Grid,
    /// A citizen's app or page.
    PublicApp,
    /// The 12345 hotline.
    Hotline,
    /// A camera's rule.
    Video,
    /// The police's 110, for what is not theirs.
    Police110,
    /// A petition 信访.
    Petition,
    /// A sensor.
    Sensor,
    /// A higher level.
    Superior,
    /// A business.
    Business,
}

/// What a signal says of its matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignalKind {
    /// A new observation.
    New,
    /// The sender asks again 催办 about an earlier one.
    Urge {
        /// The earlier one.
        about: SourceKey,
    },
    /// The sender takes an earlier one back.
    Withdraw {
        /// The earlier one.
        about: SourceKey,
    },
    /// A camera's episode goes on.
    EpisodeUpdated {
        /// The signal that opened it.
        about: SourceKey,
        /// Hits so far.
        hits: u32,
    },
    /// A camera's episode is over: the object is gone.
    EpisodeEnded {
        /// The signal that opened it.
        about: SourceKey,
        /// Hits in all.
        hits: u32,
    },
}

/// Whether something is meant. What is not meant joins nothing that is, and is in no figure.
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
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// It happened.
    #[default]
    Real,
    /// 演练: people practise, on the same pages.
    Drill,
    /// 贯通: the system tries its own road; no page shows it, and no order of it leaves.
    Canary,
}

impl Purpose {
    /// Whether it happened.
    #[must_use]
    pub fn is_real(self) -> bool {
        self == Self::Real
    }
}

/// One admitted observation from one source: what ingest appends to the journal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Signal {
    /// The same key is the same observation, sent again.
    pub source: SourceKey,
    /// The sender's own identifier, for people to quote.
    pub external_id: String,
    /// Where it came from.
    pub channel: Channel,
    /// What it says.
    pub kind: SignalKind,
    /// What it is about, where the sender knew.
    pub item: Option<ItemCode>,
    /// Where it is.
    pub place: Place,
    /// When the sender saw it, by the sender's clock.
    pub observed_at: Timestamp,
    /// When we received it.
    pub arrived_at: Timestamp,
    /// Whether the sender is owed a reply.
    pub owes_reply: bool,
    /// Whether it is meant.
    pub purpose: Purpose,
    /// What fusion may compare.
    pub evidence: Evidence,
    /// What the sender wrote.
    pub words: Option<Sealed>,
    // New ones go to the end.
    /// Until when it is to be handled, as its source says; none where it says nothing.
    pub due: Option<Timestamp>,
}

/// An admitted report, immutable but for where it is handled and whether it was answered.
///
/// Cases are merged, complaints are not 并案不并诉: each ticket keeps its own reply clock.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Ticket {
    /// Its number.
    pub id: TicketId,
    /// The case that handles it.
    pub case: CaseId,
    /// Which observation it is.
    pub source: SourceKey,
    /// The sender's own identifier.
    pub external_id: String,
    /// Where it came from.
    pub channel: Channel,
    /// What it was reported as.
    pub item: Option<ItemCode>,
    /// Where it was reported.
    pub place: Place,
    /// When it was seen.
    pub observed_at: Timestamp,
    /// When it was received, for the corridor's clock.
    pub arrived_at: Timestamp,
    /// When it entered the journal.
    pub admitted_at: Timestamp,
    /// What its sender is owed.
    pub reply: Reply,
    /// Why it is in its case.
    pub attachment: Attachment,
    /// Times its sender asked again.
    pub urges: u16,
    /// Whether its sender took it back.
    pub withdrawn: bool,
    /// How a camera's episode stands, where one opened it.
    pub episode: Option<Episode>,
    /// Whether it is meant.
    pub purpose: Purpose,
    /// What was written.
    pub words: Option<Sealed>,
    /// When its sender was first spoken with 联系.
    pub contacted_at: Option<Timestamp>,
    /// When its sender was spoken with afterwards, and what they said 回访.
    pub visit: Option<Box<Visit>>,
    /// Why it stands outside the three rates 剔除.
    pub exclusion: Option<Box<Exclusion>>,
    /// Until when it is to be handled, as its source said.
    pub due: Option<Timestamp>,
}

impl Ticket {
    /// Whether its sender still waits for a reply, and counts.
    #[must_use]
    pub fn is_owed_a_reply(&self) -> bool {
        matches!(self.reply, Reply::Owed { .. }) && self.exclusion.is_none()
    }

    /// Whether its sender still waits for a reply, or to be asked how it went.
    #[must_use]
    pub fn waits(&self) -> bool {
        let waits = match self.reply {
            Reply::NotOwed => false,
            Reply::Owed { .. } => true,
            Reply::Given { .. } => self.visit.is_none(),
        };
        waits && self.exclusion.is_none()
    }
}

/// How the episode behind a camera's ticket stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Episode {
    /// Hits so far.
    pub hits: u32,
    /// Whether it is over: the object is gone.
    pub over: bool,
}

/// The reply a ticket's sender is owed, on a clock of its own.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// None is owed.
    NotOwed,
    /// One is owed.
    Owed {
        /// Until when.
        due: Timestamp,
        /// Whether that moment has passed.
        overdue: bool,
    },
    /// It was given.
    Given {
        /// When it was due.
        due: Timestamp,
        /// When it was given.
        at: Timestamp,
    },
}

/// Why a ticket is in its case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Attachment {
    /// Who put it there.
    pub by: AttachedBy,
    /// The member it resembled.
    pub against: Option<TicketId>,
    /// The sum of the reasons' points.
    pub points: i32,
    /// The weightiest reasons first.
    pub reasons: Vec<Reason>,
}

/// Who put a ticket into its case.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AttachedBy {
    /// It opened the case.
    Opening,
    /// Fusion, by itself.
    Fusion,
    /// Nobody: the partition holds as many open cases as it can, so it waits with its like.
    Overflow,
    /// An operator's command (a merge, an unmerge or a split).
    Command(CommandId),
}

/// One reason for a likeness, in points: 16 are a factor e of odds.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Reason {
    /// What was compared.
    pub feature: Feature,
    /// How much it speaks for (or, below 0, against) one matter.
    pub points: i16,
    /// What was found, in the feature's own unit (metres, seconds, per cent …).
    pub found: i32,
}

/// What fusion compares.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is named after what is compared; units in Reason::found")]
pub enum Feature {
    Item,
    Time,
    Distance,
    Words,
    Mark,
    Make,
    Colour,
    Body,
    Street,
    House,
    Ordinal,
    Rank,
    Crowd,
    Length,
    Topic,
    Grid,
}

/// A likeness too weak to act on alone, or of a kind that only a person may join.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Suggestion {
    /// The case it resembles.
    pub case: CaseId,
    /// The member of it that it resembles most.
    pub against: TicketId,
    /// What is suggested.
    pub hint: Hint,
    /// The sum of the reasons' points.
    pub points: i32,
    /// The weightiest reasons first.
    pub reasons: Vec<Reason>,
}

/// What a suggestion suggests.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    /// Join the open case.
    Join,
    /// Reopen the ended case.
    Reopen,
}
