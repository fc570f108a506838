//! Topics of one partition: made, filled and counted.

use std::time::Duration;

use liandong::telemetry::Stopwatch;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

use super::reports::Report;
use crate::Failure;

/// How long nothing may come.
const SILENT_MAX: Duration = Duration::from_mins(1);
/// How long a look for a record takes.
const WAIT: Duration = Duration::from_millis(20);

fn client(brokers: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", brokers);
    config
}

/// Makes a topic.
pub(super) async fn make(brokers: &str, name: &str) -> Result<(), Failure> {
    let admin: AdminClient<DefaultClientContext> = client(brokers).create()?;
    let topic = NewTopic::new(name, 1, TopicReplication::Fixed(1));
    for made in admin.create_topics([&topic], &AdminOptions::new()).await? {
        made.map_err(|(name, code)| format!("{name}: {code}"))?;
    }
    Ok(())
}

/// Gives every report to a topic, keyed by its cell. Blocks.
pub(super) fn fill(brokers: &str, name: &str, reports: &[Report]) -> Result<(), Failure> {
    let producer: BaseProducer =
        client(brokers).set("acks", "all").set("linger.ms", "5").create()?;
    for report in reports {
        let mut record = BaseRecord::to(name).key(&report.cell).payload(&report.json);
        while let Err((error, back)) = producer.send(record) {
            let full = KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull);
            if error != full {
                return Err(error.into());
            }
            producer.poll(WAIT);
            record = back;
        }
    }
    Ok(producer.flush(SILENT_MAX)?)
}

/// Who counts the records of a topic from its beginning, as they are committed.
pub(super) struct Counting {
    consumer: BaseConsumer,
    count: u64,
}

impl Counting {
    pub(super) fn begin(brokers: &str, name: &str) -> Result<Self, Failure> {
        let consumer: BaseConsumer = client(brokers)
            .set("group.id", "throughput")
            .set("enable.auto.commit", "false")
            .set("fetch.queue.backoff.ms", "10")
            .create()?;
        let mut assigned = TopicPartitionList::new();
        assigned.add_partition_offset(name, 0, Offset::Beginning)?;
        consumer.assign(&assigned)?;
        Ok(Self { consumer, count: 0 })
    }

    /// Waits until there are so many. Blocks.
    pub(super) fn until(&mut self, count: u64) -> Result<(), Failure> {
        let mut silent = Stopwatch::start();
        while self.count < count {
            match self.consumer.poll(WAIT) {
                Some(record) => {
                    record?;
                    self.count += 1;
                    silent = Stopwatch::start();
                }
                None if SILENT_MAX < silent.elapsed() => {
                    return Err(format!("{} of {count} records, and no more", self.count).into());
                }
                None => {}
            }
        }
        Ok(())
    }
}
