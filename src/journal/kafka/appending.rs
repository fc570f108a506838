//! Giving records to the producer, and hearing that they are durable.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use rdkafka::ClientContext;
use rdkafka::Statistics;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Message as _, Timestamp as KafkaTime};
use rdkafka::producer::{BaseRecord, DeliveryResult, Producer as _, ProducerContext};

use crate::domain::{Partition, Position, Timestamp};
use crate::telemetry::{Clock, Stopwatch};

use super::super::gathered::{Answers, Gathered};
use super::super::record::Record;
use super::super::traits::{Appended, JournalError, Pending, Topic};
use super::client::{KafkaOptions, broken};
use super::gathering::Gathering;
use super::polled::Polled;
use super::receipts::Receipts;
use super::statistics::Counted;

/// How long an appender waits before it tries again where too much waits already.
const FULL_WAIT: Duration = Duration::from_millis(2);
/// How long it tries.
const FULL_WITHIN: Duration = Duration::from_secs(1);
/// How long what was given before may take to become durable at the end.
const FLUSH_WITHIN: Duration = Duration::from_secs(10);

/// Appends to the cluster.
pub(super) struct Appending {
    giver: Arc<Giver>,
    gathering: Gathering,
}

/// Gives records to the producer.
struct Giver {
    producer: RwLock<Arc<Giving>>,
    receipts: Arc<Receipts>,
    options: KafkaOptions,
    clock: Clock,
}

type Giving = Polled<Deliveries>;

/// Hears what became of records, and whether the producer can go on.
struct Deliveries {
    receipts: Arc<Receipts>,
    counted: Counted,
    fatal: AtomicBool,
}

/// A record under way.
struct Given {
    lane: (Topic, Partition),
    /// Who waits, and for the entry of which index.
    answers: Answers,
}

impl ClientContext for Deliveries {
    fn error(&self, error: KafkaError, reason: &str) {
        if error.rdkafka_error_code() == Some(RDKafkaErrorCode::Fatal) {
            tracing::error!(%error, reason, "the producer cannot go on: another takes its place");
            self.fatal.store(true, Ordering::Release);
        } else {
            tracing::warn!(%error, reason, "the brokers are not to be reached");
        }
    }

    fn stats(&self, statistics: Statistics) {
        self.counted.note(&statistics);
    }
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = Box<Given>;

    fn delivery(&self, result: &DeliveryResult<'_>, given: Box<Given>) {
        match result {
            Ok(message) => {
                let (offset, at) = (offset_of(message.offset()), time_of(message.timestamp()));
                let Given { lane, answers } = *given;
                let receipts = answers.into_iter().map(|(index, answer)| {
                    (Appended { first: Position::new(offset, index), at }, answer)
                });
                self.receipts.delivered(lane, offset, receipts);
            }
            Err((error, _)) => given.refuse(&broken(error)),
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

impl Given {
    fn refuse(self, why: &JournalError) {
        for (_, answer) in self.answers {
            // Who has gone does not want it.
            drop(answer.send(Err(why.clone())));
        }
    }
}

impl Appending {
    pub(super) fn open(
        options: &KafkaOptions,
        clock: Clock,
        receipts: Arc<Receipts>,
    ) -> Result<Self, JournalError> {
        let producer = RwLock::new(Arc::new(producer(options, &receipts)?));
        let giver = Giver { producer, receipts, options: options.clone(), clock };
        let giver = Arc::new(giver);
        let (its, every) = (Arc::clone(&giver), Duration::from_millis(options.appends_gather_ms));
        let gathering = Gathering::begin(every, move |lane, gathered| its.give(lane, gathered))?;
        Ok(Self { giver, gathering })
    }

    /// Appends `entries` within one record. Where too much waits, so does the caller for a while.
    pub(super) fn append(&self, lane: (Topic, Partition), entries: Vec<Bytes>) -> Pending {
        let (answer, pending) = Pending::pair();
        if entries.is_empty() {
            drop(answer.send(Err(JournalError::Empty)));
        } else if gathers(lane.0) {
            self.gathering.append(lane, entries, answer);
        } else {
            let answers = vec![(0, answer)];
            self.giver.give(lane, Gathered { entries, answers });
        }
        pending
    }

    /// Lets what was given become durable, within bounds.
    pub(super) fn finish(&self) {
        self.gathering.end();
        self.giver.finish();
    }
}

/// Whether what many append at once shares a record. Ranges of changes gather where they are made,
/// and a lane has one under way at a time.
fn gathers(topic: Topic) -> bool {
    match topic {
        Topic::Journal | Topic::Detections => true,
        Topic::Changes | Topic::DeadLetters | Topic::Quarantine => false,
    }
}

impl Giver {
    /// The producer; a new one where the last cannot go on. What that one had not delivered is
    /// known to be lost by then, and who gave it begins again.
    fn producer(&self) -> Result<Arc<Giving>, JournalError> {
        let is_fatal = |it: &Giving| it.context().fatal.load(Ordering::Acquire);
        let now = Arc::clone(&self.producer.read().unwrap_or_else(PoisonError::into_inner));
        if !is_fatal(&now) {
            return Ok(now);
        }
        let mut place = self.producer.write().unwrap_or_else(PoisonError::into_inner);
        if is_fatal(&place) {
            *place = Arc::new(producer(&self.options, &self.receipts)?);
        }
        Ok(Arc::clone(&place))
    }

    /// Gives what is gathered to the producer as one record. Where too much waits, so does the
    /// caller for a while.
    fn give(&self, lane: (Topic, Partition), gathered: Gathered) {
        let Gathered { entries, answers } = gathered;
        // The offset is the broker's to give, and so is the time that counts.
        let bytes = Record { offset: 0, at: self.clock.now(), entries }.encode();
        let given = Box::new(Given { lane, answers });
        if let Err((why, given)) = self.send(given, &bytes) {
            given.refuse(&why);
        }
    }

    fn send(&self, mut given: Box<Given>, bytes: &[u8]) -> Result<(), (JournalError, Box<Given>)> {
        let producer = match self.producer() {
            Ok(producer) => producer,
            Err(error) => return Err((error, given)),
        };
        let (name, partition) = (self.options.name(given.lane.0), i32::from(given.lane.1.0));
        let waited = Stopwatch::start();
        loop {
            let record = BaseRecord::<(), [u8], _>::with_opaque_to(&name, given)
                .partition(partition)
                .payload(bytes);
            match producer.send(record) {
                Ok(()) => return Ok(()),
                Err((error, record)) if is_full(&error) && waited.elapsed() < FULL_WITHIN => {
                    given = record.delivery_opaque;
                    std::thread::sleep(FULL_WAIT);
                }
                Err((error, record)) => return Err((broken(&error), record.delivery_opaque)),
            }
        }
    }

    fn finish(&self) {
        let producer = Arc::clone(&self.producer.read().unwrap_or_else(PoisonError::into_inner));
        if let Err(error) = producer.flush(FLUSH_WITHIN) {
            tracing::warn!(%error, "what waits for the brokers is left behind, unacknowledged");
        }
    }
}

fn producer(options: &KafkaOptions, receipts: &Arc<Receipts>) -> Result<Giving, JournalError> {
    let (receipts, fatal) = (Arc::clone(receipts), AtomicBool::new(false));
    let (mut settings, counted) = (options.producer(), Counted::appends(options));
    counted.ask(&mut settings);
    let deliveries = Deliveries { receipts, counted, fatal };
    Polled::create(&settings, deliveries)
}

fn is_full(error: &KafkaError) -> bool {
    error.rdkafka_error_code() == Some(RDKafkaErrorCode::QueueFull)
}
