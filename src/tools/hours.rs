//! Reports as a journal: one record an hour, the file's own times as its clock.
//!
//! **Invariant.** Record n is a pure function of the files and the rules, and an append is all or
//! nothing. So a journal that broke off anywhere is continued with its next record, and the
//! outcome is the same to the byte.

use bytes::Bytes;

use crate::domain::time::HOUR_MS;
use crate::domain::{
    Channel, Entry, Journalled, Partition, Playbook, Position, Signal, SignalKind, Timestamp,
};
use crate::ingest::source_key;
use crate::journal::{Journal, Topic};
use crate::situation::CORE;
use crate::telemetry::Clock;
use crate::wire::entry_v1;
use crate::wire::feeds::Feed;

use super::reports::{Report, ToolError};

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
        drill: false,
        evidence: report.evidence.clone(),
        words: None,
    }))
}

/// The records in their order: the core and the rules, then a tick and the reports of each hour.
fn records<'a>(
    playbook: &Playbook,
    reports: &'a [Report],
) -> impl Iterator<Item = (Timestamp, Vec<Entry>)> + use<'a> {
    let first = reports.first().map_or(Timestamp::MIN, |report| report.at);
    let rules = vec![Entry::Core(CORE), Entry::Adopt(Box::new(playbook.clone()))];
    let mut left = reports;
    let mut hour = first.0.div_euclid(HOUR_MS);
    let hours = std::iter::from_fn(move || {
        let ends = Timestamp((hour + 1) * HOUR_MS);
        hour += 1;
        left.first()?;
        let (these, later) = left.split_at(left.partition_point(|report| report.at < ends));
        left = later;
        let at = these.last().map_or(ends.plus_ms(-1), |report| report.at);
        Some((at, std::iter::once(Entry::Tick).chain(these.iter().map(signal_of)).collect()))
    });
    std::iter::once((first, rules)).chain(hours)
}

/// Writes what `journal` lacks of the reports; says how many records were there already.
pub(super) fn write(
    journal: &dyn Journal,
    clock: &Clock,
    (playbook, reports): (&Playbook, &[Report]),
) -> Result<u64, ToolError> {
    let broken = |why: &dyn std::fmt::Display| ToolError::Asked(format!("the journal: {why}"));
    let end = *journal.end(Topic::Journal, PARTITION).borrow();
    for (offset, (at, entries)) in (1_u64..).zip(records(playbook, reports)) {
        let encoded: Result<Vec<Bytes>, _> = entries.iter().map(entry_v1::encode).collect();
        let encoded = encoded.map_err(|error| broken(&error))?;
        if offset <= end.offset {
            let before = Position::new(offset - 1, u32::MAX);
            let stored = journal.read(Topic::Journal, PARTITION, before, encoded.len());
            let stored = stored.map_err(|error| broken(&error))?;
            let same = stored.iter().map(|stored| &stored.bytes).eq(encoded.iter());
            if !same || stored.first().is_none_or(|stored| stored.at != at) {
                let why = format!("record {offset} is of other files or other rules");
                return Err(broken(&why));
            }
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

/// Every entry of `journal`, decoded.
pub(super) fn read(journal: &dyn Journal) -> Result<Vec<Journalled>, ToolError> {
    let broken = |why: &dyn std::fmt::Display| ToolError::Asked(format!("the journal: {why}"));
    let mut entries = Vec::new();
    let mut after = Position::START;
    loop {
        let stored = journal
            .read(Topic::Journal, PARTITION, after, crate::domain::limits::READ_ENTRIES_MAX)
            .map_err(|error| broken(&error))?;
        let Some(last) = stored.last() else { return Ok(entries) };
        after = last.position;
        for stored in &stored {
            let entry = entry_v1::decode(&stored.bytes).map_err(|error| broken(&error))?;
            entries.push(Journalled { position: stored.position, at: stored.at, entry });
        }
    }
}
