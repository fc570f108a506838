//! Reading topics of others as one of a group: each partition by one of us, from what was done.

use std::collections::BTreeMap;
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _};
use rdkafka::{Offset, TopicPartitionList};

use super::super::traits::JournalError;
use super::client::{KafkaOptions, broken};
use super::foreign::{ForeignFound, Met, met};

/// How soon the others take over from one that died.
const SESSION_MS: &str = "6000";
/// How often one says that it lives.
const HEARTBEAT_MS: &str = "2000";

/// A member of a group of readers. What it has not said to be done comes again, to it or another.
pub struct GroupReader {
    consumer: BaseConsumer,
}

impl std::fmt::Debug for GroupReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GroupReader")
    }
}

impl GroupReader {
    /// Joins `group` (its name without our prefix), which reads `topics` from their beginning.
    ///
    /// # Errors
    /// Where the settings are refused.
    pub fn join(
        options: &KafkaOptions,
        group: &str,
        topics: &[String],
    ) -> Result<Self, JournalError> {
        let mut settings = options.consumer();
        settings
            .set("group.id", options.foreign(group))
            .set("auto.offset.reset", "earliest")
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("session.timeout.ms", SESSION_MS)
            .set("heartbeat.interval.ms", HEARTBEAT_MS);
        let consumer: BaseConsumer = settings.create().map_err(|error| broken(&error))?;
        let names: Vec<_> = topics.iter().map(|topic| options.foreign(topic)).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        consumer.subscribe(&names).map_err(|error| broken(&error))?;
        Ok(Self { consumer })
    }

    /// The next records, in order within each partition: at most `records_max` of them, and none
    /// after `bytes_max` bytes. Waits at most `wait` for the first, and for no other.
    #[must_use]
    pub fn next(
        &self,
        (records_max, bytes_max): (usize, usize),
        wait: Duration,
    ) -> Vec<ForeignFound> {
        let (mut records, mut bytes, mut wait) = (Vec::new(), 0_usize, wait);
        while records.len() < records_max && bytes < bytes_max {
            let Met::Record(found) = met(self.consumer.poll(wait)) else { break };
            bytes = bytes.saturating_add(found.record.value.as_ref().map_or(0, bytes::Bytes::len));
            records.push(found);
            wait = Duration::ZERO;
        }
        records
    }

    /// Says that all of `records` are done, and everything before them.
    pub fn done(&self, records: &[ForeignFound]) {
        let mut through: BTreeMap<(&str, u16), u64> = BTreeMap::new();
        for found in records {
            through.insert((&found.topic, found.partition), found.offset);
        }
        let mut done = TopicPartitionList::new();
        for ((topic, partition), offset) in through {
            let next = Offset::Offset(i64::try_from(offset.saturating_add(1)).unwrap_or(i64::MAX));
            if let Err(error) = done.add_partition_offset(topic, i32::from(partition), next) {
                tracing::warn!(%error, "an offset cannot be committed");
            }
        }
        if let Err(error) = self.consumer.commit(&done, CommitMode::Async) {
            // Whose the partition is now reads them again: each is known by its identifier.
            tracing::warn!(%error, "records that are done are not said to be: they come again");
        }
    }
}
