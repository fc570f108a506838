//! Taking a body in: parse, admit, append, and tell of it once it is durable.

use std::collections::BTreeMap;
use std::iter::repeat_n;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::access::Door;
use crate::config::IngestConfig;
use crate::domain::limits::{BATCH_DETECTIONS_MAX, BATCH_SIGNALS_MAX};
use crate::domain::{Entry, Look, Partition, Position, Purpose, SourceKey, Timestamp};
use crate::journal::{Appended, Journal, JournalError, Pending, Topic};
use crate::telemetry::{Clock, Metrics, Stage};
use crate::wire::feeds::{Feed, Parsed, RawDetection, RawSignal, has_contact};
use crate::wire::look_v1;
use crate::wire::problem::{Problem, ProblemKind};
use crate::wire::receipts::{Noted, Receipt, Receipts, Standing};

use super::admit::{Admission, Admitted, Route};
use super::batch::Batch;
use super::dead_letters::{self, Came};
use super::pressure::Pressure;

/// Problems an answer to detections lists; all are counted.
const PROBLEMS_LISTED_MAX: usize = 100;

/// What ingest works with.
#[derive(Debug, Clone)]
pub struct IngestParts {
    /// Where signals become durable.
    pub journal: Arc<dyn Journal>,
    /// What admitting knows of the city.
    pub admission: Admission,
    /// Who may read dead letters.
    pub door: Door,
    /// Its settings.
    pub config: IngestConfig,
    /// How long a sender waits until what it sent is durable.
    pub answer_within: Duration,
    /// The time signals arrive at.
    pub clock: Clock,
    /// Where it counts.
    pub metrics: Metrics,
}

/// The role ingest. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Ingest {
    pub(super) parts: Arc<IngestParts>,
    pub(super) pressure: Pressure,
}

/// Who sends a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// Any feed.
    Feed,
    /// The system itself, which tries its own road.
    Canary,
}

impl Sender {
    /// The report, where it is this sender's to make: a real one that is marked as a canary would
    /// be in no figure and on no page.
    fn may_send(self, raw: RawSignal) -> Result<RawSignal, Problem> {
        if raw.purpose != Purpose::Canary || self == Self::Canary {
            return Ok(raw);
        }
        let why = "only the system's own canary is marked as one; an exercise is a `drill`";
        Err(Problem::new(ProblemKind::NotAllowed, why).at("/canary").of(raw.index, raw.span))
    }
}

/// What became of a body.
#[derive(Debug)]
pub enum Taken {
    /// Reports.
    Signals(Receipts),
    /// Looks of cameras.
    Detections(Noted),
}

impl Ingest {
    /// An ingest of these parts.
    #[must_use]
    pub fn new(parts: IngestParts) -> Self {
        let config = &parts.config;
        let pressure = Pressure::new(config.signals_pending_max, config.detections_pending_max);
        Self { parts: Arc::new(parts), pressure }
    }

    /// Takes a body of `feed` in, whoever sends it; returns once what was taken is durable.
    ///
    /// # Errors
    /// A problem with the body as a whole, after which nothing of it was acknowledged.
    pub async fn take(&self, feed: Feed, body: &[u8]) -> Result<Taken, Problem> {
        self.take_from(Sender::Feed, feed, body).await
    }

    /// As [`Ingest::take`], from a known sender.
    ///
    /// # Errors
    /// As there.
    pub async fn take_from(
        &self,
        sender: Sender,
        feed: Feed,
        body: &[u8],
    ) -> Result<Taken, Problem> {
        let came = Came { by: (feed, self.parts.clock.now()), body, origin: None };
        let taken = self.taken(sender, came).await;
        taken.inspect_err(|problem| self.drop_one(problem.kind))
    }

    /// Takes what came in.
    pub(super) async fn taken(&self, sender: Sender, came: Came<'_>) -> Result<Taken, Problem> {
        let (feed, arrived_at) = came.by;
        match feed.parse(came.body, &self.parts.config.zone) {
            Parsed::Signals(raw) => {
                let theirs = |raw: Result<_, Problem>| raw.and_then(|raw| sender.may_send(raw));
                let mut raw: Vec<_> = raw.into_iter().map(theirs).collect();
                if came.origin.is_some() {
                    raw = raw.into_iter().map(|raw| sealed_only(came, raw)).collect();
                }
                self.signals(came, raw).await.map(Taken::Signals)
            }
            Parsed::Detections(raw) => {
                self.detections(arrived_at, raw).await.map(Taken::Detections)
            }
        }
    }

