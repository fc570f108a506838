//! What every journal promises.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::oneshot::{self, error::TryRecvError};
use tokio::sync::watch;

use crate::domain::{Epoch, Partition, Position, Timestamp};

/// What a partition of the journal is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Entries of the core: the truth.
    Journal,
    /// Ranges of changes: what processors publish.
    Changes,
    /// Raw video looks, kept 24 h.
    Detections,
    /// What could not be read, sealed, kept 7 d.
    DeadLetters,
    /// Positions the core panicked on, which every restore skips.
    Quarantine,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 5] =
        [Self::Journal, Self::Changes, Self::Detections, Self::DeadLetters, Self::Quarantine];

    /// Its number in keys; never reused.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Journal => 1,
            Self::Changes => 2,
            Self::Detections => 3,
            Self::DeadLetters => 4,
            Self::Quarantine => 5,
        }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Journal => "journal",
            Self::Changes => "changes",
            Self::Detections => "detections",
            Self::DeadLetters => "letters",
            Self::Quarantine => "quarantine",
        })
    }
}

/// One stored entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Where it stands.
    pub position: Position,
    /// When the journal took it; never earlier than the entry before it.
    pub at: Timestamp,
    /// Its bytes, as they were given.
    pub bytes: Bytes,
}

/// The receipt of a durable append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Where the first of the entries stands; the others follow it in the same record.
    pub first: Position,
    /// When the journal took them.
    pub at: Timestamp,
}

/// A journal is broken: nothing was acknowledged, and, unless it passes, its process should end.
#[derive(Debug, Clone, thiserror::Error)]
pub enum JournalError {
    /// The storage refused; after a failed fsync nothing more is written.
    #[error("the journal's storage failed: {0}")]
    Storage(String),
    /// The cluster does not answer for now. What was asked may be asked again; whether an append
    /// became durable, nobody knows.
    #[error("the journal does not answer for now: {0}")]
    Away(String),
    /// The journal is closed.
    #[error("the journal is closed")]
    Closed,
    /// Nothing was given to append: a mistake of the caller's.
    #[error("an append without entries")]
    Empty,
    /// A reader stands before the log's start.
    #[error("{topic}/{partition} begins after {start}: {after} was removed by retention")]
    Removed {
        /// Of what.
        topic: Topic,
        /// Whose.
        partition: Partition,
        /// Where the reader stands.
        after: Position,
        /// The position before the first entry that is kept.
        start: Position,
    },
    /// What is stored is not what was written.
    #[error("{topic}/{partition} is damaged at {position}: {why}")]
    Damaged {
        /// Of what.
        topic: Topic,
        /// Whose.
        partition: Partition,
        /// Where.
        position: Position,
        /// In which way.
        why: String,
    },
}

impl JournalError {
    /// What is stored at that place is not what was written: why.
    pub fn damaged(
        (topic, partition): (Topic, Partition),
        position: Position,
        why: impl fmt::Display,
    ) -> Self {
        Self::Damaged { topic, partition, position, why: why.to_string() }
    }

    /// Whether it passes by itself, so that a role goes on instead of ending.
    #[must_use]
    pub fn passes(&self) -> bool {
        matches!(self, Self::Away(_))
    }
}

/// What became of an append.
type Outcome = Result<Appended, JournalError>;

/// An append under way.
#[derive(Debug)]
pub struct Pending {
    receiver: oneshot::Receiver<Outcome>,
    outcome: Option<Outcome>,
}

impl Pending {
    /// An append, and who will say what became of it.
    #[must_use]
    pub fn pair() -> (oneshot::Sender<Result<Appended, JournalError>>, Self) {
        let (sender, receiver) = oneshot::channel();
        (sender, Self { receiver, outcome: None })
    }

    /// Waits until it is known what became of it; may be left and waited for again.
    pub async fn settling(&mut self) {
        if self.outcome.is_none() {
            let outcome = (&mut self.receiver).await;
            self.outcome = Some(outcome.unwrap_or(Err(JournalError::Closed)));
        }
    }

    /// What became of it, where that is known by now; asked once.
    pub fn settled(&mut self) -> Option<Result<Appended, JournalError>> {
        if self.outcome.is_none() {
            self.outcome = match self.receiver.try_recv() {
                Ok(outcome) => Some(outcome),
                Err(TryRecvError::Empty) => None,
                Err(TryRecvError::Closed) => Some(Err(JournalError::Closed)),
            };
        }
        self.outcome.take()
    }

    /// Waits until the entries are durable.
    ///
    /// # Errors
    /// Where they are not: nothing may be acknowledged.
    pub async fn durable(self) -> Result<Appended, JournalError> {
        self.receiver.await.map_err(|_| JournalError::Closed)?
    }

    /// As [`Pending::durable`], but no longer than `at_most`.
    ///
    /// # Errors
    /// As there; [`JournalError::Away`] where it is not known by then.
    pub async fn durable_within(self, at_most: Duration) -> Result<Appended, JournalError> {
        let late =
            |_| JournalError::Away(format!("not durable within {} s", at_most.as_secs_f32()));
        tokio::time::timeout(at_most, self.durable()).await.map_err(late)?
    }

    /// Waits on a thread that is not asynchronous.
    ///
    /// # Errors
    /// As [`Pending::durable`].
    pub fn durable_blocking(self) -> Result<Appended, JournalError> {
        self.receiver.blocking_recv().map_err(|_| JournalError::Closed)?
    }
}

/// A durable, ordered journal of several topics and partitions. Positions count from offset 1.
pub trait Journal: fmt::Debug + Send + Sync {
    /// Appends `entries` (at least one) together, in order. They become durable as one: all or
    /// none. Order of calls from one thread is order in the journal. Dropping the receipt hurts
    /// nobody; where too much waits, the call waits too.
    fn append(&self, topic: Topic, partition: Partition, entries: Vec<Bytes>) -> Pending;

    /// Up to `entries_max` durable entries after `after`, in order; none where there are no more.
    ///
    /// # Errors
    /// Where `after` lies before the log's start, or the storage fails.
    fn read(
        &self,
        topic: Topic,
        partition: Partition,
        after: Position,
        entries_max: usize,
    ) -> Result<Vec<Stored>, JournalError>;

    /// The position of the last durable entry; [`Position::START`] where there is none. The
    /// receiver wakes when it moves.
    fn end(&self, topic: Topic, partition: Partition) -> watch::Receiver<Position>;

    /// The end as storage says now, which readers may not be shown yet.
    ///
    /// # Errors
    /// Where storage does not say so within a second.
    fn newest_end(&self, topic: Topic, partition: Partition) -> Result<Position, JournalError> {
        Ok(*self.end(topic, partition).borrow())
    }

    /// The position just before the first entry that is kept.
    fn start(&self, topic: Topic, partition: Partition) -> Position;

    /// Removes whole records at and before `through` (retention never passes the oldest snapshot:
    /// the caller sees to that).
    ///
    /// # Errors
    /// Where the storage fails.
    fn remove_through(
        &self,
        topic: Topic,
        partition: Partition,
        through: Position,
    ) -> Result<(), JournalError>;

    /// How far apart a role's looks at what is new are best. On a cluster each record costs a
    /// question and an answer, whatever is in it; elsewhere sooner is better.
    fn pace(&self) -> Duration {
        Duration::ZERO
    }

    /// The journal's incarnation.
    fn epoch(&self) -> Epoch;
}
