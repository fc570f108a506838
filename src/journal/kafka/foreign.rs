//! Records of topics that are not ours in form: what others write for us, and what they read.
//!
//! A record here is what Kafka's is: a key, a value or none, and headers. It is written by an
//! idempotent producer to a partition that is named, and a receipt is given once all replicas in
//! sync have it.

use std::time::Duration;

use bytes::Bytes;
use rdkafka::ClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Header, Headers as _, Message as _, OwnedHeaders};
use rdkafka::producer::{BaseRecord, DeliveryResult, Producer as _, ProducerContext};
use rdkafka::{Offset, TopicPartitionList};
use tokio::sync::oneshot;

use super::super::traits::JournalError;
use super::client::{ANSWER_WITHIN, KafkaOptions, broken, watermarks};
use super::polled::Polled;

/// How long records gather before they are sent, milliseconds: others are told of many changes with
/// one request, and the city's own road has the brokers for itself meanwhile.
const GATHERED_MS: &str = "20";
/// How long the brokers gather what a reader has not read, milliseconds, unless it is …
const READ_WITHIN_MS: &str = "200";
/// … so many bytes: what it reads is looked at, and nobody waits for it.
const READ_AT_ONCE_BYTES: &str = "65536";
/// How long a writer waits before it tries again where too much waits already.
const FULL_WAIT: Duration = Duration::from_millis(2);

/// A record of a topic for others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ForeignRecord {
    /// What it is about; of a compacted topic the newest of a key is kept.
    pub key: Option<Bytes>,
    /// What it says; none is a tombstone.
    pub value: Option<Bytes>,
    /// What is said beside it.
    pub headers: Vec<(String, Bytes)>,
}

impl ForeignRecord {
    /// The header `name`, where there is one that is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(found, _)| found == name)?;
        std::str::from_utf8(value).ok()
    }
}

/// A record where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignFound {
    /// The topic, by its whole name on the cluster.
    pub topic: String,
    /// Which partition of it.
    pub partition: u16,
    /// Where there, by Kafka's count.
    pub offset: u64,
    /// The record.
    pub record: ForeignRecord,
}

/// What a reader met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Met {
    /// A record.
    Record(ForeignFound),
    /// The end, for now.
    End,
    /// Nothing within the time given.
    Nothing,
}

type Answer = oneshot::Sender<Result<u64, JournalError>>;

/// A record that was given, and is not durable yet.
#[derive(Debug)]
pub struct Given(oneshot::Receiver<Result<u64, JournalError>>);

impl Given {
    /// Waits until it is durable: its offset, by Kafka's count.
    ///
    /// # Errors
    /// Where it never will be.
    pub async fn durable(self) -> Result<u64, JournalError> {
        self.0.await.map_err(|_| JournalError::Closed)?
    }

    /// Waits on a thread that is not asynchronous.
    ///
    /// # Errors
    /// As [`Given::durable`].
    pub fn durable_blocking(self) -> Result<u64, JournalError> {
        self.0.blocking_recv().map_err(|_| JournalError::Closed)?
    }
}

/// Hears what became of records.
struct Heard;

impl ClientContext for Heard {}

impl ProducerContext for Heard {
    type DeliveryOpaque = Box<Answer>;

    fn delivery(&self, result: &DeliveryResult<'_>, answer: Box<Answer>) {
        let said = match result {
            Ok(message) => Ok(u64::try_from(message.offset()).unwrap_or(0)),
            Err((error, _)) => Err(broken(error)),
        };
        // Who gave it may have gone.
        drop(answer.send(said));
    }
}

/// Writes records for others: neither lost, doubled nor reordered while it lives.
pub struct ForeignWriter {
    producer: Polled<Heard>,
    options: KafkaOptions,
}

impl std::fmt::Debug for ForeignWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ForeignWriter({:?})", self.options)
    }
}

impl ForeignWriter {
    /// A writer to the topics of `options`.
    ///
    /// # Errors
    /// Where the settings are refused.
    pub fn open(options: &KafkaOptions) -> Result<Self, JournalError> {
        let mut settings = options.producer();
        settings.set("linger.ms", GATHERED_MS);
        let producer = Polled::create(&settings, Heard)?;
        Ok(Self { producer, options: options.clone() })
    }

    /// Gives a record to `partition` of `topic` (its name without our prefix). Where too much
    /// waits, so does the caller.
    pub fn write(&self, topic: &str, partition: u16, record: &ForeignRecord) -> Given {
        let (answer, given) = oneshot::channel();
        let name = self.options.foreign(topic);
        let mut answer = Box::new(answer);
        loop {
            match self.producer.send(written(&name, partition, record, answer)) {
                Ok(()) => return Given(given),
                Err((error, record)) if is_full(&error) => {
                    answer = record.delivery_opaque;
                    std::thread::sleep(FULL_WAIT);
                }
                Err((error, record)) => {
                    drop(record.delivery_opaque.send(Err(broken(&error))));
                    return Given(given);
                }
            }
        }
    }
}

