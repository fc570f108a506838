//! The processor's thread: restores, speaks, ticks, and has snapshots taken.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use futures::future::select_all;
use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::background;
use crate::config::ProcessorConfig;
use crate::domain::time::HOUR_MS;
use crate::domain::{Entry, Partition, Playbook, Position};
use crate::journal::{Journal, Needs, Snapshots, Topic};
use crate::shutdown::Stop;
use crate::telemetry::{Clock, Metrics, Stage, Stopwatch};
use crate::wire::entry_v1;

use super::begin::begin_journal;
use super::restore::needed_after;
use super::snapshot::{Taken, keep_restored, take_snapshot};
use super::speaker::{ProcessorError, Said, Speaker};

/// As whom it reads the changes.
const READER: &str = "processor";

/// What a processor works with.
#[derive(Debug, Clone)]
pub struct ProcessorParts {
    /// The journal it folds and publishes to.
    pub journal: Arc<dyn Journal>,
    /// Where snapshots lie; none for a journal in memory.
    pub snapshots: Option<Arc<Snapshots>>,
    /// What it tells of how far it is done with the changes.
    pub needs: Needs,
    /// Its settings.
    pub config: ProcessorConfig,
    /// What an empty journal adopts.
    pub playbook: Arc<Playbook>,
    /// The partitions it folds.
    pub partitions: Vec<Partition>,
    /// Hours the journal keeps at least.
    pub retention_hours: u32,
    /// Where it counts.
    pub metrics: Metrics,
    /// The journal's clock.
    pub clock: Clock,
}

/// One partition under way.
#[derive(Debug)]
struct Lane {
    speaker: Speaker,
    end: watch::Receiver<Position>,
    unsnapshot: u64,
}

/// Runs until asked to stop. Blocks: give it a thread of its own.
///
/// # Errors
/// Where the journal is broken or a digest disagrees: the process must end or fall silent.
pub fn run(parts: &ProcessorParts, stop: &Stop, runtime: &Handle) -> Result<(), ProcessorError> {
    let mut lanes = restore_all(parts)?;
    let mut snapshot: Option<Taking> = None;
    let (mut spoke, mut ticked) = (Stopwatch::start(), Stopwatch::start());
    let publish_every = Duration::from_millis(parts.config.publish_every_ms);
    let tick_every = Duration::from_millis(parts.config.tick_every_ms);
    while !stop.is_asked() {
        if tick_every <= ticked.elapsed() {
            ticked = Stopwatch::start();
            tick(parts)?;
        }
        let due = publish_every <= spoke.elapsed();
        if due {
            spoke = Stopwatch::start();
        }
        let entries = step_all(parts, &mut lanes, due)?;
        snapshot = look_after(parts, &mut lanes, snapshot)?;
        if entries == 0 {
            let left = publish_every.saturating_sub(spoke.elapsed());
            wait_for_more(runtime, &mut lanes, left.min(tick_every));
        }
    }
    tracing::info!("the processor has stopped");
    Ok(())
}

/// Folds and publishes what the journal holds, then returns how many entries that was.
///
/// # Errors
/// As [`run`].
pub fn run_until_end(parts: &ProcessorParts) -> Result<u64, ProcessorError> {
    let mut lanes = restore_all(parts)?;
    let mut applied = 0;
    loop {
        match step_all(parts, &mut lanes, false)? {
            0 => return Ok(applied),
            entries => applied += entries,
        }
    }
}

fn restore_all(parts: &ProcessorParts) -> Result<BTreeMap<Partition, Lane>, ProcessorError> {
    let mut lanes = BTreeMap::new();
    for partition in &parts.partitions {
        if begin_journal(&*parts.journal, *partition, &parts.playbook)? {
            tracing::info!(%partition, "an empty journal has adopted the playbook");
        }
        let speaker = restore_one(parts, *partition)?;
        warn_of_other_playbook(parts, &speaker);
        let end = parts.journal.end(Topic::Journal, *partition);
        // Kept just now, or counted on towards the next.
        let unsnapshot = speaker.caught_up() % parts.config.snapshot_every_entries.max(1);
        lanes.insert(*partition, Lane { speaker, end, unsnapshot });
    }
    Ok(lanes)
}

