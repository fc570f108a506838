//! A speaker: one partition's fold, what is published of it, and the ranges it publishes itself.
//!
//! It is a plain step over a journal; threads, waiting and clocks are `run`'s, and whose turn it is
//! to speak is `voice`'s.

use crate::domain::{ChangeRange, Digest, Partition, Position, Timestamp};
use crate::journal::{Journal, JournalError, Pending, SnapshotError, Snapshots, Stored, Topic};
use crate::situation::{CORE, Situation};
use crate::wire::{WireError, change_v1};

use super::coming::Coming;
use super::fold::{Decoded, Fold, quarantine};
use super::listening::Listening;
use super::restore::restore;
use super::unsaid::Unsaid;
use super::voice::{Heard, Name};

/// Entries one range covers at most: bounds what a reader takes at once.
const RANGE_ENTRIES_MAX: usize = 1_024;
/// Entries a silent speaker knows beyond what is published, at most.
const UNSAID_ENTRIES_MAX: usize = 8 * RANGE_ENTRIES_MAX;

/// Why a processor cannot go on as it is.
#[derive(Debug, thiserror::Error)]
pub enum ProcessorError {
    /// The journal is broken.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Something stored cannot be read.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// Snapshots cannot be read or written.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The core panicked; the position must be quarantined.
    #[error("the core panicked at {position}")]
    Panicked {
        /// On which entry.
        position: Position,
    },
    /// Somebody published another digest at the same position.
    #[error("{partition} disagrees at {position}: published {published}, ours {ours}")]
    Disagreement {
        /// Whose.
        partition: Partition,
        /// Where.
        position: Position,
        /// The digest in `changes`.
        published: Digest,
        /// The digest of our fold.
        ours: Digest,
    },
    /// A restore panicked outside of the core.
    #[error("restoring {partition} panicked")]
    Restore {
        /// Whose.
        partition: Partition,
    },
    /// Another core decides here; a build of ours begins from what a build of that one hands over.
    #[error("{partition} is decided by core {theirs}; this build has core {CORE}")]
    OtherCore {
        /// Whose.
        partition: Partition,
        /// The core that decides.
        theirs: u32,
    },
    /// The machine gives no randomness, so it has no name.
    #[error("a processor without a name: {0}")]
    Nameless(String),
    /// `changes` covers a position that the journal does not hold.
    #[error("the journal ends before {through}, which was published")]
    JournalShort {
        /// What was published.
        through: Position,
    },
}

/// What a speaker said.
#[derive(Debug)]
pub struct Said {
    /// The range's end.
    pub to: Position,
    /// Entries it covers.
    pub entries: usize,
    /// Changes it carries.
    pub changes: usize,
    /// When each new ticket's signal arrived, for the corridor's clock.
    pub arrivals: Vec<Timestamp>,
    pending: Pending,
}

impl Said {
    /// What became of it, where that is known by now; asked once.
    pub(super) fn settled(&mut self) -> Option<Result<(), JournalError>> {
        Some(self.pending.settled()?.map(|_| ()))
    }

    /// Waits until that is known.
    pub(super) async fn settling(&mut self) {
        self.pending.settling().await;
    }

    /// Waits until the range is durable.
    ///
    /// # Errors
    /// Where it is not: the speaker must begin again at the end of `changes`.
    pub fn durable(self) -> Result<(), ProcessorError> {
        self.pending.durable_blocking()?;
        Ok(())
    }
}

/// One partition's fold, standing at the end of `changes`.
#[derive(Debug)]
pub struct Speaker {
    partition: Partition,
    name: Name,
    fold: Fold,
    unsaid: Unsaid,
    listening: Listening,
    /// Through where it has said, or heard, everything.
    spoken: Position,
    restored_through: Position,
    set_aside: u64,
}

