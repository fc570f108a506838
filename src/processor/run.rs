//! The processor's thread: restores, speaks, ticks, and has snapshots taken.

use std::sync::Arc;
use std::time::Duration;

use futures::future::select_all;
use tokio::runtime::Handle;

use crate::config::ProcessorConfig;
use crate::domain::{Partition, Playbook};
use crate::journal::{Journal, Needs, Ownership, Snapshots};
use crate::shutdown::Stop;
use crate::telemetry::{Clock, Health, Metrics, Stopwatch};

use super::lanes::Lanes;
use super::restoring::restore_one;
use super::speaker::{ProcessorError, Speaker};
use super::taking::{Taking, look_after};

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
    /// All partitions there are.
    pub partitions: Vec<Partition>,
    /// Its turn among the standbys of the partitions it does not own; none leaves those alone.
    pub standby: Option<u8>,
    /// Hours the journal keeps at least.
    pub retention_hours: u32,
    /// Where it counts.
    pub metrics: Metrics,
    /// What `/readyz` asks.
    pub health: Health,
    /// The journal's clock.
    pub clock: Clock,
}

/// Runs until asked to stop, for the partitions of `ownership`. Blocks: give it a thread of its
/// own.
///
/// # Errors
/// Where the journal is broken: the process must end.
pub fn run(
    parts: &ProcessorParts,
    mut ownership: Ownership,
    stop: &Stop,
    runtime: &Handle,
) -> Result<(), ProcessorError> {
    let mut lanes = Lanes::new(parts, own_name()?);
    let mut snapshot: Option<Taking> = None;
    let (mut spoke, mut ticked) = (Stopwatch::start(), Stopwatch::start());
    let publish_every = Duration::from_millis(parts.config.publish_every_ms);
    let tick_every = Duration::from_millis(parts.config.tick_every_ms);
    let mut stepped = Stopwatch::start();
    while !stop.is_asked() {
        lanes.own(ownership.now());
        lanes.restore()?;
        if tick_every <= ticked.elapsed() {
            ticked = Stopwatch::start();
            lanes.tick()?;
        }
        let due = publish_every <= spoke.elapsed();
        if due {
            spoke = Stopwatch::start();
        }
        let entries = lanes.step(due)?;
        snapshot = look_after(parts, &mut lanes, snapshot);
        if entries == 0 {
            let left = publish_every.saturating_sub(spoke.elapsed());
            wait_for_more(runtime, &mut lanes, left.min(tick_every));
            rest(parts.journal.pace(), stepped);
        } else {
            stepped = Stopwatch::start();
        }
    }
    tracing::info!("the processor has stopped");
    Ok(())
}

/// Its own part of its name: no other process has it.
fn own_name() -> Result<u64, ProcessorError> {
    let mut noise = [0; 8];
    getrandom::fill(&mut noise).map_err(|error| ProcessorError::Nameless(error.to_string()))?;
    Ok(u64::from_be_bytes(noise))
}

/// Folds and publishes what the journal holds, then returns how many entries that was.
///
/// # Errors
/// As [`run`]; also where a digest disagrees.
pub fn run_until_end(parts: &ProcessorParts) -> Result<u64, ProcessorError> {
    let (name, mut applied) = (own_name()?, 0);
    for partition in &parts.partitions {
        let mut speaker = restore_one(parts, *partition, name)?;
        while let Some(said) = speak(parts, &mut speaker, name)? {
            applied += said;
        }
    }
    Ok(applied)
}

/// One range, durable; says of how many entries. None where nothing is left.
fn speak(
    parts: &ProcessorParts,
    speaker: &mut Speaker,
    name: u64,
) -> Result<Option<u64>, ProcessorError> {
    match speaker.step(&*parts.journal, false) {
        Ok(None) => Ok(None),
        Ok(Some(said)) => {
            let entries = u64::try_from(said.entries).unwrap_or(0);
            said.durable()?;
            Ok(Some(entries))
        }
        Err(ProcessorError::Panicked { position }) => {
            parts.metrics.processor_quarantined_total.inc();
            let partition = speaker.situation().partition();
            tracing::error!(%partition, %position, "an entry is quarantined");
            *speaker = restore_one(parts, partition, name)?;
            Ok(Some(0))
        }
        Err(error) => Err(error),
    }
}

/// Rests, where the journal asks for it, until a while has passed since entries were last met; and
/// in any case a little: where one partition has something new, others will have it at once.
fn rest(pace: Duration, met: Stopwatch) {
    let left = pace.saturating_sub(met.elapsed()).max(pace / 3);
    if !left.is_zero() {
        std::thread::sleep(left);
    }
}

/// Sleeps until a lane may go on or `at_most` has passed.
fn wait_for_more(runtime: &Handle, lanes: &mut Lanes<'_>, at_most: Duration) {
    runtime.block_on(async {
        let waits = lanes.waits();
        if waits.is_empty() {
            return tokio::time::sleep(at_most).await;
        }
        // Either end of the wait leads to the next look at the journal.
        drop(tokio::time::timeout(at_most, select_all(waits)).await);
    });
}
