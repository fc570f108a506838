//! Which partitions a process works on.
//!
//! One process has them all. Of several, the cluster's consumer group gives each partition to one,
//! and gives it to another when that one dies, leaves, or is silent for too long. It is a hint, not
//! a lock: two may think a partition theirs for a while, and no harm comes of it.

use std::collections::BTreeSet;

use tokio::sync::watch;

use crate::domain::Partition;

/// The partitions of this process, as they are given and taken.
#[derive(Debug)]
pub struct Ownership {
    whence: Whence,
    owned: BTreeSet<Partition>,
}

#[derive(Debug)]
enum Whence {
    Told(watch::Receiver<BTreeSet<Partition>>),
    #[cfg(feature = "kafka")]
    Group(Box<super::kafka::Group>),
}

impl Ownership {
    /// Those that are sent; the last ones for ever once the sender is gone.
    #[must_use]
    pub fn told(partitions: watch::Receiver<BTreeSet<Partition>>) -> Self {
        Self { whence: Whence::Told(partitions), owned: BTreeSet::new() }
    }

    /// All of `partitions`, for ever.
    #[must_use]
    pub fn all(partitions: BTreeSet<Partition>) -> Self {
        Self::told(watch::channel(partitions).1)
    }

    /// Those that the group gives.
    #[cfg(feature = "kafka")]
    #[must_use]
    pub fn by(group: super::kafka::Group) -> Self {
        Self { whence: Whence::Group(Box::new(group)), owned: BTreeSet::new() }
    }

    /// The partitions that are this process's now. Asked at least every minute: who does not ask
    /// for longer is taken for dead.
    pub fn now(&mut self) -> &BTreeSet<Partition> {
        match &mut self.whence {
            Whence::Told(told) => {
                if self.owned.is_empty() || told.has_changed().unwrap_or(false) {
                    self.owned.clone_from(&told.borrow_and_update());
                }
            }
            #[cfg(feature = "kafka")]
            Whence::Group(group) => self.owned.clone_from(group.poll()),
        }
        &self.owned
    }
}
