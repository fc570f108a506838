//! The partitions of one processor: which it speaks for, which it follows, which it restores.

use std::collections::{BTreeMap, BTreeSet};

use tokio::sync::watch;

use crate::domain::{Entry, Partition, Position};
use crate::journal::Topic;
use crate::situation::CORE;
use crate::telemetry::{Metrics, Stage};
use crate::wire::entry_v1;

use super::restoring::Restoring;
use super::run::ProcessorParts;
use super::snapshot::hand_over;
use super::speaker::{ProcessorError, Said, Speaker};
use super::voice::Voice;

/// One partition whose situation is restored.
#[derive(Debug)]
struct Lane {
    speaker: Speaker,
    voice: Voice,
    /// The end of its journal.
    end: watch::Receiver<Position>,
    /// What it said last, until that is durable: it says nothing more before.
    said: Option<Said>,
    unsnapshot: u64,
    /// Whether what another core goes on from is kept.
    handed_over: bool,
}

/// All partitions of a processor.
#[derive(Debug)]
pub(super) struct Lanes<'a> {
    parts: &'a ProcessorParts,
    /// Its own part of its name in the ranges.
    name: u64,
    owned: BTreeSet<Partition>,
    live: BTreeMap<Partition, Lane>,
    restoring: Restoring,
    /// Those it fell silent in for good: another digest was published.
    muted: BTreeSet<Partition>,
}

impl<'a> Lanes<'a> {
    pub(super) fn new(parts: &'a ProcessorParts, name: u64) -> Self {
        let (owned, live, restoring) = Default::default();
        Self { parts, name, owned, live, restoring, muted: BTreeSet::new() }
    }

    /// From here on it speaks for `owned`, and follows the others where it is a standby.
    pub(super) fn own(&mut self, owned: &BTreeSet<Partition>) {
        if *owned == self.owned {
            return;
        }
        tracing::info!(partitions = %listed(owned), "the partitions it owns");
        self.owned.clone_from(owned);
        let now = self.parts.clock.now();
        let follows = self.parts.standby.is_some();
        self.live.retain(|partition, _| follows || owned.contains(partition));
        for (partition, lane) in &mut self.live {
            let is_ours = owned.contains(partition);
            if lane.voice.is_owner() != is_ours {
                lane.voice.own(is_ours, now);
                lane.speaker.speak_at(lane.voice.turn());
            }
        }
    }

    /// Restores what is wanted and not there, the owned first; takes what is restored.
    ///
    /// # Errors
    /// Where a word of ours cannot be written.
    pub(super) fn restore(&mut self) -> Result<(), ProcessorError> {
        for (partition, restored) in self.restoring.ended() {
            match restored {
                Ok(speaker) => self.take(partition, speaker),
                Err(error) => self.could_not(partition, &error)?,
            }
        }
        let follows = self.parts.standby.is_some();
        let others = self.parts.partitions.iter().filter(|it| follows && !self.owned.contains(it));
        let wanted = self.owned.iter().chain(others).copied();
        let missing = wanted.filter(|it| !self.live.contains_key(it) && !self.muted.contains(it));
        self.restoring.start(self.parts, self.name, missing);
        let left = |it: &&Partition| !self.live.contains_key(it) && !self.muted.contains(it);
        match self.owned.iter().filter(left).count() {
            0 if self.restoring.is_idle() => self.parts.health.ready("processor"),
            0 => {}
            left => self.parts.health.waits("processor", &format!("{left} situations to restore")),
        }
        Ok(())
    }

    fn take(&mut self, partition: Partition, mut speaker: Speaker) {
        let (now, owner) = (self.parts.clock.now(), self.owned.contains(&partition));
        if !owner && self.parts.standby.is_none() {
            return;
        }
        let mut voice = Voice::new(self.parts.standby, now);
        voice.own(owner, now);
        speaker.speak_at(voice.turn());
        // Kept just now, or counted on towards the next.
        let unsnapshot = speaker.caught_up() % self.parts.config.snapshot_every_entries.max(1);
        let end = self.parts.journal.end(Topic::Journal, partition);
        self.live.insert(
            partition,
            Lane { speaker, voice, end, said: None, unsnapshot, handed_over: false },
        );
    }

