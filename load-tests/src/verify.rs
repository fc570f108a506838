//! What must be true after any number of kills, read from the journal itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::PoisonError;

use liandong::domain::limits::READ_ENTRIES_MAX;
use liandong::domain::{Entry, Partition, Position, Purpose, SignalKind};
use liandong::journal::{Journal, LocalJournal, LocalOptions, Stored, Topic};
use liandong::picture::{Folded, Picture, Rows};
use liandong::situation::Situation;
use liandong::telemetry::Clock;
use liandong::tools::replay::replay;
use liandong::wire::{change_v1, entry_v1};
use serde::Serialize;

use crate::Failure;
use crate::crash::partitions;
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
    /// Published digests that a fresh fold was held against.
    digests_held: u64,
    /// Partitions in which a published digest, the last above all, is not that of a fresh fold.
    digests_differ: usize,
    /// Partitions whose picture, as the reader holds it, is not that of a fresh fold of changes.
    pictures_differ: usize,
    /// Partitions in which the folded changes do not show the rows of a fresh fold of the journal.
    rows_differ: usize,
    /// Partitions whose changes a reader cannot follow to their end.
    gaps: usize,
    /// Ranges that came before their time, and came again.
    early: u64,
    /// Orders in the changes that are meant to leave.
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
            self.rows_differ,
            self.gaps,
        ];
        0 < self.entries && broken.iter().all(|count| *count == 0)
    }
}

/// Whether the receiver acted on exactly the orders that the changes hold.
pub(crate) fn all_acted(findings: &Findings, acted: &[String]) -> bool {
    acted.iter().cloned().collect::<BTreeSet<_>>() == findings.order_ids
}

/// Holds every promise against the embedded journal under `data`.
pub(crate) fn hold(
    data: &Path,
    last: u16,
    acknowledged: &Acknowledged,
    picture: &Picture,
) -> Result<Findings, Failure> {
    let journal =
        LocalJournal::open(&data.join("journal"), LocalOptions::default(), Clock::System, None)?;
    hold_journal(&*journal, last, acknowledged, picture)
}

/// Holds every promise against `journal`, and what a reader shows against what it holds.
pub(crate) fn hold_journal(
    journal: &dyn Journal,
    last: u16,
    acknowledged: &Acknowledged,
    picture: &Picture,
) -> Result<Findings, Failure> {
    let mut findings = Findings::default();
    let mut fresh = Picture::default();
    let mut signals = BTreeMap::new();
    let mut commands = BTreeMap::new();
    for partition in partitions(last) {
        fold_published(journal, partition, (&mut findings, &mut fresh))?;
        count_entries(journal, partition, &mut findings, (&mut signals, &mut commands))?;
        let through = fresh.position(partition);
        let replayed = replay(journal, partition, Some(through))?;
        let agrees = replayed.situation.digest() == fresh.digest(partition);
        findings.digests_held += replayed.verified;
        findings.digests_differ += usize::from(replayed.differs.is_some() || !agrees);
        findings.pictures_differ += usize::from(fresh.rows(partition) != picture.rows(partition));
        findings.rows_differ += usize::from(!shows(&fresh, &replayed.situation));
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

/// Folds what is published as a reader takes it: by the reader's rule, whoever said it.
fn fold_published(
    journal: &dyn Journal,
    partition: Partition,
    (findings, fresh): (&mut Findings, &mut Picture),
) -> Result<(), Failure> {
    // A range that begins too far on comes again; where it never does, the end is not reached.
    let mut furthest = Position::START;
    for stored in read_all(journal, Topic::Changes, partition)? {
        let range = change_v1::decode(&stored.bytes)?;
        furthest = furthest.max(range.to);
        match fresh.fold(&range) {
            Folded::Taken | Folded::Seen => {}
            Folded::Gap | Folded::OtherEpoch => findings.early += 1,
        }
        // No order of a canary leaves.
        let meant = range.orders.iter().filter(|order| order.purpose != Purpose::Canary);
        findings.order_ids.extend(meant.map(|order| order.id.to_string()));
    }
    findings.gaps += usize::from(fresh.position(partition) < furthest);
    Ok(())
}

/// Whether a picture shows the rows of the situation it stands for.
fn shows(picture: &Picture, situation: &Situation) -> bool {
    let none = Rows::default();
    let rows = picture.rows(situation.partition()).unwrap_or(&none);
    rows.cases.values().map(|case| &**case).eq(situation.cases())
        && rows.tickets.values().map(|ticket| &**ticket).eq(situation.tickets())
        && rows.units.values().eq(situation.units())
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
