//! What a sender is told: a receipt for each signal that is durable, a problem for each other.

use serde::Serialize;

use crate::domain::{Partition, Position, SourceKey, Timestamp};

use super::dead_letter_v2::Origin;
use super::problem::Problem;

/// A signal is in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// Which element of the body it was, from 0.
    pub index: usize,
    /// The sender's own identifier.
    pub id: String,
    /// The key it is remembered by: the same key again is the same signal.
    pub source: SourceKey,
    /// Whose journal took it.
    pub partition: Partition,
    /// Where it stands there.
    pub position: Position,
    /// Where else it stands, where it speaks of an earlier signal.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Standing>,
}

/// A position in one partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Whose journal.
    pub partition: Partition,
    /// Where there.
    pub position: Position,
}

/// The answer to a body of reports.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Receipts {
    /// One for each signal that is durable.
    pub receipts: Vec<Receipt>,
    /// One for each element that is none.
    pub problems: Vec<Problem>,
}

/// The answer to a body of detections.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Noted {
    /// How many are durable.
    pub durable: usize,
    /// How many were refused; each is counted by its reason and none is kept.
    pub refused: usize,
    /// The first of the problems.
    pub problems: Vec<Problem>,
}

/// Nothing of a body could be taken: a problem that lists them all.
#[derive(Serialize)]
struct NothingTaken<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'static str,
    problems: &'a [Problem],
}

/// The problem+json of a body nothing of which could be taken.
#[must_use]
pub fn nothing_taken(problems: &[Problem]) -> Vec<u8> {
    let said = NothingTaken {
        r#type: "/problems/nothing-taken",
        title: "Nothing of this could be taken",
        status: 422,
        detail: "each of `problems` says which element, where in it, and what would be right",
        problems,
    };
    serde_json::to_vec(&said).unwrap_or_default()
}

/// A dead letter as a reader is shown it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownLetter {
    /// Where it stands among the dead letters.
    pub position: Position,
    /// When it was kept.
    pub at: Timestamp,
    /// Which feed it came by.
    pub feed: String,
    /// Why it could not be taken.
    pub reason: String,
    /// Which element of its body it was, from 0.
    pub index: u32,
    /// Where in the body it began, in bytes.
    pub offset: u32,
    /// How long it was, in bytes.
    pub length: u32,
    /// The record it came in, where it came over Kafka.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// What was sent, for who may read words and asks for them; gone where it was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<String>,
}

/// A page of dead letters, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownLetters {
    /// The letters.
    pub dead_letters: Vec<ShownLetter>,
    /// Ask again with `since` at this position for what came later.
    pub end: Position,
}
