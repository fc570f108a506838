//! Ingest's thread: folds looks into episodes, ticks them, snapshots the folds, ends what is old.
//!
//! A fold goes on from its newest snapshot, or from the oldest look that is kept. A snapshot is
//! written only after every signal of its looks is durable, so none is lost; those of the looks
//! after it are appended again and answered as heard before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::future::select_all;
use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::config::WatchConfig;
use crate::domain::limits::READ_ENTRIES_MAX;
use crate::domain::time::HOUR_MS;
use crate::domain::{Entry, Look, Partition, Playbook, Position, Signal, SignalKind};
use crate::journal::{
    JournalError, Ownership, SnapshotError, SnapshotHead, Snapshots, Topic, remove_older,
};
use crate::shutdown::Stop;
use crate::telemetry::Stopwatch;
use crate::watch::WatchRules;
use crate::wire::{WireError, entry_v1, look_v1, watch_v1};

use super::intake::Ingest;
use super::video::{Watcher, watch_rules};

/// The fold's number in snapshots: raised with any change of its behaviour or layout.
const WATCH_CORE: u32 = 1;
const TICK_EVERY: Duration = Duration::from_secs(1);
/// How often it is asked which partitions are owned.
const OWNED_LOOKED_EVERY: Duration = Duration::from_millis(250);
const SNAPSHOT_EVERY: Duration = Duration::from_mins(1);
const SNAPSHOTS_KEPT: usize = 2;

/// Why ingest's thread ended.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The journal is broken.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Snapshots cannot be read.
    #[error(transparent)]
    Snapshots(#[from] SnapshotError),
    /// A word of ours cannot be written.
    #[error(transparent)]
    Wire(#[from] WireError),
}

/// One partition of looks under way.
#[derive(Debug)]
struct Lane {
    partition: Partition,
    watcher: Watcher,
    end: watch::Receiver<Position>,
    /// Through where a snapshot covers it; everything where there are no snapshots.
    covered: Option<Position>,
}

/// What the thread works with.
struct Thread<'a> {
    ingest: &'a Ingest,
    config: &'a WatchConfig,
    rules: CameraRules,
    snapshots: Option<Arc<Snapshots>>,
}

/// What cameras may report, and the rules that say so.
struct CameraRules {
    playbook: Arc<Playbook>,
    watch: WatchRules,
}

impl CameraRules {
    fn of(config: &WatchConfig, playbook: Arc<Playbook>) -> Self {
        Self { watch: watch_rules(config, &playbook), playbook }
    }
}

/// Runs until asked to stop, for the partitions of looks that `ownership` gives. Blocks: give it a
/// thread of its own.
///
/// # Errors
/// Where the journal is broken: the process must end.
pub fn run(
    ingest: &Ingest,
    (watch, snapshots): (&WatchConfig, Option<Arc<Snapshots>>),
    mut ownership: Ownership,
    (stop, runtime): (&Stop, &Handle),
) -> Result<(), IngestError> {
    let rules = CameraRules::of(watch, ingest.parts.admission.rules.now());
    let mut thread = Thread { ingest, config: watch, rules, snapshots };
    let mut lanes = Vec::new();
    let mut ticked = Stopwatch::start();
    let mut kept: Option<Stopwatch> = None;
    while !stop.is_asked() {
        match thread.look(&mut lanes, ownership.now(), (&mut ticked, &mut kept)) {
            Ok(0) => {
                let left = TICK_EVERY.saturating_sub(ticked.elapsed());
                wait_for_more(runtime, &mut lanes, left.min(OWNED_LOOKED_EVERY));
            }
            Ok(_) => {}
            Err(IngestError::Journal(error)) if error.passes() => {
                tracing::warn!(%error, "beginning again where the looks were folded last");
                lanes.clear();
                runtime.block_on(tokio::time::sleep(TICK_EVERY));
            }
            Err(error) => return Err(error),
        }
    }
    thread.look_after(&mut lanes)?;
    tracing::info!("ingest has stopped");
    Ok(())
}

