//! What pages and the gateway say to each other over a socket: `docs/protocol.md`.
//!
//! A frame is an object with one key, its kind.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    CaseId, Channel, CommandId, Epoch, Outcome, Partition, Position, Refusal, Role, Tally,
    Timestamp,
};

use super::error::WireError;
use super::pages::{CommandBody, CommandReceipt, UnitRow};
use super::problem::Written;
use super::rows::{MovedRow, PageKind, PageRow};

/// Both sides agree on this subprotocol.
pub const PROTOCOL: &str = "liandong.v1";

/// What a page says.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// Who it is, and where it stands.
    Hello(Hello),
    /// What its operator asks.
    Command(Box<CommandBody>),
    /// Which case is open in front of its operator.
    Looking(Looking),
}

/// The first thing a page says.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// Who asks; none for whoever is on this machine.
    pub token: Option<String>,
    /// What it is.
    pub page: PageKind,
    /// What it shows; none for all it may.
    pub partitions: Option<Vec<Partition>>,
    /// Where it stands.
    #[serde(default)]
    pub since: BTreeMap<Partition, Standpoint>,
}

/// Where a page stands in a partition: `EPOCH:OFFSET.INDEX`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("pattern" = r"^[0-9]{1,20}:[0-9]{1,20}\.[0-9]{1,10}$"))]
#[schemars(extend("examples" = ["1764000000000:1042.0"]))]
pub struct Standpoint(pub String);

/// Which case is open.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Looking {
    /// Which; none where none is.
    pub case: Option<CaseId>,
}

impl Said {
    /// Reads a frame.
    ///
    /// # Errors
    /// Where it is none.
    pub fn read(frame: &str) -> Result<Self, WireError> {
        serde_json::from_str(frame).map_err(damaged)
    }
}

/// The answer to a hello.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Welcome<'a> {
    /// The server's version.
    pub build: &'a str,
    /// The journal's incarnation.
    pub epoch: Epoch,
    /// The server's time.
    pub now: Timestamp,
    /// The connection's number.
    pub session: u64,
    /// The city's name.
    pub city: &'a str,
    /// What the page is.
    pub page: PageKind,
    /// Whose token it is.
    pub account: Option<&'a str>,
    /// In which role.
    pub role: Option<Role>,
    /// What it will be shown.
    pub partitions: &'a [Partition],
}

/// A page of a partition's rows.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Page<'a> {
    /// Whose.
    pub partition: Partition,
    /// Which of them, from 1 …
    pub number: usize,
    /// … to this.
    pub of: usize,
    /// The journal's time.
    pub at: Timestamp,
    /// Cases.
    pub cases: &'a [PageRow],
    /// Units, on the first page.
    pub units: Vec<UnitRow>,
}

/// From here on a partition is live.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Live {
    /// Which.
    pub partition: Partition,
    /// Where it stands, to resume from.
    pub through: Standpoint,
    /// The journal's time.
    pub at: Timestamp,
    /// How it became so.
    pub how: How,
}

/// How a partition became live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Its rows were sent.
    Snapshot,
    /// The page goes on where it stood.
    Tail,
    /// The page fell behind, and its rows were sent anew.
    Resync,
}

/// What became true of a partition.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Delta {
    /// Which.
    pub partition: Partition,
    /// After this position …
    pub from: Position,
    /// … through this one.
    pub to: Position,
    /// The journal's time there.
    pub at: Timestamp,
    /// Cases that came into the page's sight, whole: whatever it held of them is replaced.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub came: Vec<PageRow>,
    /// Cases that the page shows and that moved.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<MovedRow>,
    /// Cases the page shows no more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<CaseId>,
    /// Units that moved.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<UnitRow>,
    /// Commands that were answered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<AnswerRow>,
}

impl Delta {
    /// Whether it says nothing but that time has passed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.came.is_empty()
            && self.cases.is_empty()
            && self.gone.is_empty()
            && self.units.is_empty()
            && self.answers.is_empty()
    }
}

/// Whether what was asked was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It was.
    Changed,
    /// It was not, and nothing changed.
    Refused,
}

/// The answer to a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AnswerRow {
    /// Which.
    pub command: CommandId,
    /// The case it was about.
    pub case: Option<CaseId>,
    /// Whether it was done.
    pub outcome: Verdict,
    /// Why not, for software.
    pub refusal: Option<Refusal>,
    /// Why not, for people.
    pub why: Option<String>,
}

impl AnswerRow {
    /// The row of an answer.
    #[must_use]
    pub fn new(command: CommandId, case: Option<CaseId>, outcome: Outcome) -> Self {
        let refusal = match outcome {
            Outcome::Changed => None,
            Outcome::Refused(refusal) => Some(refusal),
        };
        let why = refusal.map(|refusal| refusal.to_string());
        let outcome = if refusal.is_none() { Verdict::Changed } else { Verdict::Refused };
        Self { command, case, outcome, refusal, why }
    }
}

/// A partition's counts.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Figures<'a> {
    /// Which.
    pub partition: Partition,
    /// The counts.
    pub tally: &'a Tally,
}

/// The server lives, and this is how old what it knows is.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Beat {
    /// The server's time.
    pub now: Timestamp,
    /// Milliseconds since each partition's newest range.
    pub behind_ms: BTreeMap<Partition, i64>,
    /// When the newest report of each source came in.
    pub heard: BTreeMap<Channel, Timestamp>,
    /// Sources that say nothing for longer than they should.
    pub silent: Vec<Channel>,
    /// The newest canary that came through; none where none has.
    pub canary: Option<CanaryRoad>,
}

/// How a canary crossed the whole road.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CanaryRoad {
    /// From its arrival to its closing shown, in milliseconds.
    pub road_ms: i64,
    /// When that was.
    pub at: Timestamp,
}

/// A command was not journalled.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TurnedAway<'a> {
    /// Which, where it was named.
    pub command: Option<CommandId>,
    /// Why, as over HTTP.
    #[serde(flatten)]
    pub problem: Written<'a>,
}

/// Who looks at a case.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Present {
    /// Which.
    pub case: CaseId,
    /// Accounts, each once.
    pub accounts: Vec<String>,
}

/// A frame from the server.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Told<'a> {
    /// The answer to a hello.
    Hello(Welcome<'a>),
    /// Rows of a partition.
    Page(Page<'a>),
    /// A partition is live from here on.
    Live(Live),
    /// What became true.
    Delta(Delta),
    /// A partition's counts.
    Figures(Figures<'a>),
    /// The server lives.
    Beat(Beat),
    /// A command is durable; it is not decided yet.
    Journalled(CommandReceipt),
    /// A command was not journalled.
    TurnedAway(TurnedAway<'a>),
    /// Who looks at a case.
    Present(Present),
}

impl Told<'_> {
    /// Its text.
    ///
    /// # Errors
    /// Where a value cannot be represented; none of ours is.
    pub fn frame(&self) -> Result<String, WireError> {
        serde_json::to_string(self).map_err(damaged)
    }
}

/// A code the server closes a socket with, and what the page then does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Close {
    /// The code.
    pub code: u16,
    /// What it means.
    pub meaning: &'static str,
    /// After how long the page comes back at first; none where it does not.
    pub again_ms: Option<u32>,
    /// Whether it then begins anew, without its `since`.
    pub anew: bool,
}

#[expect(clippy::needless_pass_by_value, reason = "used as a function of the error")]
fn damaged(error: serde_json::Error) -> WireError {
    WireError::Damaged { format: "frame", why: error.to_string() }
}