    fn could_not(
        &mut self,
        partition: Partition,
        error: &ProcessorError,
    ) -> Result<(), ProcessorError> {
        match error {
            ProcessorError::Disagreement { .. } => {
                self.mute(partition, error);
                return Ok(());
            }
            ProcessorError::OtherCore { theirs, .. } if *theirs < CORE => {
                self.restoring.propose(self.parts, partition)?;
            }
            error => {
                tracing::warn!(%partition, %error, "a situation is not restored; trying again");
            }
        }
        self.restoring.again(partition);
        Ok(())
    }

    /// Falls silent in `partition`, loudly.
    pub(super) fn mute(&mut self, partition: Partition, error: &ProcessorError) {
        self.live.remove(&partition);
        self.muted.insert(partition);
        self.parts.metrics.processor_disagreements_total.inc();
        self.parts
            .health
            .waits(&format!("processor/{partition}"), "a digest disagrees: see the log");
        tracing::error!(%partition, %error, "this processor falls silent");
    }

    /// One step of each partition that waits for nothing. Says how many entries that was.
    ///
    /// # Errors
    /// Where the journal is broken for good.
    pub(super) fn step(&mut self, even_empty: bool) -> Result<usize, ProcessorError> {
        let mut entries = 0;
        let mut failed = Vec::new();
        for (partition, lane) in &mut self.live {
            match lane.step(self.parts, even_empty) {
                Ok(stepped) => entries += stepped,
                Err(error) => failed.push((*partition, error)),
            }
        }
        for (partition, error) in failed {
            self.failed(partition, error)?;
        }
        Ok(entries)
    }

    /// Restores anew where that helps.
    fn failed(
        &mut self,
        partition: Partition,
        error: ProcessorError,
    ) -> Result<(), ProcessorError> {
        match error {
            ProcessorError::Panicked { position } => {
                self.parts.metrics.processor_quarantined_total.inc();
                tracing::error!(%partition, %position, "an entry is quarantined");
            }
            ProcessorError::Disagreement { .. } => {
                self.mute(partition, &error);
                return Ok(());
            }
            ProcessorError::Journal(ref passing) if passing.passes() => {
                tracing::warn!(%partition, %error, "beginning again at the end of the changes");
                self.restoring.again(partition);
            }
            error => return Err(error),
        }
        self.live.remove(&partition);
        Ok(())
    }

    /// Writes a tick to each partition it speaks for; nobody waits for it.
    pub(super) fn tick(&self) -> Result<(), ProcessorError> {
        let entry = entry_v1::encode(&Entry::Tick)?;
        for (partition, _) in self.live.iter().filter(|(_, lane)| lane.decides()) {
            drop(self.parts.journal.append(Topic::Journal, *partition, vec![entry.clone()]));
        }
        Ok(())
    }

    /// What each waits for: that what it said is durable, else that its journal moves.
    pub(super) fn waits(&mut self) -> Vec<impl Future<Output = ()> + Unpin> {
        self.live.values_mut().map(|lane| Box::pin(lane.wait())).collect()
    }

    /// The owned partition that most entries came to since its last snapshot, where that is due.
    pub(super) fn due_for_snapshot(&mut self) -> Option<Partition> {
        let owned = self.live.iter_mut().filter(|(_, lane)| lane.voice.is_owner());
        let (partition, lane) = owned.max_by_key(|(_, lane)| lane.unsnapshot)?;
        if lane.unsnapshot < self.parts.config.snapshot_every_entries {
            return None;
        }
        lane.unsnapshot = 0;
        Some(*partition)
    }
}

impl Lane {
    /// Waits until it may go on.
    async fn wait(&mut self) {
        match &mut self.said {
            Some(said) => said.settling().await,
            // A journal that is gone is met at the next look.
            None => drop(self.end.changed().await),
        }
    }

