//! One partition's road: reads changes, tells others, reads `situation` back and mends it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::domain::{CaseId, Epoch, Partition, Position, Timestamp};
use crate::journal::kafka::{
    ForeignFound, ForeignReader, ForeignRecord, ForeignWriter, KafkaOptions, Met,
};
use crate::journal::{Journal, JournalError, Needs, Stored, Topic};
use crate::shutdown::Stop;
use crate::telemetry::{Metrics, Stopwatch};
use crate::wire::projection::Projection;
use crate::wire::public::{Envelope, Mark, Outgoing, SITUATION, place_of};
use crate::wire::{WireError, change_v1};

use super::leaving::Leaving;
use super::rows::{Mend, ReadBack, Rows};

/// As whom it reads the changes.
const READER: &str = "public";
/// Ranges read at once.
const RANGES_MAX: usize = 256;
/// Records after which no further range is taken before they are durable.
const BATCH_RECORDS: usize = 4_096;
/// How often it is said how far everything is, where no row says it.
const MARK_EVERY: Duration = Duration::from_secs(5);
/// How long a record that must be there may take.
const RECORD_WITHIN: Duration = Duration::from_secs(15);

/// Why others cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum PublicError {
    /// The cluster, or the journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A range or letter cannot be read.
    #[error(transparent)]
    Wire(#[from] WireError),
}

/// What the roads work with. Cloning shares it.
#[derive(Debug, Clone)]
pub struct PublicParts {
    /// The journal whose changes are told.
    pub journal: Arc<dyn Journal>,
    /// The cluster where others read; its prefix names the source.
    pub options: KafkaOptions,
    /// What writes there.
    pub writer: Arc<ForeignWriter>,
    /// Where it is told how far the changes are done with.
    pub needs: Needs,
    /// The city's plane.
    pub plane: Projection,
    /// Where it counts.
    pub metrics: Metrics,
}

impl PublicParts {
    /// Writes records, in order; says whether all are durable: not where it was asked to stop.
    pub(super) async fn write(
        &self,
        partition: Partition,
        records: Vec<Outgoing>,
        stop: &mut Stop,
    ) -> Result<bool, PublicError> {
        let mut given = Vec::with_capacity(records.len());
        for Outgoing { topic, key, value, headers } in records {
            let header = |(key, value): (&str, String)| (key.to_owned(), Bytes::from(value));
            let headers = headers.into_iter().map(header).collect();
            let record = ForeignRecord { key: Some(Bytes::from(key)), value, headers };
            given.push((topic, self.writer.write(topic, partition.0, &record)));
        }
        for (topic, given) in given {
            tokio::select! {
                durable = given.durable() => drop(durable?),
                () = stop.asked() => return Ok(false),
            }
            self.metrics.outbound_records_total.with_label_values(&[topic]).inc();
        }
        Ok(true)
    }
}

/// A partition's road under way.
struct Road {
    parts: PublicParts,
    partition: Partition,
    reader: ForeignReader,
    rows: Rows,
    leaving: Leaving,
    /// Through where everything has left.
    cursor: Mark,
    /// As far as the topic says that.
    marked: Position,
    /// The journal's time there.
    at: Timestamp,
    /// Whether changes are gone that were not told.
    lost: bool,
}

/// Tells others of one partition until asked to stop.
///
/// # Errors
/// Where the journal or the cluster is broken.
pub async fn run_public(
    parts: PublicParts,
    partition: Partition,
    mut stop: Stop,
) -> Result<(), PublicError> {
    let mut end = parts.journal.end(Topic::Changes, partition);
    let beginning = tokio::task::spawn_blocking(move || Road::begin(parts, partition));
    let mut road = beginning.await.map_err(|_| JournalError::Closed)??;
    let mut marked = Stopwatch::start();
    while !stop.is_asked() {
        end.mark_unchanged();
        let went_on = road.go_on(&mut stop).await?;
        road.read_back();
        road.mend(&mut stop).await?;
        if MARK_EVERY <= marked.elapsed() {
            road.mark(&mut stop).await?;
            marked = Stopwatch::start();
        }
        if went_on {
            continue;
        }
        tokio::select! {
            changed = end.changed() => if changed.is_err() { break },
            () = stop.asked() => break,
        }
    }
    Ok(())
}

