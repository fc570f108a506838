//! Restores, on threads of their own: the partitions that speak already do not wait for them.

use std::collections::BTreeMap;
use std::thread::JoinHandle;
use std::time::Duration;

use crate::domain::{Entry, Partition};
use crate::journal::Topic;
use crate::situation::CORE;
use crate::telemetry::Stopwatch;
use crate::wire::entry_v1;

use super::begin::begin_journal;
use super::restore::needed_after;
use super::run::ProcessorParts;
use super::snapshot::keep_restored;
use super::speaker::{ProcessorError, Speaker};
use super::taking::READER;

/// Restores at once: each takes a core while it lasts.
const AT_ONCE_MAX: usize = 2;
/// Between two tries where the journal does not answer.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Between two proposals of a core.
const PROPOSED_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// A restore under way.
type UnderWay = JoinHandle<Result<Speaker, ProcessorError>>;

/// The restores of a processor.
#[derive(Debug, Default)]
pub(super) struct Restoring {
    under_way: BTreeMap<Partition, UnderWay>,
    failed: BTreeMap<Partition, Stopwatch>,
    /// Where this build's core was proposed.
    proposed: BTreeMap<Partition, Stopwatch>,
}

impl Restoring {
    /// Starts those of `wanted` that are not under way, as many as may be at once.
    pub(super) fn start(
        &mut self,
        parts: &ProcessorParts,
        name: u64,
        wanted: impl Iterator<Item = Partition>,
    ) {
        for partition in wanted {
            let rests =
                self.failed.get(&partition).is_some_and(|since| since.elapsed() < AGAIN_AFTER);
            if rests || self.under_way.contains_key(&partition) {
                continue;
            }
            if AT_ONCE_MAX <= self.under_way.len() {
                return;
            }
            self.failed.remove(&partition);
            let own = parts.clone();
            let thread = std::thread::Builder::new().name("restore".to_owned());
            match thread.spawn(move || restore_one(&own, partition, name)) {
                Ok(thread) => drop(self.under_way.insert(partition, thread)),
                Err(error) => {
                    tracing::error!(%partition, %error, "no thread for a restore");
                    self.failed.insert(partition, Stopwatch::start());
                }
            }
        }
    }

    /// Those that have ended.
    pub(super) fn ended(&mut self) -> Vec<(Partition, Result<Speaker, ProcessorError>)> {
        let ended = self.under_way.extract_if(.., |_, thread| thread.is_finished());
        let joined = ended.map(|(partition, thread)| {
            let panicked = || Err(ProcessorError::Restore { partition });
            (partition, thread.join().unwrap_or_else(|_| panicked()))
        });
        joined.collect()
    }

    /// Tries `partition` again after a while.
    pub(super) fn again(&mut self, partition: Partition) {
        self.failed.insert(partition, Stopwatch::start());
    }

    /// An older core decides `partition`: proposes this build's, whose first entry makes the older
    /// build hand over. Said again now and then, for who should hear it may not have lived.
    pub(super) fn propose(
        &mut self,
        parts: &ProcessorParts,
        partition: Partition,
    ) -> Result<(), ProcessorError> {
        let lately = |since: &Stopwatch| since.elapsed() < PROPOSED_AGAIN_AFTER;
        if self.proposed.get(&partition).is_some_and(lately) {
            return Ok(());
        }
        self.proposed.insert(partition, Stopwatch::start());
        tracing::info!(%partition, core = CORE, "this build's core is proposed");
        let entry = entry_v1::encode(&Entry::Core(CORE))?;
        drop(parts.journal.append(Topic::Journal, partition, vec![entry]));
        Ok(())
    }

    /// Whether any is under way or waits to be tried again.
    pub(super) fn is_idle(&self) -> bool {
        self.under_way.is_empty() && self.failed.is_empty()
    }
}

/// Restores `partition`, whose journal is begun where it is empty, and keeps what that got, where
/// it took as many entries as lie between two snapshots.
pub(super) fn restore_one(
    parts: &ProcessorParts,
    partition: Partition,
    name: u64,
) -> Result<Speaker, ProcessorError> {
    if begin_journal(&*parts.journal, partition, &parts.playbook)? {
        tracing::info!(%partition, "an empty journal has adopted the playbook");
    }
    let took = Stopwatch::start();
    let snapshots = parts.snapshots.as_deref();
    let speaker = Speaker::restore(&*parts.journal, snapshots, (partition, name))?;
    if !speaker.situation().is_ours() {
        return Err(ProcessorError::OtherCore { partition, theirs: speaker.situation().core() });
    }
    parts.metrics.processor_quarantined_total.inc_by(speaker.set_aside());
    let needed_after = needed_after(&*parts.journal, snapshots, partition)?;
    parts.needs.done(READER, partition, needed_after);
    keep_if_due(parts, &speaker);
    warn_of_other_playbook(parts, &speaker);
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