    async fn signals(
        &self,
        came: Came<'_>,
        raw: Vec<Result<RawSignal, Problem>>,
    ) -> Result<Receipts, Problem> {
        let (_, arrived_at) = came.by;
        sized(raw.len(), BATCH_SIGNALS_MAX)?;
        let _place = self.pressure.signals(raw.len())?;
        let Sorted { admitted, problems, batch } = self.sort_out(came.by, raw);
        let appends = self.append(batch);
        self.keep(came, &problems).await?;
        let mut stands: BTreeMap<Partition, Appended> = BTreeMap::new();
        for (partition, pending) in appends {
            stands.insert(
                partition,
                pending.durable_within(self.parts.answer_within).await.map_err(broken)?,
            );
        }
        let now = self.parts.clock.now();
        let arrived = repeat_n(arrived_at, admitted.len());
        self.parts.metrics.corridor_each(Stage::Journalled, arrived, now);
        Ok(Receipts { receipts: receipts(admitted, &stands, self), problems })
    }

    /// Keeps what dead letters the problems are; returns once they are durable.
    pub(super) async fn keep(&self, came: Came<'_>, problems: &[Problem]) -> Result<(), Problem> {
        let letters = dead_letters::letters(&self.parts.admission.vault, came, problems);
        if !letters.is_empty() {
            let pending = self.parts.journal.append(Topic::DeadLetters, Partition::CITY, letters);
            pending.durable_within(self.parts.answer_within).await.map_err(broken)?;
        }
        Ok(())
    }

    /// Admits each, and counts each that cannot be.
    fn sort_out(
        &self,
        (feed, arrived_at): (Feed, Timestamp),
        raw: Vec<Result<RawSignal, Problem>>,
    ) -> Sorted {
        let metrics = &self.parts.metrics;
        let (mut admitted, mut problems) = (Vec::with_capacity(raw.len()), Vec::new());
        let mut batch = Batch::new(raw.len(), self.parts.admission.partitions.counties.len());
        for raw in raw {
            match raw.and_then(|raw| self.admit((feed, arrived_at), raw, &mut batch)) {
                Ok(ready) => admitted.push(ready),
                Err(problem) => {
                    self.drop_one(problem.kind);
                    problems.push(problem);
                }
            }
        }
        let arrived = repeat_n(arrived_at, admitted.len());
        metrics.corridor_each(Stage::Admitted, arrived, self.parts.clock.now());
        let count = u64::try_from(admitted.len()).unwrap_or(u64::MAX);
        metrics.ingest_signals_total.with_label_values(&[feed.name()]).inc_by(count);
        Sorted { admitted, problems, batch }
    }

    /// Admits one, whose entry is added to `batch` for each of its partitions.
    fn admit(
        &self,
        by: (Feed, Timestamp),
        raw: RawSignal,
        batch: &mut Batch,
    ) -> Result<Ready, Problem> {
        let (index, id) = (raw.index, raw.id.clone());
        let Admitted { route, signal } = self.parts.admission.admit(by, raw)?;
        let source = signal.source;
        let entry = Entry::Signal(Box::new(signal));
        batch.add(&entry, self.partitions(route)).map_err(broken)?;
        Ok(Ready { index, id, source, route })
    }

    /// Appends each partition's entries.
    fn append(&self, batch: Batch) -> Vec<(Partition, Pending)> {
        let append = |(partition, entries)| {
            (partition, self.parts.journal.append(Topic::Journal, partition, entries))
        };
        batch.cut().map(append).collect()
    }

    fn partitions(&self, route: Route) -> impl Iterator<Item = Partition> {
        let (one, every) = match route {
            Route::One(partition) => (Some(partition), None),
            Route::Every => (None, Some(self.parts.admission.partitions.all())),
        };
        one.into_iter().chain(every.into_iter().flatten())
    }