/// Waits until there may be more to fold, `at_most` long.
fn wait_for_more(runtime: &Handle, lanes: &mut [Lane], at_most: Duration) {
    let moved: Vec<_> = lanes.iter_mut().map(|lane| Box::pin(lane.end.changed())).collect();
    runtime.block_on(async {
        if moved.is_empty() {
            return tokio::time::sleep(at_most).await;
        }
        // Either way there is nothing to say: the loop looks again.
        drop(tokio::time::timeout(at_most, select_all(moved)).await);
    });
}

impl Thread<'_> {
    /// One look at what is there to do; returns how many looks of cameras were folded.
    fn look(
        &mut self,
        lanes: &mut Vec<Lane>,
        owned: &BTreeSet<Partition>,
        (ticked, kept): (&mut Stopwatch, &mut Option<Stopwatch>),
    ) -> Result<usize, IngestError> {
        self.adopt();
        self.own(lanes, owned)?;
        if TICK_EVERY <= ticked.elapsed() {
            *ticked = Stopwatch::start();
            self.tick(lanes)?;
        }
        if kept.is_none_or(|kept| SNAPSHOT_EVERY <= kept.elapsed()) {
            *kept = Some(Stopwatch::start());
            self.look_after(lanes)?;
        }
        let mut folded = 0;
        for lane in lanes {
            folded += self.step(lane)?;
        }
        Ok(folded)
    }

    /// Goes by the rules in force.
    fn adopt(&mut self) {
        let in_force = self.ingest.parts.admission.rules.now();
        if !Arc::ptr_eq(&in_force, &self.rules.playbook) {
            self.rules = CameraRules::of(self.config, in_force);
        }
    }

    /// Leaves the lanes that are no longer owned, and takes up those that are.
    fn own(&self, lanes: &mut Vec<Lane>, owned: &BTreeSet<Partition>) -> Result<(), IngestError> {
        lanes.retain(|lane| owned.contains(&lane.partition));
        for partition in owned {
            if lanes.iter().all(|lane| lane.partition != *partition) {
                lanes.push(self.restore(*partition)?);
            }
        }
        Ok(())
    }

    /// A lane as its newest snapshot left it.
    fn restore(&self, partition: Partition) -> Result<Lane, IngestError> {
        let journal = &self.ingest.parts.journal;
        let end = journal.end(Topic::Detections, partition);
        let start = journal.start(Topic::Detections, partition);
        let wanted = self.head(partition, *end.borrow());
        let found = match &self.snapshots {
            Some(snapshots) => snapshots.newest(&wanted)?,
            None => None,
        };
        let usable = found.and_then(|(head, bytes)| {
            let read = watch_v1::decode(&bytes).inspect_err(|error| {
                tracing::warn!(%error, %partition, "a snapshot of looks is passed over");
            });
            Some(Watcher { position: head.position, watch: read.ok()? })
        });
        let mut watcher = usable.filter(|watcher| start <= watcher.position).unwrap_or_default();
        watcher.position = watcher.position.max(start);
        Ok(Lane { partition, watcher, end, covered: None })
    }

    fn head(&self, partition: Partition, position: Position) -> SnapshotHead {
        let epoch = self.ingest.parts.journal.epoch();
        SnapshotHead { epoch, core: WATCH_CORE, partition, position }
    }

    /// Folds what a lane has, one page at most; returns how many looks that were. Every signal is
    /// durable before the lane moves on.
    fn step(&self, lane: &mut Lane) -> Result<usize, IngestError> {
        lane.end.mark_unchanged();
        let parts = &self.ingest.parts;
        let after = lane.watcher.position;
        let stored =
            parts.journal.read(Topic::Detections, lane.partition, after, READ_ENTRIES_MAX)?;
        let ignored = lane.watcher.watch.ignored();
        let episodes = lane.watcher.step(&self.rules.watch, &parts.admission, &stored);
        let full = lane.watcher.watch.ignored().full.saturating_sub(ignored.full);
        self.count("sights_full", full);
        self.count("damaged_look", episodes.damaged);
        self.append(episodes.signals)?;
        Ok(stored.len())
    }

    fn count(&self, reason: &str, count: u64) {
        if count != 0 {
            let dropped = &self.ingest.parts.metrics.ingest_dropped_total;
            dropped.with_label_values(&[reason]).inc_by(count);
        }
    }

    fn append(&self, signals: Vec<(Partition, Signal)>) -> Result<(), IngestError> {
        let parts = &self.ingest.parts;
        let mut entries: BTreeMap<Partition, Vec<Bytes>> = BTreeMap::new();
        for (partition, signal) in signals {
            let what = match signal.kind {
                SignalKind::EpisodeUpdated { .. } => "updated",
                SignalKind::EpisodeEnded { .. } => "ended",
                SignalKind::New | SignalKind::Urge { .. } | SignalKind::Withdraw { .. } => "opened",
            };
            parts.metrics.ingest_episodes_total.with_label_values(&[what]).inc();
            let bytes = entry_v1::encode(&Entry::Signal(Box::new(signal)))?;
            entries.entry(partition).or_default().push(bytes);
        }
        let append =
            |(partition, entries)| parts.journal.append(Topic::Journal, partition, entries);
        let pending: Vec<_> = entries.into_iter().map(append).collect();
        for pending in pending {
            pending.durable_blocking()?;
        }
        Ok(())
    }

    /// Moves time in every lane, so that what is silent ends.
    fn tick(&self, lanes: &[Lane]) -> Result<(), IngestError> {
        let tick = look_v1::encode(&Look::Tick)?;
        for lane in lanes {
            let journal = &self.ingest.parts.journal;
            // Nobody waits for a tick: the lane hears of it like of any look.
            drop(journal.append(Topic::Detections, lane.partition, vec![tick.clone()]));
        }
        Ok(())
    }

    /// Snapshots each lane that moved, and ends what is no longer kept.
    fn look_after(&self, lanes: &mut [Lane]) -> Result<(), IngestError> {
        let parts = &self.ingest.parts;
        let hours_ago = |hours: u32| parts.clock.now().plus_ms(-i64::from(hours) * HOUR_MS);
        for lane in lanes {
            self.snapshot(lane)?;
            // Behind the oldest snapshot only; without snapshots, behind the fold.
            let limit = match (&self.snapshots, lane.covered) {
                (None, _) => lane.watcher.position,
                (Some(_), Some(covered)) => covered,
                (Some(_), None) => continue,
            };
            let before = hours_ago(parts.config.detections_kept_hours);
            let lane = (Topic::Detections, lane.partition);
            remove_older(parts.journal.as_ref(), lane, (before, limit))?;
        }
        let before = hours_ago(parts.config.dead_letters_kept_hours);
        let letters = (Topic::DeadLetters, Partition::CITY);
        let end = *parts.journal.end(letters.0, letters.1).borrow();
        Ok(remove_older(parts.journal.as_ref(), letters, (before, end))?)
    }

    /// A snapshot that cannot be written is no reason to stop: the looks are still there.
    fn snapshot(&self, lane: &mut Lane) -> Result<(), IngestError> {
        let Some(snapshots) = &self.snapshots else { return Ok(()) };
        if lane.watcher.position == Position::START {
            return Ok(());
        }
        let head = self.head(lane.partition, lane.watcher.position);
        let bytes = watch_v1::encode(&lane.watcher.watch)?;
        let written = snapshots.put(&head, &bytes);
        match written.and_then(|()| snapshots.prune(&head, SNAPSHOTS_KEPT)) {
            Ok(oldest) => lane.covered = oldest,
            Err(error) => tracing::warn!(%error, "a snapshot of looks could not be written"),
        }
        Ok(())
    }
}