fn restore_one(parts: &ProcessorParts, partition: Partition) -> Result<Speaker, ProcessorError> {
    let took = Stopwatch::start();
    let id = u64::from(std::process::id());
    let restored = Speaker::restore(&*parts.journal, parts.snapshots.as_deref(), (partition, id));
    if let Err(error @ ProcessorError::Disagreement { .. }) = &restored {
        parts.metrics.processor_disagreements_total.inc();
        tracing::error!(%partition, %error, "this processor falls silent");
    }
    let speaker = restored?;
    parts.metrics.processor_quarantined_total.inc_by(speaker.set_aside());
    let needed_after = needed_after(&*parts.journal, parts.snapshots.as_deref(), partition)?;
    parts.needs.done(READER, partition, needed_after);
    keep_if_due(parts, &speaker);
    let took_ms = u64::try_from(took.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(%partition, position = %speaker.spoken(), took_ms, "a situation is restored");
    Ok(speaker)
}

/// Keeps what was restored, where that took as many entries as lie between two snapshots.
fn keep_if_due(parts: &ProcessorParts, speaker: &Speaker) {
    let Some(snapshots) = &parts.snapshots else { return };
    if speaker.caught_up() < parts.config.snapshot_every_entries {
        return;
    }
    match keep_restored(&*parts.journal, snapshots, speaker) {
        Ok(()) => tracing::info!(position = %speaker.spoken(), "what was restored is kept"),
        Err(error) => tracing::warn!(%error, "what was restored could not be kept"),
    }
}

/// An empty journal takes the files once; later, a differing file is only a proposal.
fn warn_of_other_playbook(parts: &ProcessorParts, speaker: &Speaker) {
    let in_force = speaker.situation().playbook().version;
    if in_force != 0 && in_force != parts.playbook.version {
        let (partition, offered) = (speaker.situation().partition(), parts.playbook.version);
        tracing::warn!(%partition, in_force, offered, "the configured playbook is only a proposal");
    }
}

/// One step of each partition, then one wait for all that was said. Says how many entries that
/// was.
fn step_all(
    parts: &ProcessorParts,
    lanes: &mut BTreeMap<Partition, Lane>,
    even_empty: bool,
) -> Result<u64, ProcessorError> {
    let mut all_said = Vec::new();
    for (partition, lane) in lanes.iter_mut() {
        lane.end.mark_unchanged();
        match lane.speaker.step(&*parts.journal, even_empty) {
            Ok(Some(said)) => {
                lane.unsnapshot += u64::try_from(said.entries).unwrap_or(0);
                all_said.push((*partition, said));
            }
            Ok(None) => {}
            Err(ProcessorError::Panicked { position }) => {
                parts.metrics.processor_quarantined_total.inc();
                tracing::error!(%partition, %position, "an entry is quarantined");
                lane.speaker = restore_one(parts, *partition)?;
            }
            Err(error) => return Err(error),
        }
    }
    let entries = all_said.iter().map(|(_, said)| u64::try_from(said.entries).unwrap_or(0)).sum();
    for (partition, said) in all_said {
        count(parts, partition, &said, lanes);
        settle(parts, said)?;
    }
    Ok(entries)
}

/// Waits until a range is durable, and notes how long its signals took.
fn settle(parts: &ProcessorParts, mut said: Said) -> Result<(), ProcessorError> {
    let applied = parts.clock.now();
    let arrivals = std::mem::take(&mut said.arrivals);
    said.durable()?;
    let published = parts.clock.now();
    for arrived in arrivals {
        parts.metrics.corridor(Stage::Applied, arrived, applied);
        parts.metrics.corridor(Stage::Published, arrived, published);
    }
    Ok(())
}

fn count(
    parts: &ProcessorParts,
    partition: Partition,
    said: &Said,
    lanes: &BTreeMap<Partition, Lane>,
) {
    let label = Metrics::partition_label(partition);
    let metrics = &parts.metrics;
    let entries = u64::try_from(said.entries).unwrap_or(0);
    metrics.processor_entries_total.with_label_values(&[&label]).inc_by(entries);
    let changes = u64::try_from(said.changes).unwrap_or(0);
    metrics.processor_changes_total.with_label_values(&[&label]).inc_by(changes);
    let offset = i64::try_from(said.to.offset).unwrap_or(i64::MAX);
    metrics.processor_position_offset.with_label_values(&[&label]).set(offset);
    let open = lanes.get(&partition).map_or(0, |lane| lane.speaker.situation().open_cases());
    let open = i64::try_from(open).unwrap_or(i64::MAX);
    metrics.processor_cases_open.with_label_values(&[&label]).set(open);
}

/// Writes a tick to each partition; nobody waits for it.
fn tick(parts: &ProcessorParts) -> Result<(), ProcessorError> {
    let entry = entry_v1::encode(&Entry::Tick)?;
    for partition in &parts.partitions {
        drop(parts.journal.append(Topic::Journal, *partition, vec![entry.clone()]));
    }
    Ok(())
}

/// Sleeps until a journal moves or `at_most` has passed.
fn wait_for_more(runtime: &Handle, lanes: &mut BTreeMap<Partition, Lane>, at_most: Duration) {
    runtime.block_on(async {
        let ends = lanes.values_mut().map(|lane| Box::pin(lane.end.changed()));
        // Either end of the wait leads to the next look at the journal.
        drop(tokio::time::timeout(at_most, select_all(ends)).await);
    });
}

/// A snapshot being taken.
#[derive(Debug)]
struct Taking {
    partition: Partition,
    thread: JoinHandle<Result<Taken, ProcessorError>>,
}

/// Starts a snapshot where one is due and none is being taken; notes what became of the last.
fn look_after(
    parts: &ProcessorParts,
    lanes: &mut BTreeMap<Partition, Lane>,
    taking: Option<Taking>,
) -> Result<Option<Taking>, ProcessorError> {
    match taking {
        Some(taking) if !taking.thread.is_finished() => Ok(Some(taking)),
        Some(taking) => {
            note_taken(parts, taking)?;
            Ok(None)
        }
        None => Ok(start_taking(parts, lanes)),
    }
}

fn start_taking(parts: &ProcessorParts, lanes: &mut BTreeMap<Partition, Lane>) -> Option<Taking> {
    let snapshots = Arc::clone(parts.snapshots.as_ref()?);
    let (partition, lane) = lanes.iter_mut().max_by_key(|(_, lane)| lane.unsnapshot)?;
    if lane.unsnapshot < parts.config.snapshot_every_entries {
        return None;
    }
    lane.unsnapshot = 0;
    let partition = *partition;
    let journal = Arc::clone(&parts.journal);
    let kept_ms = i64::from(parts.retention_hours).saturating_mul(HOUR_MS);
    let keep = (parts.config.snapshots_kept, parts.clock.now().plus_ms(-kept_ms));
    let work = move || take_snapshot(&*journal, &snapshots, partition, keep);
    match background::run("snapshot", work) {
        Ok(thread) => Some(Taking { partition, thread }),
        Err(error) => {
            tracing::warn!(%partition, %error, "no thread for a snapshot");
            None
        }
    }
}

fn note_taken(parts: &ProcessorParts, taking: Taking) -> Result<(), ProcessorError> {
    let partition = taking.partition;
    match taking.thread.join() {
        Ok(Ok(Taken { position, needed_after })) => {
            parts.needs.done(READER, partition, needed_after);
            tracing::info!(%partition, %position, "a snapshot is taken");
        }
        Ok(Err(error @ ProcessorError::Disagreement { .. })) => {
            parts.metrics.processor_disagreements_total.inc();
            tracing::error!(%partition, %error, "a second fold disagrees; falling silent");
            return Err(error);
        }
        Ok(Err(error)) => tracing::warn!(%partition, %error, "a snapshot could not be taken"),
        Err(_) => tracing::error!(%partition, "taking a snapshot panicked"),
    }
    Ok(())
}
