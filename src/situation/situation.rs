//! What is true in one partition, and nothing that merely looks so.

use serde::{Deserialize, Serialize};

use crate::domain::{Digest, Partition, Position, Timestamp};

/// The situation of one partition at one position.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Situation {
    pub(super) partition: Partition,
    pub(super) position: Position,
    pub(super) now: Timestamp,
    pub(super) core: u32,
    pub(super) digest: Digest,
}

impl Situation {
    /// The empty situation, before the first entry.
    #[must_use]
    pub fn new(partition: Partition) -> Self {
        Self {
            partition,
            position: Position::START,
            now: Timestamp::MIN,
            core: 0,
            digest: Digest::default(),
        }
    }

    /// Whose situation it is.
    #[must_use]
    pub fn partition(&self) -> Partition {
        self.partition
    }

    /// The last entry applied.
    #[must_use]
    pub fn position(&self) -> Position {
        self.position
    }

    /// The journal's time there.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The core that decides, as the journal set it; 0 before it did.
    #[must_use]
    pub fn core(&self) -> u32 {
        self.core
    }

    /// The running digest: of every change so far, in order.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }
}
