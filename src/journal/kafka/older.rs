//! Fetching what has left memory, a consumer a lane.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::Message as _;
use rdkafka::{Offset, TopicPartitionList};

use crate::domain::{Partition, Position, Timestamp};
use crate::telemetry::Stopwatch;

use super::super::record::Record;
use super::super::traits::{JournalError, Stored, Topic};
use super::client::{ANSWER_WITHIN, KafkaOptions, broken};
use super::tail::record_of;

/// What a reader keeps of what it brought.
const LATELY_BYTES_MAX: usize = 4 * 1_024 * 1_024;
/// How long the broker holds a question that it cannot answer yet, milliseconds: as long as a
/// reader that is sent elsewhere waits at the most.
const HELD_MS_MAX: &str = "20";
/// How long a reader is kept that nobody asks.
const KEPT_FOR: Duration = Duration::from_secs(5);
/// One wait for a record.
const WAIT: Duration = Duration::from_millis(100);

/// A lane, and Kafka's offsets of the first record it keeps and of the next it will get.
pub(super) type Kept = ((Topic, Partition), (i64, i64));

/// The last record of each of `lanes` that has one, all asked for at once.
pub(super) fn last_records(
    options: &KafkaOptions,
    asking: &BaseConsumer,
    lanes: &[Kept],
) -> Result<BTreeMap<(Topic, Partition), Record>, JournalError> {
    let mut assigned = TopicPartitionList::new();
    let mut wanted = BTreeMap::new();
    for (id, (low, next)) in lanes.iter().filter(|(_, (low, next))| low < next) {
        let (name, partition) = (options.name(id.0), i32::from(id.1.0));
        let last = next.saturating_sub(1).max(*low);
        assigned
            .add_partition_offset(&name, partition, Offset::Offset(last))
            .map_err(|error| broken(&error))?;
        wanted.insert((name, partition), *id);
    }
    asking.assign(&assigned).map_err(|error| broken(&error))?;
    let (mut found, watch) = (BTreeMap::new(), Stopwatch::start());
    while let Some((name, partition)) = wanted.keys().next() {
        if ANSWER_WITHIN < watch.elapsed() {
            let why = format!("Kafka: the last record of {name}/{partition} does not come");
            return Err(JournalError::Away(why));
        }
        let Some(message) = asking.poll(WAIT) else { continue };
        let message = message.map_err(|error| broken(&error))?;
        // What is appended meanwhile comes, too: the tail shows it.
        if let Some(id) = wanted.remove(&(message.topic().to_owned(), message.partition())) {
            found.insert(id, record_of(&message, Timestamp::MIN));
        }
    }
    Ok(found)
}

/// One reads at a time: a consumer stands at one place.
type Shared = Arc<Mutex<Reader>>;

/// Readers of what is older, made when first asked for.
pub(super) struct Older {
    options: KafkaOptions,
    /// Each with when it was last asked.
    readers: Mutex<BTreeMap<(Topic, Partition), (Shared, Stopwatch)>>,
    /// How many there are.
    open: AtomicUsize,
}

/// A consumer that goes on where it stands, and what it brought lately: several who read the same
/// lane, each at a place of their own, do not send it to and fro.
struct Reader {
    consumer: BaseConsumer,
    name: String,
    partition: i32,
    /// The offset it brings next, by Kafka's count; none before it was assigned.
    next: Option<i64>,
    /// Records without gaps, oldest first.
    lately: VecDeque<Record>,
    weight: usize,
}

impl Older {
    pub(super) fn new(options: &KafkaOptions) -> Self {
        Self { options: options.clone(), readers: Mutex::default(), open: AtomicUsize::new(0) }
    }

    /// Up to `entries_max` entries after `after`, and none after `end`. Records through `start` are
    /// no longer there.
    pub(super) fn read(
        &self,
        lane: (Topic, Partition),
        (start, after, end): (Position, Position, Position),
        entries_max: usize,
    ) -> Result<Vec<Stored>, JournalError> {
        let reader = self.reader(lane)?;
        let mut reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found: Vec<Stored> = Vec::new();
        let mut at = after;
        while found.len() < entries_max && at < end {
            let record = reader.record_after(at, start)?;
            let last = record.last();
            let wanted = entries_max.saturating_sub(found.len());
            found.extend(record.after(at).take(wanted).filter(|stored| stored.position <= end));
            at = last.max(at);
        }
        Ok(found)
    }