impl Road {
    /// Reads `situation` to its end: what others know, and how far that is. Blocks.
    fn begin(parts: PublicParts, partition: Partition) -> Result<Self, PublicError> {
        let epoch = parts.journal.epoch();
        let source = Envelope::new(&parts.options.prefix, partition, empty(epoch)).source;
        let lane = (SITUATION, partition.0);
        let (low, next) = ForeignReader::ends(&parts.options, lane.0, lane.1)?;
        let reader = ForeignReader::from(&parts.options, lane, low)?;
        let (mut rows, mut cursor) = (Rows::default(), empty(epoch));
        let (mut waited, mut ended) = (Stopwatch::start(), low == next);
        while !ended {
            match reader.next(Duration::from_millis(100)) {
                Met::Record(found) => {
                    take_back(&mut rows, &source, &found);
                    let mark = Mark::of(|name| found.record.header(name));
                    let ours = mark.filter(|mark| mark.epoch == epoch);
                    cursor = ours.map_or(cursor, |mark| cursor.max(mark));
                    waited = Stopwatch::start();
                }
                Met::End => ended = true,
                Met::Nothing if RECORD_WITHIN < waited.elapsed() => {
                    let why = format!("Kafka: {SITUATION}/{partition} does not come");
                    return Err(JournalError::Storage(why).into());
                }
                Met::Nothing => {}
            }
        }
        rows.follow();
        parts.needs.done(READER, partition, cursor.read);
        let lost = cursor.read < parts.journal.start(Topic::Changes, partition);
        let leaving = Leaving::new(parts.plane, rows.shown(), rows.reached());
        let marked = cursor.read;
        let at = Timestamp::MIN;
        Ok(Self { parts, partition, reader, rows, leaving, cursor, marked, at, lost })
    }

    fn envelope(&self) -> Envelope {
        Envelope::new(&self.parts.options.prefix, self.partition, self.cursor)
    }

    /// Tells what was published since; says whether there was anything.
    async fn go_on(&mut self, stop: &mut Stop) -> Result<bool, PublicError> {
        let (journal, partition) = (Arc::clone(&self.parts.journal), self.partition);
        let after = self.cursor.read.max(journal.start(Topic::Changes, partition));
        let page = journal.read(Topic::Changes, partition, after, RANGES_MAX)?;
        let (mut out, mut ahead) = (Vec::new(), self.cursor);
        let envelope = self.envelope();
        for stored in &page {
            self.take(stored, (&mut ahead, &mut out), &envelope)?;
            // What is told next says that this is durable, so it goes first.
            if BATCH_RECORDS <= out.len() {
                break;
            }
        }
        if page.is_empty() || !self.tell(out, stop).await? {
            return Ok(false);
        }
        self.cursor = ahead;
        Ok(true)
    }

    /// Takes one range by the reader's rule.
    fn take(
        &mut self,
        stored: &Stored,
        (ahead, out): (&mut Mark, &mut Vec<Outgoing>),
        envelope: &Envelope,
    ) -> Result<(), PublicError> {
        let range = change_v1::decode(&stored.bytes)?;
        ahead.read = stored.position;
        if std::mem::take(&mut self.lost) && ahead.told < range.from {
            let (partition, from) = (self.partition, range.from);
            tracing::error!(%partition, %from, "changes before this are gone and were not told: \
                restate the partition");
            ahead.told = range.from;
        }
        if range.from <= ahead.told && ahead.told < range.to {
            out.extend(self.leaving.step((&range, ahead.told), envelope)?);
            ahead.told = range.to;
            self.at = range.at;
        }
        Ok(())
    }

