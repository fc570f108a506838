//! A speaker: one partition's fold, and the ranges it publishes.
//!
//! It is a plain step over a journal; threads, waiting and clocks are `run`'s.

use crate::domain::{Change, ChangeRange, Digest, Order, Partition, Placed, Position, Timestamp};
use crate::journal::{Journal, JournalError, Pending, SnapshotError, Snapshots, Topic};
use crate::wire::{WireError, change_v1};

use super::fold::{Fold, quarantine};
use super::restore::restore;

/// Entries one range covers at most: bounds what a reader takes at once.
const RANGE_ENTRIES_MAX: usize = 1_024;

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
    /// `changes` covers a position that the journal does not hold.
    #[error("the journal ends before {through}, which was published")]
    JournalShort {
        /// What was published.
        through: Position,
    },
}

/// What a speaker said, once durable.
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
    /// Waits until the range is durable.
    ///
    /// # Errors
    /// Where it is not: the speaker must begin again at the end of `changes`.
    pub fn durable(self) -> Result<(), ProcessorError> {
        self.pending.durable_blocking()?;
        Ok(())
    }
}

/// One partition's fold, speaking from the end of `changes`.
#[derive(Debug)]
pub struct Speaker {
    partition: Partition,
    name: u64,
    fold: Fold,
    spoken: Position,
    restored_through: Position,
    set_aside: u64,
}

impl Speaker {
    /// Restores the partition and stands at the end of its `changes`. A position the core panics on
    /// is quarantined and the restore begun again.
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
                    return Ok(Self {
                        partition,
                        name,
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
    pub fn situation(&self) -> &crate::situation::Situation {
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

    /// Applies what the journal holds, up to one range, and says it. None where there is nothing
    /// new, unless `even_empty`; none either while another core decides.
    ///
    /// # Errors
    /// [`ProcessorError::Panicked`] once the position is quarantined: restore and go on. Any other
    /// means the journal is broken.
    pub fn step(
        &mut self,
        journal: &dyn Journal,
        even_empty: bool,
    ) -> Result<Option<Said>, ProcessorError> {
        if !self.fold.situation.is_ours() {
            return Ok(None);
        }
        let entries = self.fold.next_entries(journal, RANGE_ENTRIES_MAX)?;
        if entries.is_empty() && !even_empty {
            return Ok(None);
        }
        let mut said = Collected::default();
        for stored in &entries {
            if let Err(error) = self.fold.apply(stored) {
                quarantine(journal, self.partition, stored.position)?;
                return Err(error);
            }
            said.take(&mut self.fold, stored.position, stored.at);
            if !self.fold.situation.is_ours() {
                break;
            }
        }
        self.publish(journal, entries.len(), said).map(Some)
    }

    fn publish(
        &mut self,
        journal: &dyn Journal,
        entries: usize,
        said: Collected,
    ) -> Result<Said, ProcessorError> {
        let situation = &self.fold.situation;
        let to = situation.position();
        let range = ChangeRange {
            partition: self.partition,
            epoch: journal.epoch(),
            from: self.spoken,
            to,
            at: situation.now(),
            speaker: self.name,
            core: situation.core(),
            digest: situation.digest(),
            changes: said.changes,
            orders: said.orders,
        };
        let encoded = change_v1::encode(&range)?;
        let pending = journal.append(Topic::Changes, self.partition, vec![encoded]);
        self.spoken = to;
        let changes = range.changes.len();
        Ok(Said { to, entries, changes, arrivals: said.arrivals, pending })
    }
}

/// What the entries of one range caused.
#[derive(Debug, Default)]
struct Collected {
    changes: Vec<Placed>,
    orders: Vec<Order>,
    arrivals: Vec<Timestamp>,
}

impl Collected {
    fn take(&mut self, fold: &mut Fold, position: Position, at: Timestamp) {
        for (index, change) in (0..).zip(fold.effects.changes.drain(..)) {
            if let Change::TicketMoved { ticket } = &change
                && ticket.admitted_at == at
            {
                self.arrivals.push(ticket.arrived_at);
            }
            self.changes.push(Placed { position, at, index, change });
        }
        self.orders.append(&mut fold.effects.orders);
    }
}
