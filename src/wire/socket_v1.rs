//! What pages and the gateway say to each other over a socket: `docs/protocol.md`.
//!
//! A frame is an object with one key, its kind.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{
    CaseId, CommandId, Outcome, Partition, Position, Refusal, Role, Tally, Timestamp,
};

use super::error::WireError;
use super::pages::{CommandBody, UnitRow};
use super::rows::{PageKind, PageRow};

/// What a page says.
#[derive(Debug, Deserialize)]
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
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// Who asks; none for whoever is on this machine.
    pub token: Option<String>,
    /// What it is.
    pub page: PageKind,
    /// What it shows; none for all it may.
    pub partitions: Option<Vec<Partition>>,
    /// Where it stands, `EPOCH:OFFSET.INDEX` each.
    #[serde(default)]
    pub since: BTreeMap<Partition, String>,
}

/// Which case is open.
#[derive(Debug, Clone, Copy, Deserialize)]
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
#[derive(Debug, Serialize)]
pub struct Welcome<'a> {
    /// The server's version.
    pub build: &'a str,
    /// The journal's incarnation.
    pub epoch: String,
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
#[derive(Debug, Serialize)]
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
#[derive(Debug, Serialize)]
pub struct Live {
    /// Which.
    pub partition: Partition,
    /// Where it stands, to resume from.
    pub through: String,
    /// The journal's time.
    pub at: Timestamp,
    /// `snapshot`, `tail` or `resync`.
    pub how: &'static str,
}

/// What became true of a partition.
#[derive(Debug, Serialize)]
pub struct Delta {
    /// Which.
    pub partition: Partition,
    /// After this position …
    pub from: Position,
    /// … through this one.
    pub to: Position,
    /// The journal's time there.
    pub at: Timestamp,
    /// Cases that are new to the page or moved.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<PageRow>,
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
        self.cases.is_empty()
            && self.gone.is_empty()
            && self.units.is_empty()
            && self.answers.is_empty()
    }
}

/// The answer to a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnswerRow {
    /// Which.
    pub command: CommandId,
    /// The case it was about.
    pub case: Option<CaseId>,
    /// `changed` or `refused`.
    pub outcome: &'static str,
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
        let outcome = if refusal.is_none() { "changed" } else { "refused" };
        Self { command, case, outcome, refusal, why }
    }
}

/// A partition's counts.
#[derive(Debug, Serialize)]
pub struct Figures<'a> {
    /// Which.
    pub partition: Partition,
    /// The counts.
    pub tally: &'a Tally,
}

/// The server lives, and this is how old what it knows is.
#[derive(Debug, Serialize)]
pub struct Beat {
    /// The server's time.
    pub now: Timestamp,
    /// Milliseconds since each partition's newest range.
    pub behind_ms: BTreeMap<Partition, i64>,
    /// Sources that say nothing for longer than they should.
    pub silent: Vec<crate::domain::Channel>,
    /// The newest canary that came through; none where none has.
    pub canary: Option<CanaryRoad>,
}

/// How a canary crossed the whole road.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CanaryRoad {
    /// From its arrival to its closing shown, in milliseconds.
    pub road_ms: i64,
    /// When that was.
    pub at: Timestamp,
}

/// A command was not journalled.
#[derive(Debug, Serialize)]
pub struct TurnedAway<'a, P> {
    /// Which, where it was named.
    pub command: Option<CommandId>,
    /// Why, as over HTTP.
    #[serde(flatten)]
    pub problem: &'a P,
}

/// Who looks at a case.
#[derive(Debug, Serialize)]
pub struct Present {
    /// Which.
    pub case: CaseId,
    /// Accounts, each once.
    pub accounts: Vec<String>,
}

/// The frame of a kind.
///
/// # Errors
/// Where a value cannot be represented; none of ours is.
pub fn frame<T: Serialize>(kind: &str, body: &T) -> Result<String, WireError> {
    let mut text = format!("{{\"{kind}\":").into_bytes();
    serde_json::to_writer(&mut text, body).map_err(damaged)?;
    text.push(b'}');
    String::from_utf8(text)
        .map_err(|error| WireError::Damaged { format: "frame", why: error.to_string() })
}

#[expect(clippy::needless_pass_by_value, reason = "used as a function of the error")]
fn damaged(error: serde_json::Error) -> WireError {
    WireError::Damaged { format: "frame", why: error.to_string() }
}
