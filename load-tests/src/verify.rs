//! What must be true after any number of kills, read from the journal itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::PoisonError;

use liandong::domain::limits::READ_ENTRIES_MAX;
use liandong::domain::{ChangeRange, Entry, Partition, Position, SignalKind};
use liandong::journal::{Journal, LocalJournal, LocalOptions, Stored, Topic};
use liandong::picture::Picture;
use liandong::situation::{Effects, Situation, apply};
use liandong::telemetry::Clock;
use liandong::wire::{change_v1, entry_v1};
use serde::Serialize;

use crate::Failure;
use crate::crash::{Reader, partitions};
use crate::loading::Acknowledged;

/// What was found; zeros and `true` are what is hoped for.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Findings {
    /// Acknowledged signals that are not in the journal.
    signals_lost: usize,
    /// Acknowledged signals that are in the journal more than once.
    signals_doubled: usize,
    /// Acknowledged commands that are not in the journal.
    commands_lost: usize,
    /// Acknowledged commands that are in the journal more than once.
    commands_doubled: usize,
    /// Entries in all journals.
    entries: u64,
    /// Partitions whose published digest is not that of a fresh fold.
    digests_differ: usize,
    /// Partitions whose picture, as the reader holds it, is not that of a fresh fold of changes.
    pictures_differ: usize,
    /// Published ranges that leave a gap behind the one before.
    gaps: usize,
    /// Orders in the changes.
    orders: usize,
    #[serde(skip)]
    order_ids: BTreeSet<String>,
}

impl Findings {
    /// Whether every promise was kept.
    pub(crate) fn sound(&self) -> bool {
        let broken = [
            self.signals_lost,
            self.signals_doubled,
            self.commands_lost,
            self.commands_doubled,
            self.digests_differ,
            self.pictures_differ,
            self.gaps,
        ];
        0 < self.entries && broken.iter().all(|count| *count == 0)
    }
}

/// Whether the receiver acted on exactly the orders that the changes hold.
pub(crate) fn all_acted(findings: &Findings, acted: &[String]) -> bool {
    acted.iter().cloned().collect::<BTreeSet<_>>() == findings.order_ids
}

/// Holds every promise against the journal under `data`.
pub(crate) fn hold(
    data: &Path,
    last: u16,
    acknowledged: &Acknowledged,
    reader: &Reader,
) -> Result<Findings, Failure> {
    let journal =
        LocalJournal::open(&data.join("journal"), LocalOptions::default(), Clock::System, None)?;
    let mut findings = Findings::default();
    let mut fresh = Picture::default();
    let mut signals = BTreeMap::new();
    let mut commands = BTreeMap::new();
    for partition in partitions(last) {
        let ranges = published(&*journal, partition, &mut findings)?;
        for range in &ranges {
            fresh.fold(range);
        }
        count_entries(&*journal, partition, &mut findings, (&mut signals, &mut commands))?;
        if !fold_agrees(&*journal, partition, &ranges)? {
            findings.digests_differ += 1;
        }
    }
    for partition in partitions(last) {
        if fresh.rows(partition) != reader.picture.rows(partition) {
            findings.pictures_differ += 1;
        }
    }
    let kept = acknowledged.signals.lock().unwrap_or_else(PoisonError::into_inner);
    (findings.signals_lost, findings.signals_doubled) = compare(&kept, &signals);
    let kept = acknowledged.commands.lock().unwrap_or_else(PoisonError::into_inner);
    (findings.commands_lost, findings.commands_doubled) = compare(&kept, &commands);
    findings.orders = findings.order_ids.len();
    Ok(findings)
}

fn compare(kept: &BTreeSet<String>, found: &BTreeMap<String, u64>) -> (usize, usize) {
    let lost = kept.iter().filter(|id| !found.contains_key(*id)).count();
    let doubled = kept.iter().filter(|id| found.get(*id).is_some_and(|times| 1 < *times)).count();
    (lost, doubled)
}

/// Every entry of a topic, page by page.
fn read_all(
    journal: &dyn Journal,
    topic: Topic,
    partition: Partition,
) -> Result<Vec<Stored>, Failure> {
    let mut all: Vec<Stored> = Vec::new();
    loop {
        let after = all.last().map_or(journal.start(topic, partition), |stored| stored.position);
        let page = journal.read(topic, partition, after, READ_ENTRIES_MAX)?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

/// The published ranges, cut as a reader cuts them.
fn published(
    journal: &dyn Journal,
    partition: Partition,
    findings: &mut Findings,
) -> Result<Vec<ChangeRange>, Failure> {
    let mut ranges = Vec::new();
    let mut at = Position::START;
    for stored in read_all(journal, Topic::Changes, partition)? {
        let range = change_v1::decode(&stored.bytes)?;
        if at < range.from {
            findings.gaps += 1;
        }
        at = at.max(range.to);
        findings.order_ids.extend(range.orders.iter().map(|order| order.id.to_string()));
        ranges.push(range);
    }
    Ok(ranges)
}

fn count_entries(
    journal: &dyn Journal,
    partition: Partition,
    findings: &mut Findings,
    (signals, commands): (&mut BTreeMap<String, u64>, &mut BTreeMap<String, u64>),
) -> Result<(), Failure> {
    for stored in read_all(journal, Topic::Journal, partition)? {
        findings.entries += 1;
        match entry_v1::decode(&stored.bytes)? {
            Entry::Signal(signal) if signal.kind == SignalKind::New => {
                *signals.entry(signal.external_id).or_default() += 1;
            }
            Entry::Command(command) => {
                *commands.entry(command.id.to_string()).or_default() += 1;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether a fresh fold has the digest of the last published range at its position.
fn fold_agrees(
    journal: &dyn Journal,
    partition: Partition,
    ranges: &[ChangeRange],
) -> Result<bool, Failure> {
    let Some(last) = ranges.last() else { return Ok(true) };
    let mut situation = Situation::new(partition);
    let mut effects = Effects::default();
    for stored in read_all(journal, Topic::Journal, partition)? {
        if stored.position <= last.to {
            let entry = entry_v1::decode(&stored.bytes)?;
            apply(&mut situation, &mut effects, (stored.position, stored.at), entry);
        }
    }
    Ok(situation.digest() == last.digest)
}