    fn reader(&self, lane: (Topic, Partition)) -> Result<Shared, JournalError> {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((reader, asked)) = readers.get_mut(&lane) {
            *asked = Stopwatch::start();
            return Ok(Arc::clone(reader));
        }
        let mut settings = self.options.consumer();
        settings.set("fetch.wait.max.ms", HELD_MS_MAX);
        let consumer = settings.create().map_err(|error| broken(&error))?;
        let (name, partition) = (self.options.name(lane.0), i32::from(lane.1.0));
        let (lately, weight) = (VecDeque::new(), 0);
        let made = Reader { consumer, name, partition, next: None, lately, weight };
        let made = Arc::new(Mutex::new(made));
        readers.insert(lane, (Arc::clone(&made), Stopwatch::start()));
        self.open.store(readers.len(), Ordering::Release);
        Ok(made)
    }

    /// Lets readers go that nobody has asked for a while: each goes on fetching what comes, and
    /// asks the brokers for it many times a second.
    pub(super) fn let_go(&self) {
        if self.open.load(Ordering::Acquire) == 0 {
            return;
        }
        // Who opens one, or lets others go, will come by again.
        let Ok(mut readers) = self.readers.try_lock() else { return };
        let is_idle = |asked: &Stopwatch| KEPT_FOR < asked.elapsed();
        let idle: Vec<_> = readers
            .iter()
            .filter(|(_, (_, asked))| is_idle(asked))
            .map(|(lane, _)| *lane)
            .collect();
        let gone: Vec<_> = idle.iter().filter_map(|lane| readers.remove(lane)).collect();
        self.open.store(readers.len(), Ordering::Release);
        drop(readers);
        if gone.is_empty() {
            return;
        }
        // Closing waits for the library; who reads the newest does not.
        let closing = std::thread::Builder::new().name("journal-older".to_owned());
        if let Err(error) = closing.spawn(move || drop(gone)) {
            tracing::debug!(%error, "readers of what is older are closed at once");
        }
    }
}

impl Reader {
    /// The first record with an entry after `after`, or that would have one.
    fn record_after(&mut self, after: Position, start: Position) -> Result<&Record, JournalError> {
        let same = after.offset;
        // Whether anything of the record that `after` lies in is wanted, only that record says.
        let asks_same = start.offset < same && after.index != u32::MAX;
        if asks_same && after < self.record_at(same)?.last() {
            return self.record_at(same);
        }
        self.record_at(same.saturating_add(1))
    }

    /// The record of `offset`, by our count, which is 1 or more.
    fn record_at(&mut self, offset: u64) -> Result<&Record, JournalError> {
        if self.place_of(offset).is_none() {
            let record = self.fetch(offset)?;
            self.keep(record);
        }
        let place = self.place_of(offset).unwrap_or_default();
        self.lately.get(place).ok_or(JournalError::Closed)
    }

    fn place_of(&self, offset: u64) -> Option<usize> {
        let first = self.lately.front()?.offset;
        let place = usize::try_from(offset.checked_sub(first)?).ok()?;
        (place < self.lately.len()).then_some(place)
    }

    fn keep(&mut self, record: Record) {
        let follows = self.lately.back().is_some_and(|last| last.offset + 1 == record.offset);
        if !follows {
            self.lately.clear();
            self.weight = 0;
        }
        self.weight = self.weight.saturating_add(record.weight());
        self.lately.push_back(record);
        while LATELY_BYTES_MAX < self.weight && 1 < self.lately.len() {
            let oldest = self.lately.pop_front();
            let freed = oldest.as_ref().map_or(0, Record::weight);
            self.weight = self.weight.saturating_sub(freed);
        }
    }

    /// The record of `offset`, waited for within bounds.
    fn fetch(&mut self, offset: u64) -> Result<Record, JournalError> {
        let wanted = i64::try_from(offset.saturating_sub(1)).unwrap_or(i64::MAX);
        if self.next != Some(wanted) {
            let mut assigned = TopicPartitionList::new();
            assigned
                .add_partition_offset(&self.name, self.partition, Offset::Offset(wanted))
                .and_then(|()| self.consumer.assign(&assigned))
                .map_err(|error| broken(&error))?;
        }
        self.next = None;
        let watch = Stopwatch::start();
        while watch.elapsed() < ANSWER_WITHIN {
            match self.consumer.poll(WAIT) {
                Some(Ok(message)) if message.offset() == wanted => {
                    let last = self.lately.back().filter(|last| last.offset < offset);
                    let before = last.map_or(Timestamp::MIN, |last| last.at);
                    self.next = Some(wanted.saturating_add(1));
                    return Ok(record_of(&message, before));
                }
                // What was fetched for an earlier read.
                Some(Ok(_)) | None => {}
                Some(Err(error)) => return Err(broken(&error)),
            }
        }
        let (name, partition) = (&self.name, self.partition);
        let why = format!("Kafka: offset {wanted} of {name}/{partition} does not come");
        Err(JournalError::Away(why))
    }
}
