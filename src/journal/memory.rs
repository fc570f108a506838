//! A journal in memory: for tests, simulations and assessments. Gone with the process.

use std::sync::Mutex;

use bytes::Bytes;
use tokio::sync::watch;

use crate::domain::{Epoch, Partition, Position, Timestamp};
use crate::telemetry::Clock;

use super::lane::{Found, Lane, Lanes};
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
    /// An empty journal that takes its times from `clock`.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { clock, epoch: Epoch(1), lanes: Lanes::default(), appending: Mutex::new(()) }
    }

    fn lane(&self, topic: Topic, partition: Partition) -> std::sync::Arc<Lane> {
        let empty = (Position::START, Position::START);
        self.lanes.get(topic, partition, || Lane::new(empty, Timestamp::MIN, usize::MAX))
    }
}

impl Journal for MemoryJournal {
    fn append(&self, topic: Topic, partition: Partition, entries: Vec<Bytes>) -> Pending {
        let (answer, pending) = Pending::pair();
        let one_at_a_time = self.appending.lock();
        let lane = self.lane(topic, partition);
        let record = lane.next_record(self.clock.now(), entries);
        let shown = lane.show(record);
        drop(one_at_a_time);
        // Who dropped the receipt does not want it.
        drop(answer.send(Ok(shown)));
        pending
    }

    fn read(
        &self,
        topic: Topic,
        partition: Partition,
        after: Position,
        entries_max: usize,
    ) -> Result<Vec<Stored>, JournalError> {
        match self.lane(topic, partition).find(after, entries_max) {
            Found::Latest(entries) => Ok(entries),
            Found::Older => Ok(Vec::new()),
            Found::Removed { start } => {
                Err(JournalError::Removed { topic, partition, after, start })
            }
        }
    }

    fn end(&self, topic: Topic, partition: Partition) -> watch::Receiver<Position> {
        self.lane(topic, partition).watch()
    }

    fn start(&self, topic: Topic, partition: Partition) -> Position {
        self.lane(topic, partition).start()
    }

    fn remove_through(
        &self,
        topic: Topic,
        partition: Partition,
        through: Position,
    ) -> Result<(), JournalError> {
        let lane = self.lane(topic, partition);
        lane.remove_through(lane.whole_through(through));
        Ok(())
    }

    fn epoch(&self) -> Epoch {
        self.epoch
    }
}
