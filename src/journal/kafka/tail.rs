//! Showing what becomes durable, on threads of its own.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::{BorrowedMessage, Message as _};
use rdkafka::{Offset, TopicPartitionList};

use crate::domain::{Partition, Timestamp};

use super::super::lane::Lane;
use super::super::record::Record;
use super::super::traits::{JournalError, Topic};
use super::appending::{offset_of, time_of};
use super::client::{KafkaOptions, broken};
use super::receipts::Receipts;
use super::statistics::Counted;

/// What is new and worth an answer at once.
const GATHERED_BYTES: &str = "16384";
/// How long brokers may gather what is followed with patience, milliseconds.
const PATIENCE_MS: u64 = 25;
/// How long the thread waits for a record before it looks whether it is to end.
const WAIT: Duration = Duration::from_millis(50);

/// A lane to be followed.
#[derive(Debug)]
pub(super) struct Followed {
    pub(super) id: (Topic, Partition),
    pub(super) lane: Arc<Lane>,
    /// The first offset that is not shown yet, by Kafka's count.
    pub(super) next: i64,
    /// When the last record before it was taken.
    pub(super) at: Timestamp,
}

/// What is followed, by the topic's name and the partition.
type Showing = BTreeMap<String, BTreeMap<i32, Followed>>;

/// The threads that follow: one what is wanted at once, and one what hardly ever comes or may come
/// later. A question names every lane of its consumer, and the broker looks at each.
#[derive(Debug)]
pub(super) struct Tail {
    stop: Arc<AtomicBool>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Tail {
    /// Follows `lanes` from where each stands.
    pub(super) fn begin(
        options: &KafkaOptions,
        lanes: Vec<Followed>,
        receipts: &Arc<Receipts>,
    ) -> Result<Self, JournalError> {
        let is_patient = |it: &Followed| options.patient.contains(&it.id.0);
        let is_later = |it: &Followed| is_rare(it.id.0) || is_patient(it);
        let (later, soon): (Vec<_>, Vec<_>) = lanes.into_iter().partition(is_later);
        let patience_ms = if later.iter().any(is_patient) { PATIENCE_MS } else { 0 };
        let gathers_ms = options.gathers_ms.max(patience_ms);
        let stop = Arc::new(AtomicBool::new(false));
        let mut threads = Vec::new();
        for (counted, gathers_ms, lanes) in [
            (Counted::reads(options), options.gathers_ms, soon),
            (Counted::reads_later(options), gathers_ms, later),
        ] {
            if !lanes.is_empty() {
                let reading = reading(options, counted, gathers_ms)?;
                threads.push(follow((reading, options), lanes, (receipts, &stop))?);
            }
        }
        Ok(Self { stop, threads: Mutex::new(threads) })
    }

    /// Ends the threads.
    pub(super) fn end(&self) {
        self.stop.store(true, Ordering::Release);
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        for thread in threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread that follows the journal panicked");
            }
        }
    }
}

/// Whether a topic is one that hardly anything is written to.
fn is_rare(topic: Topic) -> bool {
    match topic {
        Topic::DeadLetters | Topic::Quarantine => true,
        Topic::Journal | Topic::Changes | Topic::Detections => false,
    }
}

/// A consumer that the brokers may let wait so long, for more than little.
fn reading(
    options: &KafkaOptions,
    counted: Counted,
    gathers_ms: u64,
) -> Result<BaseConsumer<Counted>, JournalError> {
    let mut settings = options.consumer();
    counted.ask(&mut settings);
    if gathers_ms != 0 {
        settings.set("fetch.min.bytes", GATHERED_BYTES);
        settings.set("fetch.wait.max.ms", gathers_ms.to_string());
    }
    settings.create_with_context(counted).map_err(|error| broken(&error))
}

/// Starts a thread that follows `lanes`.
fn follow(
    (consumer, options): (BaseConsumer<Counted>, &KafkaOptions),
    lanes: Vec<Followed>,
    (receipts, stop): (&Arc<Receipts>, &Arc<AtomicBool>),
) -> Result<JoinHandle<()>, JournalError> {
    let mut assigned = TopicPartitionList::new();
    let mut showing = Showing::new();
    for followed in lanes {
        let (topic, partition) = followed.id;
        let (name, partition) = (options.name(topic), i32::from(partition.0));
        assigned
            .add_partition_offset(&name, partition, Offset::Offset(followed.next))
            .map_err(|error| broken(&error))?;
        if !options.patient.contains(&topic) {
            receipts.follow(followed.id, offset_of(followed.next).saturating_sub(1));
        }
        showing.entry(name).or_default().insert(partition, followed);
    }
    consumer.assign(&assigned).map_err(|error| broken(&error))?;
    let (receipts, stop) = (Arc::clone(receipts), Arc::clone(stop));
    std::thread::Builder::new()
        .name("journal-tail".to_owned())
        .spawn(move || show_all(&consumer, &mut showing, (&receipts, &stop)))
        .map_err(|error| JournalError::Storage(error.to_string()))
}

fn show_all(
    consumer: &BaseConsumer<Counted>,
    showing: &mut Showing,
    (receipts, stop): (&Receipts, &AtomicBool),
) {
    while !stop.load(Ordering::Acquire) {
        match consumer.poll(WAIT) {
            None => {}
            Some(Ok(message)) => {
                let topic = showing.get_mut(message.topic());
                if let Some(followed) = topic.and_then(|it| it.get_mut(&message.partition())) {
                    show(followed, &message, receipts);
                }
            }
            // The library comes back by itself; until it has, nothing is shown as new.
            Some(Err(error)) => tracing::warn!(%error, "the brokers are not to be reached"),
        }
    }
}

fn show(followed: &mut Followed, message: &BorrowedMessage<'_>, receipts: &Receipts) {
    if message.offset() < followed.next {
        return;
    }
    let record = record_of(message, followed.at);
    followed.next = message.offset().saturating_add(1);
    followed.at = record.at;
    let offset = record.offset;
    followed.lane.show(record);
    receipts.shown(followed.id, offset);
}

/// The record of a message; one without entries where it is none of ours, so that no foreign
/// record stops a partition. Time never falls: `before` is that of the record before it.
pub(super) fn record_of(message: &BorrowedMessage<'_>, before: Timestamp) -> Record {
    let offset = offset_of(message.offset());
    let at = time_of(message.timestamp()).max(before);
    let bytes = Bytes::copy_from_slice(message.payload().unwrap_or_default());
    match Record::decode(offset, &bytes) {
        Ok(record) => Record { at, ..record },
        Err(why) => {
            let (topic, partition) = (message.topic(), message.partition());
            tracing::error!(%topic, partition, offset, %why, "a record is not ours: passed over");
            Record { offset, at, entries: Vec::new() }
        }
    }
}