impl Speaker {
    /// Restores the partition and stands at the end of its `changes`. A position the core panics on
    /// is quarantined and the restore begun again. `name` is the speaker's own, its lower 56 bits.
    ///
    /// # Errors
    /// As [`restore`].
    pub fn restore(
        journal: &dyn Journal,
        snapshots: Option<&Snapshots>,
        (partition, name): (Partition, u64),
    ) -> Result<Self, ProcessorError> {
        let mut set_aside = 0;
        loop {
            match restore(journal, snapshots, partition) {
                Ok(restored) => {
                    let reached = (restored.changes_through, restored.published);
                    return Ok(Self {
                        partition,
                        name: Name::new(0, name),
                        unsaid: Unsaid::default(),
                        listening: Listening::new((partition, CORE), reached),
                        spoken: restored.published,
                        restored_through: restored.changes_through,
                        fold: restored.fold,
                        set_aside,
                    });
                }
                Err(ProcessorError::Panicked { position }) => {
                    tracing::error!(%partition, %position, "the core panicked; set aside");
                    quarantine(journal, partition, position)?;
                    set_aside += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// How many entries were set aside during its restore.
    pub(super) fn set_aside(&self) -> u64 {
        self.set_aside
    }

    /// The situation.
    #[must_use]
    pub fn situation(&self) -> &Situation {
        &self.fold.situation
    }

    /// How many entries its restore had to fold.
    #[must_use]
    pub fn caught_up(&self) -> u64 {
        self.fold.caught_up
    }

    /// The last entry of `changes` that its restore read.
    pub(super) fn restored_through(&self) -> Position {
        self.restored_through
    }

    /// How far it has spoken.
    #[must_use]
    pub fn spoken(&self) -> Position {
        self.spoken
    }

    /// Its name at the turn it speaks at.
    pub(super) fn name(&self) -> Name {
        self.name
    }

    /// From here on it speaks at `turn`.
    pub(super) fn speak_at(&mut self, turn: u8) {
        self.name = self.name.at_turn(turn);
    }

    /// Applies what the journal holds, up to one range, and says it. None where there is nothing
    /// new, unless `even_empty`; none either while another core decides.
    ///
    /// # Errors
    /// [`ProcessorError::Panicked`] once the position is quarantined: restore and go on.
    /// [`ProcessorError::Disagreement`] where others published another digest: fall silent. Any
    /// other means the journal is broken.
    pub fn step(
        &mut self,
        journal: &dyn Journal,
        even_empty: bool,
    ) -> Result<Option<Said>, ProcessorError> {
        self.listen(journal)?;
        let is_ours = self.situation().is_ours();
        if is_ours {
            self.apply_some(journal, RANGE_ENTRIES_MAX)?;
        }
        // Through the entry at which another core takes over, it says what it knows.
        if self.unsaid.entries.is_empty() && !(even_empty && is_ours) {
            return Ok(None);
        }
        self.publish(journal).map(Some)
    }

    /// Applies what the journal holds, up to one range, and keeps what it caused until that is
    /// published: by another, or by itself once it steps.
    ///
    /// # Errors
    /// As [`Speaker::step`].
    pub fn follow(&mut self, journal: &dyn Journal) -> Result<usize, ProcessorError> {
        self.listen(journal)?;
        if !self.situation().is_ours() {
            return Ok(0);
        }
        let room = UNSAID_ENTRIES_MAX.saturating_sub(self.unsaid.entries.len());
        let applied = self.apply_some(journal, room.min(RANGE_ENTRIES_MAX))?;
        self.forget_covered();
        Ok(applied)
    }

    /// What it heard since it was last asked, and whether it knows more than is published.
    pub(super) fn heard(&mut self) -> Heard {
        let (other, advanced) = self.listening.take_heard();
        Heard { other, advanced, unsaid: !self.unsaid.entries.is_empty() }
    }

    /// How far what was published reaches, as far as it was heard.
    #[must_use]
    pub fn covered(&self) -> Position {
        self.listening.covered()
    }

    /// The last entry of `changes` that was heard.
    pub(super) fn heard_through(&self) -> Position {
        self.listening.through()
    }

    /// Whether all that is published was heard, asked anew of where it is kept. Who begins to speak
    /// begins there.
    ///
    /// # Errors
    /// Where the journal cannot say.
    pub(super) fn has_heard_all(&mut self, journal: &dyn Journal) -> Result<bool, ProcessorError> {
        let newest = journal.newest_end(Topic::Changes, self.partition)?;
        if *journal.end(Topic::Changes, self.partition).borrow() < newest {
            return Ok(false);
        }
        self.listen(journal)?;
        Ok(true)
    }

    fn listen(&mut self, journal: &dyn Journal) -> Result<(), ProcessorError> {
        self.listening.listen(journal, self.name)?;
        self.forget_covered();
        Ok(())
    }

    /// What is published needs not be said.
    fn forget_covered(&mut self) {
        let covered = self.listening.covered();
        if self.spoken < covered {
            self.spoken = covered;
            self.unsaid.forget(covered);
        }
    }

    fn apply_some(
        &mut self,
        journal: &dyn Journal,
        entries_max: usize,
    ) -> Result<usize, ProcessorError> {
        if entries_max == 0 {
            return Ok(0);
        }
        let entries = self.fold.next_entries(journal, entries_max)?;
        let mut applied = 0;
        let mut coming = Coming::new(&entries);
        while let Some(decoded) = coming.next(&self.fold) {
            self.apply_one(journal, decoded)?;
            applied += 1;
            if !self.fold.situation.is_ours() {
                break;
            }
        }
        Ok(applied)
    }

    fn apply_one(
        &mut self,
        journal: &dyn Journal,
        (stored, entry): (&Stored, Decoded),
    ) -> Result<(), ProcessorError> {
        let at = match self.fold.apply((stored, entry)) {
            Ok(at) => at,
            Err(error) => {
                quarantine(journal, self.partition, stored.position)?;
                return Err(error);
            }
        };
        // What was published before it came here needs not be said.
        if self.listening.covered() < stored.position {
            self.unsaid.take(&mut self.fold.effects, (stored.position, at));
        }
        self.listening.folded(stored.position, self.fold.situation.digest())
    }

    /// Says what is not said, after what is.
    fn publish(&mut self, journal: &dyn Journal) -> Result<Said, ProcessorError> {
        let mut unsaid = std::mem::take(&mut self.unsaid);
        let situation = &self.fold.situation;
        let to = situation.position();
        let range = ChangeRange {
            partition: self.partition,
            epoch: journal.epoch(),
            from: self.spoken.min(to),
            to,
            at: situation.now(),
            speaker: self.name.0,
            core: situation.core(),
            digest: situation.digest(),
            elsewhere: unsaid.changes.iter().any(|placed| placed.change.is_elsewhere()),
            changes: std::mem::take(&mut unsaid.changes),
            orders: std::mem::take(&mut unsaid.orders),
        };
        let encoded = change_v1::encode(&range)?;
        let pending = journal.append(Topic::Changes, self.partition, vec![encoded]);
        self.spoken = self.spoken.max(to);
        let arrivals = unsaid.arrivals.iter().map(|(_, arrived)| *arrived).collect();
        let (entries, changes) = (unsaid.entries.len(), range.changes.len());
        self.unsaid = unsaid.emptied(range.changes);
        Ok(Said { to, entries, changes, arrivals, pending })
    }
}
