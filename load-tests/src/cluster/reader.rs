//! A reader of the changes: a client of its own that takes ranges by the reader's rule.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use liandong::domain::{ChangeRange, Position};
use liandong::journal::Topic;
use liandong::journal::kafka::KafkaOptions;
use liandong::picture::Picture;
use liandong::telemetry::Stopwatch;
use liandong::wire::change_v1;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::Message as _;
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

use super::record::entries;
use crate::Failure;

/// How long it waits for a record before it looks whether it is to end.
const WAIT: Duration = Duration::from_millis(20);

/// A range that went beyond all before it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taken {
    /// When it was read, in microseconds of the reader.
    pub(crate) at_us: u64,
    pub(crate) speaker: u64,
    pub(crate) changes: usize,
}

/// What was read of one partition.
#[derive(Debug, Default)]
pub(crate) struct Lane {
    /// How far the ranges reach that follow on.
    pub(crate) reached: Position,
    /// Whoever spoke last.
    pub(crate) speaker: u64,
    /// Ranges that went further, of late: [`Heard::forget`] clears them.
    pub(crate) lately: Vec<Taken>,
}

/// What was read of all.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    pub(crate) lanes: BTreeMap<u16, Lane>,
    /// What a watcher shows who reads this.
    pub(crate) picture: Picture,
    /// Ranges that went further.
    pub(crate) taken: u64,
    /// Ranges that said nothing new: who had spoken before said it.
    pub(crate) dropped: u64,
    /// Of these, such as had something in them.
    pub(crate) dropped_full: u64,
    /// Ranges that began beyond what was read: they must come again.
    pub(crate) early: u64,
    /// Records that are no ranges.
    pub(crate) unreadable: u64,
}

impl Heard {
    fn take(&mut self, range: &ChangeRange, at_us: u64) {
        let lane = self.lanes.entry(range.partition.0).or_default();
        lane.speaker = range.speaker;
        if lane.reached < range.from {
            self.early += 1;
        } else if range.to <= lane.reached {
            // A mark says where its speaker stands, and nothing twice.
            let is_mark = range.from == range.to;
            self.dropped += u64::from(!is_mark);
            self.dropped_full += u64::from(!is_mark && !range.changes.is_empty());
        } else {
            lane.reached = range.to;
            let (speaker, changes) = (range.speaker, range.changes.len());
            lane.lately.push(Taken { at_us, speaker, changes });
            self.taken += 1;
            self.picture.fold(range);
        }
    }

    /// How many ranges were read, marks aside.
    pub(crate) fn records(&self) -> u64 {
        self.taken + self.dropped + self.early
    }

    /// Forgets which ranges went further of late.
    pub(crate) fn forget(&mut self) {
        self.lanes.values_mut().for_each(|lane| lane.lately.clear());
    }
}

/// A thread that reads until it is dropped.
#[derive(Debug)]
pub(crate) struct Reader {
    clock: Stopwatch,
    heard: Arc<Mutex<Heard>>,
    over: Arc<AtomicBool>,
    reading: Option<JoinHandle<()>>,
}

impl Reader {
    /// Reads every change of partitions 0 to `last` from the beginning.
    pub(crate) fn open(cluster: &KafkaOptions, last: u16) -> Result<Self, Failure> {
        let consumer: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", &cluster.brokers)
            .set("group.id", "load-tests")
            .set("enable.auto.commit", "false")
            .set("auto.offset.reset", "earliest")
            .set("fetch.queue.backoff.ms", "10")
            .create()?;
        let mut assigned = TopicPartitionList::new();
        for partition in 0..=last {
            let name = cluster.name(Topic::Changes);
            assigned.add_partition_offset(&name, i32::from(partition), Offset::Beginning)?;
        }
        consumer.assign(&assigned)?;
        let (clock, heard, over) = (Stopwatch::start(), Arc::default(), Arc::default());
        let (hearing, told) = (Arc::clone(&heard), Arc::clone(&over));
        let reading = std::thread::spawn(move || read(&consumer, clock, (&hearing, &told)));
        Ok(Self { clock, heard, over, reading: Some(reading) })
    }

    /// Microseconds of the reader.
    pub(crate) fn now_us(&self) -> u64 {
        now_us(self.clock)
    }

    /// What it has read.
    pub(crate) fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Release);
        drop(self.reading.take().map(JoinHandle::join));
    }
}

fn now_us(clock: Stopwatch) -> u64 {
    u64::try_from(clock.elapsed().as_micros()).unwrap_or(u64::MAX)
}

fn read(consumer: &BaseConsumer, clock: Stopwatch, (heard, over): (&Mutex<Heard>, &AtomicBool)) {
    while !over.load(Ordering::Acquire) {
        // Brokers that are away come back, and the library goes on where it stood.
        let Some(Ok(record)) = consumer.poll(WAIT) else { continue };
        let at_us = now_us(clock);
        let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in entries(record.payload().unwrap_or_default()) {
            match change_v1::decode(entry) {
                Ok(range) => heard.take(&range, at_us),
                Err(_) => heard.unreadable += 1,
            }
        }
    }
}