    fn step(&mut self, parts: &ProcessorParts, even_empty: bool) -> Result<usize, ProcessorError> {
        if let Some(said) = &mut self.said {
            let Some(settled) = said.settled() else { return Ok(0) };
            settled?;
            self.published(parts);
        }
        self.end.mark_unchanged();
        if !self.speaker.situation().is_ours() {
            self.hand_over(parts);
        }
        if !self.voice.speaks() {
            let applied = self.speaker.follow(&*parts.journal)?;
            self.look(parts);
            return Ok(applied);
        }
        let said = self.speaker.step(&*parts.journal, even_empty)?;
        self.look(parts);
        let Some(said) = said else { return Ok(0) };
        let entries = said.entries;
        self.unsnapshot = self.unsnapshot.saturating_add(u64::try_from(entries).unwrap_or(0));
        count(parts, &self.speaker, &said);
        self.said = Some(said);
        Ok(entries)
    }

    /// Whether it moves its partition on.
    fn decides(&self) -> bool {
        self.voice.speaks() && self.speaker.situation().is_ours()
    }

    /// Keeps the situation, once, for the build whose core decides from here on.
    fn hand_over(&mut self, parts: &ProcessorParts) {
        let Some(snapshots) = parts.snapshots.as_ref().filter(|_| !self.handed_over) else {
            return;
        };
        let (partition, core) =
            (self.speaker.situation().partition(), self.speaker.situation().core());
        match hand_over(&*parts.journal, snapshots, &mut self.speaker) {
            Ok(handed_over) => self.handed_over = handed_over,
            Err(error) => tracing::warn!(%partition, %error, "it cannot be handed over yet"),
        }
        if self.handed_over {
            tracing::info!(%partition, core, "handed over to the builds of another core");
        }
    }

    /// Whose turn it is.
    fn look(&mut self, parts: &ProcessorParts) {
        let (name, spoke) = (self.speaker.name(), self.voice.speaks());
        let mut due = self.voice.look(name, self.speaker.heard(), parts.clock.now());
        let partition = self.speaker.situation().partition();
        if due {
            match self.speaker.has_heard_all(&*parts.journal) {
                Ok(heard_all) => {
                    let heard = self.speaker.heard();
                    due = self.voice.look(name, heard, parts.clock.now()) && heard_all;
                }
                Err(error) => {
                    tracing::debug!(%partition, %error, "the end of the changes is not known");
                    due = false;
                }
            }
        }
        if due {
            self.voice.begin();
        }
        if spoke != self.voice.speaks() {
            let (speaks, owner) = (!spoke, self.voice.is_owner());
            if !owner && speaks {
                parts.metrics.processor_takeovers_total.inc();
            }
            tracing::info!(%partition, speaks, owner, "whose turn it is to speak has changed");
        }
    }

    /// What was said is durable: notes how long its signals took.
    fn published(&mut self, parts: &ProcessorParts) {
        let Some(said) = self.said.take() else { return };
        let published = parts.clock.now();
        parts.metrics.corridor_each(Stage::Published, said.arrivals, published);
    }
}

fn count(parts: &ProcessorParts, speaker: &Speaker, said: &Said) {
    let label = Metrics::partition_label(speaker.situation().partition());
    let metrics = &parts.metrics;
    let entries = u64::try_from(said.entries).unwrap_or(0);
    metrics.processor_entries_total.with_label_values(&[&label]).inc_by(entries);
    let changes = u64::try_from(said.changes).unwrap_or(0);
    metrics.processor_changes_total.with_label_values(&[&label]).inc_by(changes);
    let offset = i64::try_from(said.to.offset).unwrap_or(i64::MAX);
    metrics.processor_position_offset.with_label_values(&[&label]).set(offset);
    let open = i64::try_from(speaker.situation().open_cases()).unwrap_or(i64::MAX);
    metrics.processor_cases_open.with_label_values(&[&label]).set(open);
    let applied = parts.clock.now();
    metrics.corridor_each(Stage::Applied, said.arrivals.iter().copied(), applied);
}

fn listed(partitions: &BTreeSet<Partition>) -> String {
    let listed: Vec<_> = partitions.iter().map(ToString::to_string).collect();
    listed.join(" ")
}
