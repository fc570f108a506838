//! Dead letters: what could not be read or admitted, sealed and kept for a person.
//!
//! Nothing that a camera said, and nothing that was refused for privacy, is ever among them.

use bytes::Bytes;

use crate::domain::limits::{DEAD_LETTER_BYTES_MAX, READ_ENTRIES_MAX};
use crate::domain::{Partition, Position, Sealed, SourceKey, Timestamp};
use crate::journal::{Journal, JournalError, Stored, Topic};
use crate::vault::Vault;
use crate::wire::dead_letter_v2::{self, DeadLetter, Origin};
use crate::wire::feeds::Feed;
use crate::wire::problem::{Fate, Problem};
use crate::wire::receipts::{ShownLetter, ShownLetters};

/// A body, and which record of Kafka it was, where it was one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Came<'a> {
    /// By which feed, and when.
    pub(super) by: (Feed, Timestamp),
    /// What came.
    pub(super) body: &'a [u8],
    /// Where it lies, where nobody waits for an answer.
    pub(super) origin: Option<&'a Origin>,
}

/// The dead letters of the problems in a body. Where its sender hears of each, only those whose
/// bytes are kept; where nobody hears, all, and these alone with their bytes.
pub(super) fn letters(vault: &Vault, came: Came<'_>, problems: &[Problem]) -> Vec<Bytes> {
    let Came { by: (feed, arrived_at), body, origin } = came;
    let keeps = |problem: &Problem| problem.kind.fate() == Fate::Kept;
    let told = problems.iter().filter(|problem| origin.is_some() || keeps(problem));
    let letter = |problem: &Problem| {
        let raw = body.get(problem.span.clone()).unwrap_or_default();
        dead_letter_v2::encode(&DeadLetter {
            feed: feed.name().to_owned(),
            reason: problem.kind.word().to_owned(),
            index: count(problem.index.unwrap_or_default()),
            offset: count(problem.span.start),
            length: count(raw.len()),
            arrived_at,
            origin: origin.cloned(),
            raw: Some(raw)
                .filter(|raw| keeps(problem) && !raw.is_empty())
                .and_then(|raw| seal(vault, raw)),
        })
    };
    told.filter_map(|problem| {
        letter(problem)
            .inspect_err(|error| tracing::error!(%error, "a dead letter could not be written"))
            .ok()
    })
    .collect()
}

fn count(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// The bytes under a key of their own, so that they can be erased like any words.
fn seal(vault: &Vault, raw: &[u8]) -> Option<Sealed> {
    let kept = raw.get(..DEAD_LETTER_BYTES_MAX).unwrap_or(raw);
    let hash = blake3::hash(kept);
    let first = hash.as_bytes().first_chunk::<16>().copied().unwrap_or_default();
    let key = Vault::key_for(SourceKey(u128::from_be_bytes(first)));
    vault.seal(key, &String::from_utf8_lossy(kept)).ok()
}

/// What a reader asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    /// After this position only.
    pub(super) since: Position,
    /// At most so many.
    pub(super) limit: usize,
    /// Opened, for who may read words.
    pub(super) opened: bool,
}

/// The newest letters, the newest first.
pub(super) fn page(
    journal: &dyn Journal,
    vault: &Vault,
    asked: Asked,
) -> Result<ShownLetters, JournalError> {
    let end = *journal.end(Topic::DeadLetters, Partition::CITY).borrow();
    let start = journal.start(Topic::DeadLetters, Partition::CITY);
    let records = u64::try_from(asked.limit).unwrap_or(u64::MAX);
    // Each record holds one letter at least, so the newest `limit` lie in as many records.
    let from = Position::new(end.offset.saturating_sub(records), u32::MAX);
    let mut after = from.max(asked.since).max(start);
    let mut found: Vec<Stored> = Vec::new();
    while after < end {
        let more = journal.read(Topic::DeadLetters, Partition::CITY, after, READ_ENTRIES_MAX)?;
        let Some(last) = more.last() else { break };
        after = last.position;
        found.extend(more);
        let extra = found.len().saturating_sub(asked.limit);
        found.drain(..extra);
    }
    let shown = found.iter().rev().filter_map(|stored| shown(vault, stored, asked.opened));
    Ok(ShownLetters { dead_letters: shown.collect(), end })
}

fn shown(vault: &Vault, stored: &Stored, opened: bool) -> Option<ShownLetter> {
    let letter = dead_letter_v2::decode(&stored.bytes)
        .inspect_err(|error| tracing::error!(%error, "a dead letter cannot be read"))
        .ok()?;
    let open = || letter.raw.as_ref().and_then(|raw| vault.open_words(raw).ok());
    Some(ShownLetter {
        position: stored.position,
        at: stored.at,
        sent: opened.then(open).flatten(),
        feed: letter.feed,
        reason: letter.reason,
        index: letter.index,
        offset: letter.offset,
        length: letter.length,
        origin: letter.origin,
    })
}
