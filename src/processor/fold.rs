//! Folding entries into a situation: the one place that calls `apply`, and survives its panic.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::domain::limits::READ_ENTRIES_MAX;
use crate::domain::{Entry, Partition, Position, Timestamp};
use crate::journal::{Journal, Stored, Topic};
use crate::situation::{Effects, Situation, apply};
use crate::wire::{entry_v1, quarantine_v1};

use super::coming::Coming;
use super::speaker::ProcessorError;

/// What an entry says.
pub(super) type Decoded = Result<Entry, ProcessorError>;

/// A situation with the buffer its effects go through and the positions it must not meet.
#[derive(Debug)]
pub(super) struct Fold {
    pub(super) situation: Situation,
    pub(super) effects: Effects,
    /// Entries caught up with.
    pub(super) caught_up: u64,
    quarantined: BTreeSet<Position>,
}

impl Fold {
    /// A fold that goes on from `situation`.
    pub(super) fn new(journal: &dyn Journal, situation: Situation) -> Result<Self, ProcessorError> {
        let quarantined = read_quarantine(journal, situation.partition())?;
        Ok(Self { situation, effects: Effects::default(), caught_up: 0, quarantined })
    }

    /// The entries after the situation's position, `entries_max` at most.
    pub(super) fn next_entries(
        &self,
        journal: &dyn Journal,
        entries_max: usize,
    ) -> Result<Vec<Stored>, ProcessorError> {
        let (partition, after) = (self.situation.partition(), self.situation.position());
        Ok(journal.read(Topic::Journal, partition, after, entries_max)?)
    }

    /// Applies one entry; returns when it was journalled, never earlier than the one before. Its
    /// effects are in `effects` until the next.
    ///
    /// # Errors
    /// Where it cannot be read; [`ProcessorError::Panicked`] where the core panicked: the situation
    /// is spoilt.
    pub(super) fn apply(
        &mut self,
        (stored, entry): (&Stored, Decoded),
    ) -> Result<Timestamp, ProcessorError> {
        let entry = entry?;
        let (situation, effects) = (&mut self.situation, &mut self.effects);
        // Wherever it is read from: a cluster's time may fall where another broker takes over.
        let at = stored.at.max(situation.now());
        catch_unwind(AssertUnwindSafe(|| apply(situation, effects, (stored.position, at), entry)))
            .map_err(|_| ProcessorError::Panicked { position: stored.position })?;
        Ok(at)
    }

    /// The entry, or a tick in its place where it is quarantined: time and position go on.
    pub(super) fn entry(&self, stored: &Stored) -> Decoded {
        if self.quarantined.contains(&stored.position) {
            return Ok(Entry::Tick);
        }
        Ok(entry_v1::decode(&stored.bytes)?)
    }

    /// Applies everything through `through`, without a word.
    pub(super) fn catch_up(
        &mut self,
        journal: &dyn Journal,
        through: Position,
    ) -> Result<(), ProcessorError> {
        while self.situation.position() < through && self.situation.is_ours() {
            let page = self.next_entries(journal, READ_ENTRIES_MAX)?;
            if page.is_empty() {
                return Err(ProcessorError::JournalShort { through });
            }
            let wanted = page.partition_point(|stored| stored.position <= through);
            let mut coming = Coming::new(page.get(..wanted).unwrap_or_default());
            while let Some(decoded) = coming.next(self) {
                self.apply(decoded)?;
                self.caught_up += 1;
            }
        }
        Ok(())
    }
}

/// The positions that every fold of this partition skips.
fn read_quarantine(
    journal: &dyn Journal,
    partition: Partition,
) -> Result<BTreeSet<Position>, ProcessorError> {
    let mut quarantined = BTreeSet::new();
    let mut after = journal.start(Topic::Quarantine, partition);
    loop {
        let page = journal.read(Topic::Quarantine, partition, after, READ_ENTRIES_MAX)?;
        let Some(last) = page.last() else { return Ok(quarantined) };
        after = last.position;
        for stored in &page {
            quarantined.insert(quarantine_v1::decode(&stored.bytes)?);
        }
    }
}

/// Sets a position aside for ever: durable before anyone goes on.
pub(super) fn quarantine(
    journal: &dyn Journal,
    partition: Partition,
    position: Position,
) -> Result<(), ProcessorError> {
    let entry = quarantine_v1::encode(position)?;
    journal.append(Topic::Quarantine, partition, vec![entry]).durable_blocking()?;
    Ok(())
}
