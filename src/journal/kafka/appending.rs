//! Giving records to the producer, and hearing that they are durable.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rdkafka::ClientContext;
use rdkafka::Statistics;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Message as _, Timestamp as KafkaTime};
use rdkafka::producer::{
    BaseRecord, DeliveryResult, Producer as _, ProducerContext, ThreadedProducer,
};

use crate::domain::{Partition, Position, Timestamp};
use crate::telemetry::Clock;

use super::super::record::Record;
use super::super::traits::{Appended, JournalError, Pending, Topic};
use super::client::{KafkaOptions, broken};
use super::receipts::{Answer, Receipts};
use super::statistics::Counted;

/// How long an appender waits before it tries again where too much waits already.
const FULL_WAIT: Duration = Duration::from_millis(2);
/// How long what was given before may take to become durable at the end.
const FLUSH_WITHIN: Duration = Duration::from_secs(10);

/// Appends to the cluster.
pub(super) struct Appending {
    producer: ThreadedProducer<Deliveries>,
    options: KafkaOptions,
    clock: Clock,
}

/// Hears what became of records.
struct Deliveries {
    receipts: Arc<Receipts>,
    counted: Counted,
}

/// An append under way.
struct Given {
    lane: (Topic, Partition),
    answer: Answer,
}

impl ClientContext for Deliveries {
    fn stats(&self, statistics: Statistics) {
        self.counted.note(&statistics);
    }
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = Box<Given>;

    fn delivery(&self, result: &DeliveryResult<'_>, given: Box<Given>) {
        let Given { lane, answer } = *given;
        match result {
            Ok(message) => {
                let first = Position::new(offset_of(message.offset()), 0);
                let at = time_of(message.timestamp());
                self.receipts.delivered(lane, (Appended { first, at }, answer));
            }
            Err((error, _)) => drop(answer.send(Err(broken(error)))),
        }
    }
}

/// Our offset of Kafka's.
pub(super) fn offset_of(kafka: i64) -> u64 {
    u64::try_from(kafka).unwrap_or(0).saturating_add(1)
}

/// When the broker took it (`LogAppendTime`).
pub(super) fn time_of(kafka: KafkaTime) -> Timestamp {
    Timestamp(kafka.to_millis().unwrap_or(0))
}

impl Appending {
    pub(super) fn open(
        options: &KafkaOptions,
        clock: Clock,
        receipts: Arc<Receipts>,
    ) -> Result<Self, JournalError> {
        let (mut settings, counted) = (options.producer(), Counted::appends(options));
        counted.ask(&mut settings);
        let producer = settings
            .create_with_context(Deliveries { receipts, counted })
            .map_err(|error| broken(&error))?;
        Ok(Self { producer, options: options.clone(), clock })
    }

    /// Gives `entries` to the producer as one record. Where too much waits, so does the caller.
    pub(super) fn append(&self, lane: (Topic, Partition), entries: Vec<Bytes>) -> Pending {
        let (answer, pending) = Pending::pair();
        if entries.is_empty() {
            drop(answer.send(Err(JournalError::Empty)));
            return pending;
        }
        // The offset is the broker's to give, and so is the time that counts.
        let bytes = Record { offset: 0, at: self.clock.now(), entries }.encode();
        let name = self.options.name(lane.0);
        let mut given = Box::new(Given { lane, answer });
        loop {
            let record = BaseRecord::<(), [u8], _>::with_opaque_to(&name, given)
                .partition(i32::from(lane.1.0))
                .payload(&bytes);
            match self.producer.send(record) {
                Ok(()) => return pending,
                Err((error, record)) if is_full(&error) => {
                    given = record.delivery_opaque;
                    std::thread::sleep(FULL_WAIT);
                }
                Err((error, record)) => {
                    drop(record.delivery_opaque.answer.send(Err(broken(&error))));
                    return pending;
                }
            }
        }
    }

    /// Lets what was given become durable, within bounds.
    pub(super) fn finish(&self) {
        if let Err(error) = self.producer.flush(FLUSH_WITHIN) {
            tracing::warn!(%error, "what waits for the brokers is left behind, unacknowledged");
        }
    }
}

fn is_full(error: &KafkaError) -> bool {
    error.rdkafka_error_code() == Some(RDKafkaErrorCode::QueueFull)
}
