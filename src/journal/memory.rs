//! A journal in memory: for tests, simulations and assessments. Gone with the process.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use tokio::sync::watch;

use crate::domain::{Epoch, Partition, Position};
use crate::telemetry::Clock;

use super::lane::{Found, Lanes};
use super::traits::{Journal, JournalError, Pending, Stored, Topic};

/// A journal in memory. An append is "durable" at once.
#[derive(Debug)]
pub struct MemoryJournal {
    clock: Clock,
    epoch: Epoch,
    lanes: Lanes,
    appending: Mutex<()>,
}

impl MemoryJournal {
    /// An empty journal that takes its times from `clock`, always of the same epoch: for tests
    /// and assessments, which must repeat.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self::of_epoch(clock, Epoch(1))
    }

    /// An empty journal of a given incarnation: what is served over a network needs a fresh one.
    #[must_use]
    pub fn of_epoch(clock: Clock, epoch: Epoch) -> Self {
        let lanes = Lanes::new(|_| usize::MAX);
        Self { clock, epoch, lanes, appending: Mutex::new(()) }
    }
}

impl Journal for MemoryJournal {
    fn append(&self, topic: Topic, partition: Partition, entries: Vec<Bytes>) -> Pending {
        let (answer, pending) = Pending::pair();
        let outcome = if entries.is_empty() {
            Err(JournalError::Empty)
        } else {
            let _one_at_a_time = self.appending.lock().unwrap_or_else(PoisonError::into_inner);
            let lane = self.lanes.get(topic, partition);
            Ok(lane.show(lane.next_record(self.clock.now(), entries)))
        };
        // Who dropped the receipt does not want it.
        drop(answer.send(outcome));
        pending
    }

    fn read(
        &self,
        topic: Topic,
        partition: Partition,
        after: Position,
        entries_max: usize,
    ) -> Result<Vec<Stored>, JournalError> {
        match self.lanes.get(topic, partition).find(after, entries_max) {
            Found::Latest(entries) => Ok(entries),
            // All that is kept is kept here.
            Found::Older { .. } => Ok(Vec::new()),
            Found::Removed { start } => {
                Err(JournalError::Removed { topic, partition, after, start })
            }
        }
    }

    fn end(&self, topic: Topic, partition: Partition) -> watch::Receiver<Position> {
        self.lanes.get(topic, partition).watch()
    }

    fn start(&self, topic: Topic, partition: Partition) -> Position {
        self.lanes.get(topic, partition).ends().0
    }

    fn remove_through(
        &self,
        topic: Topic,
        partition: Partition,
        through: Position,
    ) -> Result<(), JournalError> {
        let lane = self.lanes.get(topic, partition);
        lane.remove_through(lane.whole_through(through));
        Ok(())
    }

    fn epoch(&self) -> Epoch {
        self.epoch
    }
}
