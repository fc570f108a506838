//! Topics of one partition: made, filled and counted.

use std::time::Duration;

use liandong::domain::{Partition, Position, RangeHead};
use liandong::journal::Topic;
use liandong::journal::kafka::KafkaOptions;
use liandong::telemetry::Stopwatch;
use liandong::wire::change_v1;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Message as _};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

use super::reports::Report;
use crate::Failure;
use crate::cluster::entries;

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
        Ok(Self { consumer: consumer(brokers, (name, 0))?, count: 0 })
    }

    /// Waits until there are so many. Blocks.
    pub(super) fn until(&mut self, count: u64) -> Result<(), Failure> {
        while self.count < count {
            if next(&self.consumer)?.is_none() {
                return Err(format!("{} of {count} records, and no more", self.count).into());
            }
            self.count += 1;
        }
        Ok(())
    }
}

/// Who follows how far a partition's changes reach, and reads no more of them than that.
pub(super) struct Reaching {
    consumer: BaseConsumer,
    reached: Position,
}

impl Reaching {
    pub(super) fn begin(cluster: &KafkaOptions, partition: Partition) -> Result<Self, Failure> {
        let of = (cluster.name(Topic::Changes), partition.0);
        let consumer = consumer(&cluster.brokers, (&of.0, of.1))?;
        Ok(Self { consumer, reached: Position::START })
    }

    /// Waits until they reach through `end`.
    pub(super) async fn through(self, end: Position) -> Result<Self, Failure> {
        let Self { consumer, mut reached } = self;
        let waiting = move || {
            // Who is alive says so: records come, and nothing in them.
            let mut since = Stopwatch::start();
            while reached < end {
                let record = next(&consumer)?.filter(|_| since.elapsed() < SILENT_MAX);
                let Some(record) = record else {
                    return Err(format!("changes reach {reached} and not {end}").into());
                };
                let before = reached;
                for range in entries(record.payload().unwrap_or_default()) {
                    reached = after(reached, &change_v1::decode_head(range)?);
                }
                if before < reached {
                    since = Stopwatch::start();
                }
            }
            Ok(Self { consumer, reached })
        };
        tokio::task::spawn_blocking(waiting).await?
    }
}

/// How far a reader at `reached` is after a range: one that begins beyond it must come again.
fn after(reached: Position, range: &RangeHead) -> Position {
    if range.from <= reached { reached.max(range.to) } else { reached }
}

/// Reads one partition from its beginning.
fn consumer(brokers: &str, (topic, partition): (&str, u16)) -> Result<BaseConsumer, Failure> {
    let consumer: BaseConsumer = client(brokers)
        .set("group.id", "throughput")
        .set("enable.auto.commit", "false")
        .set("fetch.queue.backoff.ms", "10")
        .create()?;
    let mut assigned = TopicPartitionList::new();
    assigned.add_partition_offset(topic, i32::from(partition), Offset::Beginning)?;
    consumer.assign(&assigned)?;
    Ok(consumer)
}

/// The next record; none where nothing comes for long.
fn next(consumer: &BaseConsumer) -> Result<Option<BorrowedMessage<'_>>, Failure> {
    let silent = Stopwatch::start();
    while silent.elapsed() < SILENT_MAX {
        if let Some(record) = consumer.poll(WAIT) {
            return Ok(Some(record?));
        }
    }
    Ok(None)
}