    /// Rows go last: what they stand for is durable then.
    async fn tell(&mut self, out: Vec<Outgoing>, stop: &mut Stop) -> Result<bool, PublicError> {
        let is_row = |record: &Outgoing| record.topic == SITUATION;
        let (rows, others): (Vec<_>, Vec<_>) = out.into_iter().partition(is_row);
        let say_mark = !rows.is_empty();
        let told = self.parts.write(self.partition, others, stop).await?
            && self.parts.write(self.partition, rows, stop).await?;
        if told && say_mark {
            self.done(self.cursor.read);
        }
        Ok(told)
    }

    fn done(&mut self, through: Position) {
        self.marked = through;
        self.parts.needs.done(READER, self.partition, through);
    }

    /// Says how far everything has left, where that is further than the topic says.
    async fn mark(&mut self, stop: &mut Stop) -> Result<(), PublicError> {
        if self.marked < self.cursor.read {
            let marker = vec![self.envelope().marker(SITUATION)];
            if self.parts.write(self.partition, marker, stop).await? {
                self.done(self.cursor.read);
            }
        }
        Ok(())
    }

    /// Reads back what has landed.
    fn read_back(&mut self) {
        let source = self.envelope().source;
        while let Met::Record(found) = self.reader.next(Duration::ZERO) {
            take_back(&mut self.rows, &source, &found);
        }
    }

    /// Writes again what an older row has covered.
    async fn mend(&mut self, stop: &mut Stop) -> Result<(), PublicError> {
        for (case, mend) in self.rows.mends() {
            self.parts.metrics.outbound_mended_total.inc();
            tracing::warn!(%case, "another writer's older row has landed: the newer goes again");
            match mend {
                Mend::Again(offset) => self.again(case, offset, stop).await?,
                Mend::Gone => {
                    let gone = vec![self.envelope().gone((self.rows.reached(), self.at), case)];
                    self.parts.write(self.partition, gone, stop).await?;
                }
            }
        }
        Ok(())
    }

    /// Writes the record at `offset` again, byte for byte.
    async fn again(&self, case: CaseId, offset: u64, stop: &mut Stop) -> Result<(), PublicError> {
        let (options, lane) = (self.parts.options.clone(), (SITUATION, self.partition.0));
        let fetching = tokio::task::spawn_blocking(move || fetch(&options, lane, offset));
        let Some(record) = fetching.await.map_err(|_| JournalError::Closed)?? else {
            tracing::error!(%case, offset, "the newer row is not there any more");
            return Ok(());
        };
        tokio::select! {
            durable = self.parts.writer.write(lane.0, lane.1, &record).durable() => drop(durable?),
            () = stop.asked() => {}
        }
        Ok(())
    }
}

/// How far nothing is.
fn empty(epoch: Epoch) -> Mark {
    Mark { epoch, ..Mark::default() }
}

/// Takes a record of `situation` as the topic has it.
fn take_back(rows: &mut Rows, source: &str, found: &ForeignFound) {
    let key = found.record.key.as_deref().and_then(|key| std::str::from_utf8(key).ok());
    // A marker is about no case, and what a stranger calls otherwise is no concern of ours.
    let Some(case) = key.and_then(|key| key.parse().ok()) else { return };
    let place = place_of(source, |name| found.record.header(name));
    let is_row = found.record.value.is_some();
    rows.read(ReadBack { case, place, offset: found.offset, is_row });
}

/// The record at `offset`, where it still is. Blocks.
fn fetch(
    options: &KafkaOptions,
    lane: (&str, u16),
    offset: u64,
) -> Result<Option<ForeignRecord>, JournalError> {
    let reader = ForeignReader::from(options, lane, offset)?;
    let waited = Stopwatch::start();
    while waited.elapsed() < RECORD_WITHIN {
        match reader.next(Duration::from_millis(100)) {
            Met::Record(found) => {
                return Ok((found.offset == offset).then_some(found.record));
            }
            Met::End => return Ok(None),
            Met::Nothing => {}
        }
    }
    let (topic, partition) = lane;
    let why = format!("Kafka: offset {offset} of {topic}/{partition} does not come");
    Err(JournalError::Storage(why))
}
