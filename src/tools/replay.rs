//! `replay`: the room as it stood at a position, and whether every published digest holds.

use std::collections::BTreeMap;
use std::fmt;

use crate::domain::limits::READ_ENTRIES_MAX;
use crate::domain::{CaseState, Digest, Partition, Position, Timestamp};
use crate::journal::{Journal, JournalError, Topic};
use crate::situation::{Effects, Situation, apply};
use crate::wire::{WireError, change_v1, entry_v1, quarantine_v1};

/// Why a journal cannot be replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Something in it cannot be read.
    #[error("at {position}: {error}")]
    Wire {
        /// Where.
        position: Position,
        /// Why.
        error: WireError,
    },
}

/// One partition as it stood.
#[derive(Debug, Clone)]
pub struct Replayed {
    /// The situation.
    pub situation: Situation,
    /// Entries folded.
    pub entries: u64,
    /// Published digests that were held against the fold.
    pub verified: u64,
    /// The first published digest that differs: position, published, ours.
    pub differs: Option<(Position, Digest, Digest)>,
}

impl Replayed {
    /// Cases by where they stand; what is not meant is in no figure.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<CaseState, u64> {
        let mut counts = BTreeMap::new();
        for case in self.situation.cases().filter(|case| case.purpose.is_real()) {
            *counts.entry(case.state).or_default() += 1;
        }
        counts
    }
}

impl fmt::Display for Replayed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let situation = &self.situation;
        writeln!(f, "partition   {}", situation.partition())?;
        writeln!(f, "position    {} ({} entries)", situation.position(), self.entries)?;
        writeln!(f, "time        {}", time_of(situation.now()))?;
        writeln!(f, "core        {}", situation.core())?;
        for (state, count) in self.counts() {
            writeln!(f, "cases       {count} {state:?}")?;
        }
        writeln!(f, "tickets     {}", situation.tickets().count())?;
        writeln!(f, "units       {}", situation.units().count())?;
        writeln!(f, "digest      {} (running)", situation.digest())?;
        writeln!(f, "digest      {} (full)", Digest::of(situation))?;
        match self.differs {
            None => writeln!(f, "published   {} digests hold", self.verified),
            Some((at, published, ours)) => {
                writeln!(f, "published   DIFFERS at {at}: published {published}, ours {ours}")
            }
        }
    }
}

/// A time as people read it.
fn time_of(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.0).map_or_else(|_| at.to_string(), |at| at.to_string())
}

/// Folds `partition` from its start to `until` (or its end), holding each digest that was published
/// on the way against the fold.
///
/// # Errors
/// Where the journal cannot be read.
pub fn replay(
    journal: &dyn Journal,
    partition: Partition,
    until: Option<Position>,
) -> Result<Replayed, ReplayError> {
    let published = read_digests(journal, partition)?;
    let quarantined = read_quarantined(journal, partition)?;
    let mut replayed =
        Replayed { situation: Situation::new(partition), entries: 0, verified: 0, differs: None };
    let mut effects = Effects::default();
    let until = until.unwrap_or(Position::new(u64::MAX, u32::MAX));
    each(journal, (Topic::Journal, partition), |position, at, bytes| {
        if until < position {
            return Ok(());
        }
        let entry = if quarantined.contains(&position) {
            crate::domain::Entry::Tick
        } else {
            entry_v1::decode(bytes)?
        };
        // As the processor does: a cluster's time may fall where another broker takes over.
        let at = at.max(replayed.situation.now());
        apply(&mut replayed.situation, &mut effects, (position, at), entry);
        replayed.entries += 1;
        if let Some(digest) = published.get(&position) {
            let ours = replayed.situation.digest();
            replayed.verified += 1;
            if *digest != ours && replayed.differs.is_none() {
                replayed.differs = Some((position, *digest, ours));
            }
        }
        Ok(())
    })?;
    Ok(replayed)
}

/// Calls `take` with every entry of a topic, in order.
fn each(
    journal: &dyn Journal,
    (topic, partition): (Topic, Partition),
    mut take: impl FnMut(Position, Timestamp, &[u8]) -> Result<(), WireError>,
) -> Result<(), ReplayError> {
    let mut after = journal.start(topic, partition);
    loop {
        let page = journal.read(topic, partition, after, READ_ENTRIES_MAX)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.position;
        for stored in &page {
            take(stored.position, stored.at, &stored.bytes)
                .map_err(|error| ReplayError::Wire { position: stored.position, error })?;
        }
    }
}

/// The digest that was published at each range's end, by the reader's rule.
fn read_digests(
    journal: &dyn Journal,
    partition: Partition,
) -> Result<BTreeMap<Position, Digest>, ReplayError> {
    let mut digests = BTreeMap::new();
    let mut through = Position::START;
    each(journal, (Topic::Changes, partition), |_, _, bytes| {
        let range = change_v1::decode(bytes)?;
        if range.from <= through && through < range.to {
            through = range.to;
            digests.insert(range.to, range.digest);
        }
        Ok(())
    })?;
    Ok(digests)
}

fn read_quarantined(
    journal: &dyn Journal,
    partition: Partition,
) -> Result<std::collections::BTreeSet<Position>, ReplayError> {
    let mut quarantined = std::collections::BTreeSet::new();
    each(journal, (Topic::Quarantine, partition), |_, _, bytes| {
        quarantined.insert(quarantine_v1::decode(bytes)?);
        Ok(())
    })?;
    Ok(quarantined)
}
