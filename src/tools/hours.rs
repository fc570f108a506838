//! Reports as a journal: a record for each stretch of hours, the files' own times as its clock.
//!
//! **Invariant.** Record n is a pure function of the files and the rules, and an append is all or
//! nothing. So a journal that broke off anywhere is continued with its next record, and the
//! outcome is the same to the byte.

use std::collections::VecDeque;

use bytes::Bytes;

use crate::domain::limits::READ_ENTRIES_MAX;
use crate::domain::time::HOUR_MS;
use crate::domain::{
    Channel, Entry, Journalled, Partition, Playbook, Position, Purpose, Signal, SignalKind,
    Timestamp,
};
use crate::ingest::source_key;
use crate::journal::{Journal, Stored, Topic};
use crate::situation::CORE;
use crate::telemetry::Clock;
use crate::wire::entry_v1;
use crate::wire::feeds::Feed;

use super::reports::{Report, ToolError};

/// How much time one record spans: each costs an fsync where the journal is kept.
const STRETCH_MS: i64 = HOUR_MS;

/// The one partition of an assessment.
pub(super) const PARTITION: Partition = Partition(1);

fn signal_of(report: &Report) -> Entry {
    Entry::Signal(Box::new(Signal {
        source: source_key(Feed::Open311, &report.id),
        external_id: report.id.clone(),
        channel: Channel::PublicApp,
        kind: SignalKind::New,
        item: report.item,
        place: report.place,
        observed_at: report.at,
        arrived_at: report.at,
        owes_reply: false,
        purpose: Purpose::Real,
        evidence: report.evidence.clone(),
        words: None,
        due: None,
    }))
}

/// The records in their order: the core and the rules, then a tick and the reports of each stretch.
fn records<'a>(
    playbook: &Playbook,
    reports: &'a [Report],
) -> impl Iterator<Item = (Timestamp, Vec<Entry>)> + use<'a> {
    let first = reports.first().map_or(Timestamp::MIN, |report| report.at);
    let rules = vec![Entry::Core(CORE), Entry::Adopt(Box::new(playbook.clone()))];
    let mut left = reports;
    let mut stretch = first.0.div_euclid(STRETCH_MS);
    let stretches = std::iter::from_fn(move || {
        let ends = Timestamp((stretch + 1) * STRETCH_MS);
        stretch += 1;
        left.first()?;
        let (these, later) = left.split_at(left.partition_point(|report| report.at < ends));
        left = later;
        let at = these.last().map_or(ends.plus_ms(-1), |report| report.at);
        Some((at, std::iter::once(Entry::Tick).chain(these.iter().map(signal_of)).collect()))
    });
    std::iter::once((first, rules)).chain(stretches)
}

/// Writes what `journal` lacks of the reports; says how many records were there already.
pub(super) fn write(
    journal: &dyn Journal,
    clock: &Clock,
    (playbook, reports): (&Playbook, &[Report]),
) -> Result<u64, ToolError> {
    let end = *journal.end(Topic::Journal, PARTITION).borrow();
    let mut kept = Kept { journal, after: Position::START, read: VecDeque::new() };
    for (offset, (at, entries)) in (1_u64..).zip(records(playbook, reports)) {
        let encoded: Result<Vec<Bytes>, _> = entries.iter().map(entry_v1::encode).collect();
        let encoded = encoded.map_err(|error| broken(&error))?;
        if offset <= end.offset {
            kept.expect(offset, at, &encoded)?;
            continue;
        }
        clock.set(at);
        let pending = journal.append(Topic::Journal, PARTITION, encoded);
        let appended = pending.durable_blocking().map_err(|error| broken(&error))?;
        if appended.first.offset != offset {
            return Err(broken(&format!("record {offset} came to stand at {}", appended.first)));
        }
    }
    Ok(end.offset)
}

fn broken(why: &dyn std::fmt::Display) -> ToolError {
    ToolError::Asked(format!("the journal: {why}"))
}

/// What an earlier run wrote, read in its order.
struct Kept<'a> {
    journal: &'a dyn Journal,
    after: Position,
    read: VecDeque<Stored>,
}

impl Kept<'_> {
    /// The next record must be this one: a journal of other files is not continued.
    fn expect(&mut self, offset: u64, at: Timestamp, entries: &[Bytes]) -> Result<(), ToolError> {
        for (index, bytes) in (0_u32..).zip(entries) {
            if self.read.is_empty() {
                let read =
                    self.journal.read(Topic::Journal, PARTITION, self.after, READ_ENTRIES_MAX);
                self.read = read.map_err(|error| broken(&error))?.into();
            }
            let stored = self.read.pop_front();
            let position = Position::new(offset, index);
            let known = stored.is_some_and(|stored| {
                stored.position == position && stored.at == at && stored.bytes == *bytes
            });
            if !known {
                return Err(broken(&format!("{position} is of other files or other rules")));
            }
            self.after = position;
        }
        Ok(())
    }
}

/// Every entry of `journal`, decoded.
pub(super) fn read(journal: &dyn Journal) -> Result<Vec<Journalled>, ToolError> {
    let mut entries = Vec::new();
    let mut after = Position::START;
    loop {
        let stored = journal
            .read(Topic::Journal, PARTITION, after, READ_ENTRIES_MAX)
            .map_err(|error| broken(&error))?;
        let Some(last) = stored.last() else { return Ok(entries) };
        after = last.position;
        for stored in &stored {
            let entry = entry_v1::decode(&stored.bytes).map_err(|error| broken(&error))?;
            entries.push(Journalled { position: stored.position, at: stored.at, entry });
        }
    }
}
