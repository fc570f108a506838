//! The commit thread: gathers appends, writes them as one, and only then says so.
//!
//! **Invariant, acknowledged means durable.** No answer is given and no reader is woken before the
//! fsync returned. After a failed one nothing is written any more: what the disk holds is unknown.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use bytes::Bytes;
use tokio::sync::oneshot;

use crate::domain::{Partition, Position};
use crate::telemetry::{Clock, Metrics, Stopwatch};

use super::lane::Lanes;
use super::local::empty_lane;
use super::record::Record;
use super::shelf::Shelf;
use super::traits::{Appended, JournalError, Topic};

/// Entries that wait to become durable.
#[derive(Debug)]
pub(super) struct Append {
    pub(super) topic: Topic,
    pub(super) partition: Partition,
    pub(super) entries: Vec<Bytes>,
    pub(super) answer: oneshot::Sender<Result<Appended, JournalError>>,
}

/// What the commit thread works with.
#[derive(Debug)]
pub(super) struct Commits {
    pub(super) shelf: Arc<Shelf>,
    pub(super) lanes: Arc<Lanes>,
    pub(super) clock: Clock,
    pub(super) metrics: Option<Metrics>,
    pub(super) entries_max: usize,
}

/// Who is told of which entry of a record.
type Answers = Vec<(u32, oneshot::Sender<Result<Appended, JournalError>>)>;

/// Commits until the queue is closed.
pub(super) fn run(commits: &Commits, waiting: &Receiver<Append>) {
    let mut broken: Option<JournalError> = None;
    while let Ok(first) = waiting.recv() {
        let gathered = gather(first, waiting, commits.entries_max);
        if let Some(error) = &broken {
            refuse(gathered, error);
            continue;
        }
        let took = Stopwatch::start();
        broken = commit(commits, gathered).err();
        if let Some(error) = &broken {
            tracing::error!(%error, "the journal is broken; nothing more is acknowledged");
        }
        if let Some(metrics) = &commits.metrics {
            metrics.journal_commit_seconds.observe(took.elapsed().as_secs_f64());
        }
    }
}

/// What waits, up to the limit of one commit.
fn gather(first: Append, waiting: &Receiver<Append>, entries_max: usize) -> Vec<Append> {
    let mut entries = first.entries.len();
    let mut gathered = vec![first];
    while entries < entries_max
        && let Ok(append) = waiting.try_recv()
    {
        entries = entries.saturating_add(append.entries.len());
        gathered.push(append);
    }
    gathered
}

fn refuse(gathered: Vec<Append>, error: &JournalError) {
    for append in gathered {
        drop(append.answer.send(Err(error.clone())));
    }
}

/// Writes what was gathered as one batch: one record for each topic's partition.
fn commit(commits: &Commits, gathered: Vec<Append>) -> Result<(), JournalError> {
    let mut lanes: BTreeMap<(Topic, Partition), (Vec<Bytes>, Answers)> = BTreeMap::new();
    for append in gathered {
        let (entries, answers) = lanes.entry((append.topic, append.partition)).or_default();
        answers.push((u32::try_from(entries.len()).unwrap_or(u32::MAX), append.answer));
        entries.extend(append.entries);
    }
    let now = commits.clock.now();
    let mut records: Vec<(Topic, Partition, Record, Answers)> = Vec::with_capacity(lanes.len());
    for ((topic, partition), (entries, answers)) in lanes {
        let record = commits.lanes.get(topic, partition, empty_lane).next_record(now, entries);
        records.push((topic, partition, record, answers));
    }
    let written = commits.shelf.write(records.iter().map(|(t, p, record, _)| (*t, *p, record)));
    for (topic, partition, record, answers) in records {
        let (offset, at) = (record.offset, record.at);
        if written.is_ok() {
            commits.lanes.get(topic, partition, empty_lane).show(record);
        }
        for (index, answer) in answers {
            let appended = Appended { first: Position::new(offset, index), at };
            drop(answer.send(written.clone().map(|()| appended)));
        }
    }
    written
}
