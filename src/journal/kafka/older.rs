//! Fetching what has left memory, a consumer a lane.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::Message as _;
use rdkafka::{Offset, TopicPartitionList};

use crate::domain::{Partition, Position, Timestamp};
use crate::telemetry::Stopwatch;

use super::super::record::Record;
use super::super::traits::{JournalError, Stored, Topic};
use super::appending::offset_of;
use super::client::{ANSWER_WITHIN, KafkaOptions, broken};
use super::tail::record_of;

/// One wait for a record.
const WAIT: Duration = Duration::from_millis(100);

/// Readers of what is older, made when first asked for.
pub(super) struct Older {
    options: KafkaOptions,
    readers: Mutex<BTreeMap<(Topic, Partition), Arc<Mutex<Reader>>>>,
}

/// A consumer that goes on where the read before ended.
struct Reader {
    consumer: BaseConsumer,
    name: String,
    partition: i32,
    /// The offset it brings next, by Kafka's count; none before it was assigned.
    next: Option<i64>,
    /// The newest it brought: a read may have taken a part of it only.
    last: Option<Record>,
}

impl Older {
    pub(super) fn new(options: &KafkaOptions) -> Self {
        Self { options: options.clone(), readers: Mutex::default() }
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

    /// The record of `offset`, by our count.
    pub(super) fn record(
        &self,
        lane: (Topic, Partition),
        offset: u64,
    ) -> Result<Record, JournalError> {
        let before = Position::new(offset.saturating_sub(1), u32::MAX);
        let reader = self.reader(lane)?;
        let mut reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
        reader.record_after(before, Position::START).cloned()
    }

    fn reader(&self, lane: (Topic, Partition)) -> Result<Arc<Mutex<Reader>>, JournalError> {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reader) = readers.get(&lane) {
            return Ok(Arc::clone(reader));
        }
        let consumer = self.options.consumer().create().map_err(|error| broken(&error))?;
        let (name, partition) = (self.options.name(lane.0), i32::from(lane.1.0));
        let made = Reader { consumer, name, partition, next: None, last: None };
        Ok(Arc::clone(readers.entry(lane).or_insert_with(|| Arc::new(Mutex::new(made)))))
    }
}

impl Reader {
    /// The first record with an entry after `after`, or that would have one.
    fn record_after(&mut self, after: Position, start: Position) -> Result<&Record, JournalError> {
        let newest = self.last.as_ref().map(|last| (last.offset, last.last()));
        let is_next = newest.is_some_and(|(offset, _)| offset == after.offset.saturating_add(1));
        let is_within =
            newest.is_some_and(|(offset, last)| offset == after.offset && after < last);
        if !is_next && !is_within {
            let is_whole = newest.is_some_and(|(offset, _)| offset == after.offset)
                || after.index == u32::MAX
                || after.offset <= start.offset;
            let mut record = None;
            if !is_whole {
                // Whether anything of it is wanted, only the record itself says.
                let same = self.fetch(after.offset.saturating_sub(1))?;
                record = Some(same).filter(|same| after < same.last());
            }
            self.last = Some(match record {
                Some(record) => record,
                None => self.fetch(after.offset)?,
            });
        }
        self.last.as_ref().ok_or(JournalError::Closed)
    }

    /// The record at Kafka's offset `wanted`, waiting for it within bounds.
    fn fetch(&mut self, wanted: u64) -> Result<Record, JournalError> {
        let wanted = i64::try_from(wanted).unwrap_or(i64::MAX);
        if self.next != Some(wanted) {
            let mut assigned = TopicPartitionList::new();
            assigned
                .add_partition_offset(&self.name, self.partition, Offset::Offset(wanted))
                .and_then(|()| self.consumer.assign(&assigned))
                .map_err(|error| broken(&error))?;
        }
        self.next = None;
        let waited = Stopwatch::start();
        while waited.elapsed() < ANSWER_WITHIN {
            match self.consumer.poll(WAIT) {
                Some(Ok(message)) if message.offset() == wanted => {
                    let last = self.last.as_ref().filter(|last| last.offset < offset_of(wanted));
                    let before = last.map_or(Timestamp::MIN, |last| last.at);
                    let record = record_of(&message, before);
                    self.next = Some(wanted.saturating_add(1));
                    return Ok(record);
                }
                // What was fetched for an earlier read.
                Some(Ok(_)) | None => {}
                Some(Err(error)) => return Err(broken(&error)),
            }
        }
        let (name, partition) = (&self.name, self.partition);
        let why = format!("Kafka: offset {wanted} of {name}/{partition} does not come");
        Err(JournalError::Storage(why))
    }
}
