//! The yardstick of a corridor on Kafka: a bare producer and a bare consumer, and nothing between.
//!
//! As many records a second as signals, of 500 bytes, given by an idempotent producer that waits
//! for all replicas and lingers as long as ours gathers. Latency counts from when a record was due.

use std::time::Duration;

use hdrhistogram::Histogram;
use liandong::telemetry::Stopwatch;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::Message as _;
use rdkafka::producer::{BaseRecord, DefaultProducerContext, Producer as _, ThreadedProducer};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

use crate::Failure;

/// Where the records go.
const TOPIC: &str = "bare";
/// What a record holds: the moment it was due, and filling.
const BYTES: usize = 500;
/// How long the last record may take.
const LOST_AFTER: Duration = Duration::from_secs(30);
/// How long the consumer waits for a record before it looks at the clock.
const WAIT: Duration = Duration::from_millis(50);

fn client(brokers: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", brokers);
    config
}

/// Makes the topic, of one partition.
pub(super) async fn prepare(brokers: &str, replicas: u16) -> Result<(), Failure> {
    let admin: AdminClient<DefaultClientContext> = client(brokers).create()?;
    let replicas = TopicReplication::Fixed(i32::from(replicas));
    let topic = NewTopic::new(TOPIC, 1, replicas);
    for made in admin.create_topics([&topic], &AdminOptions::new()).await? {
        made.map_err(|(name, code)| format!("{name}: {code}"))?;
    }
    Ok(())
}

/// Sends and reads `rate` a second for so many seconds. Blocks.
pub(super) fn measure(
    brokers: &str,
    (rate, seconds): (u64, u64),
    linger_ms: u64,
) -> Result<Histogram<u64>, Failure> {
    let consumer: BaseConsumer = client(brokers)
        .set("group.id", "bare")
        .set("enable.auto.commit", "false")
        .set("fetch.queue.backoff.ms", "10")
        .create()?;
    let (_, next) = consumer.fetch_watermarks(TOPIC, 0, LOST_AFTER)?;
    let mut assigned = TopicPartitionList::new();
    assigned.add_partition_offset(TOPIC, 0, Offset::Offset(next))?;
    consumer.assign(&assigned)?;
    let clock = Stopwatch::start();
    let total = rate * seconds;
    let reading = std::thread::spawn(move || read(&consumer, clock, total));
    send((brokers, linger_ms), clock, (rate, total))?;
    reading.join().map_err(|_| "the bare consumer panicked")?
}

fn now_us(clock: Stopwatch) -> Result<u64, Failure> {
    Ok(u64::try_from(clock.elapsed().as_micros())?)
}

fn send(
    (brokers, linger_ms): (&str, u64),
    clock: Stopwatch,
    (rate, total): (u64, u64),
) -> Result<(), Failure> {
    let producer: ThreadedProducer<DefaultProducerContext> = client(brokers)
        .set("enable.idempotence", "true")
        .set("acks", "all")
        .set("linger.ms", linger_ms.to_string())
        .create()?;
    let mut filled = [b'x'; BYTES];
    // The first record waits for the connection, and is nobody's latency: give it a second.
    let start = now_us(clock)? + 1_000_000;
    for number in 0..total {
        let due = start + number * 1_000_000 / rate;
        let early = due.saturating_sub(now_us(clock)?);
        std::thread::sleep(Duration::from_micros(early));
        let (head, _) = filled.split_first_chunk_mut::<8>().ok_or("a record has room")?;
        *head = due.to_be_bytes();
        let record = BaseRecord::<(), [u8]>::to(TOPIC).partition(0).payload(&filled);
        producer.send(record).map_err(|(error, _)| error)?;
    }
    Ok(producer.flush(LOST_AFTER)?)
}

fn read(consumer: &BaseConsumer, clock: Stopwatch, total: u64) -> Result<Histogram<u64>, Failure> {
    let mut took = Histogram::new(3)?;
    let mut silent = Stopwatch::start();
    while took.len() < total {
        if LOST_AFTER < silent.elapsed() {
            return Err(
                format!("{} of {total} bare records did not come", total - took.len()).into()
            );
        }
        let Some(record) = consumer.poll(WAIT) else { continue };
        silent = Stopwatch::start();
        let record = record?;
        let head = record.payload().and_then(|bytes| bytes.first_chunk::<8>());
        let due = u64::from_be_bytes(*head.ok_or("a bare record is not ours")?);
        took.record(now_us(clock)?.saturating_sub(due))?;
    }
    Ok(took)
}