impl Drop for ForeignWriter {
    fn drop(&mut self) {
        if let Err(error) = self.producer.flush(ANSWER_WITHIN) {
            tracing::warn!(%error, "records for others are left behind: they are written again");
        }
    }
}

fn written<'a>(
    name: &'a str,
    partition: u16,
    record: &'a ForeignRecord,
    answer: Box<Answer>,
) -> BaseRecord<'a, [u8], [u8], Box<Answer>> {
    let headers = OwnedHeaders::new_with_capacity(record.headers.len());
    let headers = record.headers.iter().fold(headers, |headers, (key, value)| {
        headers.insert(Header { key, value: Some(&**value) })
    });
    let mut written =
        BaseRecord::with_opaque_to(name, answer).partition(i32::from(partition)).headers(headers);
    if let Some(key) = &record.key {
        written = written.key(&**key);
    }
    if let Some(value) = &record.value {
        written = written.payload(&**value);
    }
    written
}

fn is_full(error: &KafkaError) -> bool {
    error.rdkafka_error_code() == Some(RDKafkaErrorCode::QueueFull)
}

/// Reads one partition from an offset that it is given.
pub struct ForeignReader {
    consumer: BaseConsumer<Reading>,
}

/// What the library says of a reader beside what it reads.
struct Reading;

impl ConsumerContext for Reading {}

impl ClientContext for Reading {
    fn error(&self, error: KafkaError, reason: &str) {
        // The end is asked for, so it is no fault.
        if !matches!(error, KafkaError::PartitionEOF(_)) {
            tracing::warn!(%error, reason, "a reader of a topic of others");
        }
    }
}

impl std::fmt::Debug for ForeignReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ForeignReader")
    }
}

impl ForeignReader {
    /// Offsets of the first record that `partition` of `topic` keeps, and of the next it will get.
    ///
    /// # Errors
    /// Where the cluster cannot be reached, or the topic is not made.
    pub fn ends(
        options: &KafkaOptions,
        topic: &str,
        partition: u16,
    ) -> Result<(u64, u64), JournalError> {
        let asking: BaseConsumer = options.consumer().create().map_err(|error| broken(&error))?;
        let asked = [(options.foreign(topic), i32::from(partition))];
        let (low, next) = watermarks(&asking, &asked)?.first().copied().unwrap_or_default();
        let count = |offset| u64::try_from(offset).unwrap_or(0);
        Ok((count(low), count(next)))
    }

    /// A reader of `partition` of `topic` (its name without our prefix) from `offset` on.
    ///
    /// # Errors
    /// Where the settings are refused.
    pub fn from(
        options: &KafkaOptions,
        (topic, partition): (&str, u16),
        offset: u64,
    ) -> Result<Self, JournalError> {
        let mut settings = options.consumer();
        settings
            .set("enable.partition.eof", "true")
            .set("auto.offset.reset", "earliest")
            .set("fetch.min.bytes", READ_AT_ONCE_BYTES)
            .set("fetch.wait.max.ms", READ_WITHIN_MS);
        let consumer: BaseConsumer<Reading> =
            settings.create_with_context(Reading).map_err(|error| broken(&error))?;
        let offset = Offset::Offset(i64::try_from(offset).unwrap_or(i64::MAX));
        let mut assigned = TopicPartitionList::new();
        assigned
            .add_partition_offset(&options.foreign(topic), i32::from(partition), offset)
            .and_then(|()| consumer.assign(&assigned))
            .map_err(|error| broken(&error))?;
        Ok(Self { consumer })
    }

    /// What comes next, waited for at most `wait`.
    #[must_use]
    pub fn next(&self, wait: Duration) -> Met {
        met(self.consumer.poll(wait))
    }
}

/// What a poll brought. While the brokers are away the library comes back by itself.
pub(super) fn met(polled: Option<Result<BorrowedMessage<'_>, KafkaError>>) -> Met {
    match polled {
        None => Met::Nothing,
        Some(Ok(message)) => Met::Record(found(&message)),
        Some(Err(KafkaError::PartitionEOF(_))) => Met::End,
        Some(Err(error)) => {
            tracing::warn!(%error, "a topic of others is not to be read for now");
            Met::Nothing
        }
    }
}

fn found(message: &BorrowedMessage<'_>) -> ForeignFound {
    let copied = |bytes: Option<&[u8]>| bytes.map(Bytes::copy_from_slice);
    let headers = message.headers().into_iter().flat_map(|headers| headers.iter());
    let header = |header: Header<'_, &[u8]>| {
        (header.key.to_owned(), copied(header.value).unwrap_or_default())
    };
    ForeignFound {
        topic: message.topic().to_owned(),
        partition: u16::try_from(message.partition()).unwrap_or(u16::MAX),
        offset: u64::try_from(message.offset()).unwrap_or(0),
        record: ForeignRecord {
            key: copied(message.key()),
            value: copied(message.payload()),
            headers: headers.map(header).collect(),
        },
    }
}