    async fn detections(
        &self,
        arrived_at: Timestamp,
        raw: Vec<Result<RawDetection, Problem>>,
    ) -> Result<Noted, Problem> {
        sized(raw.len(), BATCH_DETECTIONS_MAX)?;
        let offered = raw.len();
        let _place = self.pressure.detections(offered).inspect_err(|_| {
            let shed = u64::try_from(offered).unwrap_or(u64::MAX);
            self.parts.metrics.ingest_dropped_total.with_label_values(&["shed"]).inc_by(shed);
        })?;
        let mut noted = Noted::default();
        let mut looks: BTreeMap<Partition, Vec<Bytes>> = BTreeMap::new();
        for raw in raw {
            match raw.and_then(|raw| self.parts.admission.look(arrived_at, &raw)) {
                Ok(hit) => {
                    let bytes = look_v1::encode(&Look::Seen(hit)).map_err(broken)?;
                    let partitions = u32::from(self.parts.config.detection_partitions.max(1));
                    let lane = u16::try_from(hit.camera.0 % partitions).unwrap_or_default();
                    looks.entry(Partition(lane)).or_default().push(bytes);
                    noted.durable += 1;
                }
                Err(problem) => {
                    self.drop_one(problem.kind);
                    noted.refused += 1;
                    if noted.problems.len() < PROBLEMS_LISTED_MAX {
                        noted.problems.push(problem);
                    }
                }
            }
        }
        let append =
            |(partition, looks)| self.parts.journal.append(Topic::Detections, partition, looks);
        let appends: Vec<_> = looks.into_iter().map(append).collect();
        for pending in appends {
            pending.durable_within(self.parts.answer_within).await.map_err(broken)?;
        }
        let durable = u64::try_from(noted.durable).unwrap_or(u64::MAX);
        self.parts.metrics.ingest_detections_total.inc_by(durable);
        Ok(noted)
    }

    pub(super) fn drop_one(&self, reason: ProblemKind) {
        self.parts.metrics.ingest_dropped_total.with_label_values(&[reason.word()]).inc();
    }
}

/// A report whose contact, where it has one, is sealed: a record of Kafka lies there for a day, for
/// whoever may read the topic. What has one in clear is not kept, whatever else is wrong with it.
fn sealed_only(came: Came<'_>, raw: Result<RawSignal, Problem>) -> Result<RawSignal, Problem> {
    let (span, index) = match &raw {
        Ok(raw) => (raw.span.clone(), raw.index),
        Err(problem) => (problem.span.clone(), problem.index.unwrap_or_default()),
    };
    if !has_contact(came.body.get(span.clone()).unwrap_or_default()) {
        return raw;
    }
    let why = "seal it to the key of /api/v1/vault-key, and give it as `sealed_contact`";
    Err(Problem::new(ProblemKind::ContactInClear, why).of(index, span))
}

/// What a body of reports became.
struct Sorted {
    admitted: Vec<Ready>,
    problems: Vec<Problem>,
    /// The entries of those that were admitted.
    batch: Batch,
}

/// An admitted signal, under the sender's own name for it.
struct Ready {
    index: usize,
    id: String,
    source: SourceKey,
    route: Route,
}

/// Each signal's receipt: within a partition they stand in the order of the body.
fn receipts(
    admitted: Vec<Ready>,
    stands: &BTreeMap<Partition, Appended>,
    ingest: &Ingest,
) -> Vec<Receipt> {
    let mut taken: BTreeMap<Partition, u32> = BTreeMap::new();
    let mut standing = |partition: Partition| {
        let first = stands.get(&partition)?.first;
        let nth = taken.entry(partition).or_default();
        let position = Position::new(first.offset, first.index.saturating_add(*nth));
        *nth = nth.saturating_add(1);
        Some(Standing { partition, position })
    };
    let mut receipt = |ready: Ready| {
        let Ready { index, id, source, route } = ready;
        let mut all = ingest.partitions(route).filter_map(&mut standing);
        let Standing { partition, position } = all.next()?;
        let also = all.collect();
        Some(Receipt { index, id, source, partition, position, also })
    };
    admitted.into_iter().filter_map(&mut receipt).collect()
}

fn sized(count: usize, max: usize) -> Result<(), Problem> {
    if count == 0 {
        return Err(Problem::new(ProblemKind::Empty, "the body holds no element"));
    }
    if max < count {
        let why = format!("{count} elements in one request; at most {max}");
        return Err(Problem::new(ProblemKind::TooMany, why));
    }
    Ok(())
}

fn broken(error: impl std::fmt::Display) -> Problem {
    tracing::error!(%error, "nothing could be made durable");
    let why = "nothing of this was acknowledged; what is sent again under its identifier is \
               counted once";
    Problem::new(ProblemKind::JournalBroken, why)
}

impl From<JournalError> for Problem {
    fn from(error: JournalError) -> Self {
        broken(error)
    }
}
