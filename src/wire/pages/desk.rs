//! What the desk reads and asks over HTTP, as JSON.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    Case, CaseId, CommandId, Epoch, LimitUnit, OrgCode, Partition, Position, Refusal, Step, Tally,
    Ticket, TicketId, Timestamp, Unit, Verb,
};

use super::super::error::WireError;
use super::super::words_v1::Words;
use super::trade::{ActingRow, MarkRow, OfferRow, RoadPage};

/// A command as it is asked; free words stand beside the verb, in clear, and are sealed at once.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommandBody {
    /// The asker's name for it; made up where there is none. The same id gets the same answer.
    pub id: Option<CommandId>,
    /// The case's version the asker saw.
    pub expected_version: Option<u32>,
    /// For whom the asker acts, where its token is good for any.
    pub org: Option<OrgCode>,
    /// Whose register a unit is in, where the verb names no case.
    pub partition: Option<Partition>,
    /// What is asked.
    pub verb: Verb,
    /// The note of `handled`.
    pub note: Option<String>,
    /// The text of `reply`.
    pub text: Option<String>,
    /// The token of the second person, where two must agree.
    pub second_token: Option<String>,
}

impl CommandBody {
    /// Reads one.
    ///
    /// # Errors
    /// Where the bytes are none, or hold unknown words.
    pub fn read(bytes: &[u8]) -> Result<Self, WireError> {
        serde_json::from_slice(bytes)
            .map_err(|error| WireError::Damaged { format: "command", why: error.to_string() })
    }
}

/// The receipt of a command.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
pub struct CommandReceipt {
    /// Its id.
    pub command: CommandId,
    /// Where it was journalled …
    pub partition: Partition,
    /// … at this position …
    pub position: Position,
    /// … of this incarnation of the journal.
    pub epoch: Epoch,
}

/// Where a command stands.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CommandPage {
    /// Its id.
    pub command: CommandId,
    /// Who decides it.
    pub partition: Partition,
    /// Where it was journalled, if by this process.
    pub position: Option<Position>,
    /// Whether it was answered, and how.
    pub standing: Standing,
    /// Why not, for software.
    pub refusal: Option<Refusal>,
    /// Why not, for people.
    pub why: Option<String>,
    /// The case it was about.
    pub case: Option<CaseId>,
}

/// Whether a command was answered, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Not yet.
    Pending,
    /// It was done.
    Changed,
    /// It was not, and nothing changed.
    Refused,
}

/// How far a partition's picture reaches.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct AsOf {
    /// Whose.
    pub partition: Partition,
    /// Of which incarnation of the journal.
    pub epoch: Epoch,
    /// Through which position.
    pub position: Position,
    /// The journal's time there.
    pub at: Timestamp,
}

/// A case's row, with its point in degrees.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CaseRow {
    /// The row.
    #[serde(flatten)]
    pub case: Arc<Case>,
    /// Degrees north.
    pub lat: Option<f64>,
    /// Degrees east.
    pub lon: Option<f64>,
}

/// One page of cases, by id.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CasesPage {
    /// The rows.
    pub cases: Vec<CaseRow>,
    /// What to give as `cursor` for the next page; none after the last.
    pub next: Option<CaseId>,
    /// How far each partition's picture reaches.
    pub as_of: Vec<AsOf>,
}

/// What was sealed, where the asker may read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Opened<T> {
    /// None were written.
    None,
    /// They are not for this asker.
    Sealed,
    /// Their key was destroyed.
    Erased,
    /// They read so.
    Clear(T),
}

/// A ticket's row.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TicketRow {
    /// The row, but for its sealed words.
    #[serde(flatten)]
    pub ticket: Ticket,
    /// What was written.
    pub written: Opened<Words<'static>>,
    /// What the asker's role may ask of it, and what of that is refused now.
    pub offers: Vec<OfferRow>,
    /// Degrees north.
    pub lat: Option<f64>,
    /// Degrees east.
    pub lon: Option<f64>,
}

/// One step of a case's timeline.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StepRow {
    /// What happened.
    #[serde(flatten)]
    pub step: Step,
    /// What was written with it.
    pub written: Opened<String>,
}

/// Everything about one case.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CasePage {
    /// Its row, suggestions and their reasons included.
    #[serde(flatten)]
    pub row: CaseRow,
    /// Whether it has left memory for the archive: nothing more can be asked of it.
    pub archived: bool,
    /// Its tickets, each with why it is here.
    pub members: Vec<TicketRow>,
    /// What happened, oldest first.
    pub timeline: Vec<StepRow>,
    /// For whom the asker would ask; none without a token.
    pub acting: Option<ActingRow>,
    /// What the asker's role may ask of it where it stands, and what of that is refused now.
    pub offers: Vec<OfferRow>,
    /// The marks of its clock, while one runs.
    pub marks: Vec<MarkRow>,
    /// The time in which its tickets' reply clocks run.
    pub reply_unit: LimitUnit,
    /// The road of its kind.
    pub road: RoadPage,
    /// How far the picture reaches.
    pub as_of: AsOf,
}

/// The units of the partitions asked for.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UnitsPage {
    /// The rows, by partition.
    pub units: Vec<UnitRow>,
    /// How far each partition's picture reaches.
    pub as_of: Vec<AsOf>,
}

/// A unit's row.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UnitRow {
    /// In whose register.
    pub partition: Partition,
    /// The row.
    #[serde(flatten)]
    pub unit: Unit,
}

/// The counts of the partitions asked for.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TallyPage {
    /// By partition.
    pub tallies: BTreeMap<Partition, Tally>,
    /// How far each partition's picture reaches.
    pub as_of: Vec<AsOf>,
}

/// A ticket's words are gone for ever.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct ErasedPage {
    /// Whose.
    pub ticket: TicketId,
    /// Always true.
    pub erased: bool,
}
