//! The commit thread: gathers appends, writes them as one, and only then says so.
//!
//! **Invariant, acknowledged means durable.** No answer is given and no reader is woken before the
//! fsync returned. After a failed one nothing is written any more: what the disk holds is unknown.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use bytes::Bytes;

use crate::domain::{Partition, Position};
use crate::telemetry::{Clock, Metrics, Stopwatch};

use super::gathered::{Answer, Answers, Gathered};
use super::lane::Lanes;
use super::record::Record;
use super::traits::{Appended, JournalError, Topic};

/// Bytes one commit gathers, unless a single append brings more.
const COMMIT_BYTES_MAX: usize = 8 * 1_024 * 1_024;

/// Entries that wait to become durable.
#[derive(Debug)]
pub(super) struct Append {
    pub(super) topic: Topic,
    pub(super) partition: Partition,
    pub(super) entries: Vec<Bytes>,
    pub(super) answer: Answer,
}

impl Append {
    fn bytes_len(&self) -> usize {
        self.entries.iter().map(Bytes::len).sum()
    }
}

/// What the commit thread works with.
#[derive(Debug)]
pub(super) struct Commits {
    pub(super) lanes: Arc<Lanes>,
    pub(super) clock: Clock,
    pub(super) metrics: Option<Metrics>,
    pub(super) entries_max: usize,
    /// From the start of one commit to that of the next, at least.
    pub(super) every: Duration,
}

/// A record, and whose it is.
pub(super) type Owned = (Topic, Partition, Record);

/// Commits until the queue is closed. `write` makes records durable, all or none.
pub(super) fn run(
    commits: &Commits,
    waiting: &Receiver<Append>,
    write: impl Fn(&[Owned]) -> Result<(), JournalError>,
) {
    let mut broken: Option<JournalError> = None;
    let mut last: Option<Stopwatch> = None;
    while let Ok(first) = waiting.recv() {
        if let Some(last) = &last {
            std::thread::sleep(commits.every.saturating_sub(last.elapsed()));
        }
        let gathered = gather(first, waiting, commits.entries_max);
        if let Some(error) = &broken {
            refuse(gathered, error);
            continue;
        }
        let took = Stopwatch::start();
        broken = commit(commits, gathered, &write).err();
        if let Some(error) = &broken {
            tracing::error!(%error, "the journal is broken; nothing more is acknowledged");
        }
        if let Some(metrics) = &commits.metrics {
            metrics.journal_commit_seconds.observe(took.elapsed().as_secs_f64());
        }
        last = Some(took);
    }
}

/// What waits, up to the limits of one commit.
fn gather(first: Append, waiting: &Receiver<Append>, entries_max: usize) -> Vec<Append> {
    let mut entries = first.entries.len();
    let mut bytes = first.bytes_len();
    let mut gathered = vec![first];
    while entries < entries_max
        && bytes < COMMIT_BYTES_MAX
        && let Ok(append) = waiting.try_recv()
    {
        entries = entries.saturating_add(append.entries.len());
        bytes = bytes.saturating_add(append.bytes_len());
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
fn commit(
    commits: &Commits,
    gathered: Vec<Append>,
    write: impl Fn(&[Owned]) -> Result<(), JournalError>,
) -> Result<(), JournalError> {
    let mut lanes: BTreeMap<(Topic, Partition), Gathered> = BTreeMap::new();
    for append in gathered {
        let lane = lanes.entry((append.topic, append.partition)).or_default();
        lane.take(append.entries, append.answer);
    }
    let now = commits.clock.now();
    let mut records: Vec<Owned> = Vec::with_capacity(lanes.len());
    let mut asking: Vec<Answers> = Vec::with_capacity(lanes.len());
    for ((topic, partition), Gathered { entries, answers }) in lanes {
        let record = commits.lanes.get(topic, partition).next_record(now, entries);
        records.push((topic, partition, record));
        asking.push(answers);
    }
    let written = write(&records);
    for ((topic, partition, record), answers) in records.into_iter().zip(asking) {
        let (offset, at) = (record.offset, record.at);
        if written.is_ok() {
            commits.lanes.get(topic, partition).show(record);
        }
        for (index, answer) in answers {
            let appended = Appended { first: Position::new(offset, index), at };
            drop(answer.send(written.clone().map(|()| appended)));
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::mpsc::{self, SyncSender};

    use super::*;
    use crate::domain::Timestamp;
    use crate::journal::Pending;

    const P: Partition = Partition(3);

    fn commits() -> Commits {
        let clock = Clock::manual(Timestamp(1));
        let lanes = Arc::new(Lanes::new(|_| usize::MAX));
        Commits { lanes, clock, metrics: None, entries_max: 100, every: Duration::ZERO }
    }

    fn append(queue: &SyncSender<Append>, topic: Topic, entries: usize, bytes: usize) -> Pending {
        let (answer, pending) = Pending::pair();
        let entries = vec![Bytes::from(vec![0; bytes]); entries];
        queue.send(Append { topic, partition: P, entries, answer }).unwrap();
        pending
    }

    #[test]
    fn what_waits_becomes_one_write_within_the_limits() {
        let (queue, waiting) = mpsc::sync_channel(100);
        let mut pending = Vec::new();
        for _ in 0..3 {
            pending.push(append(&queue, Topic::Journal, 2, 5));
            pending.push(append(&queue, Topic::Changes, 1, 5));
        }
        pending.push(append(&queue, Topic::Journal, 200, 5));
        pending.push(append(&queue, Topic::Journal, 1, COMMIT_BYTES_MAX));
        pending.push(append(&queue, Topic::Journal, 1, 5));
        drop(queue);
        let writes = Mutex::new(Vec::new());
        run(&commits(), &waiting, |records| {
            let entries =
                records.iter().map(|(topic, _, it)| format!("{topic} {}", it.entries.len()));
            writes.lock().unwrap().push(entries.collect::<Vec<_>>().join(", "));
            Ok(())
        });
        let writes = writes.into_inner().unwrap();
        assert_eq!(writes, ["journal 206, changes 3", "journal 1", "journal 1"]);
        let firsts: Vec<_> = pending
            .into_iter()
            .map(|it| it.durable_blocking().unwrap().first.to_string())
            .collect();
        assert_eq!(firsts, ["1.0", "1.0", "1.2", "1.1", "1.4", "1.2", "1.6", "2.0", "3.0"]);
    }

    #[test]
    fn nobody_sees_what_is_not_written_yet() {
        let (queue, waiting) = mpsc::sync_channel(100);
        let commits = commits();
        let end = commits.lanes.get(Topic::Journal, P).watch();
        let pending = append(&queue, Topic::Journal, 2, 5);
        drop(queue);
        run(&commits, &waiting, |_| {
            assert_eq!(*end.borrow(), Position::START);
            assert_eq!(commits.lanes.get(Topic::Journal, P).ends().1, Position::START);
            Ok(())
        });
        assert_eq!(*end.borrow(), Position::new(1, 1));
        assert_eq!(pending.durable_blocking().unwrap().first, Position::new(1, 0));
    }

    #[test]
    fn after_a_failed_write_nothing_is_shown_written_or_acknowledged() {
        let (queue, waiting) = mpsc::sync_channel(100);
        let commits = commits();
        let pending = [(Topic::Journal, 60), (Topic::Changes, 60), (Topic::Journal, 60)]
            .map(|(topic, entries)| append(&queue, topic, entries, 5));
        drop(queue);
        let writes = Mutex::new(0);
        run(&commits, &waiting, |_| {
            *writes.lock().unwrap() += 1;
            Err(JournalError::Storage("the disk is gone".to_owned()))
        });
        for refused in pending {
            let why = refused.durable_blocking().unwrap_err().to_string();
            assert!(why.contains("the disk is gone"), "{why}");
        }
        assert_eq!(writes.into_inner().unwrap(), 1, "it is not tried again");
        for topic in [Topic::Journal, Topic::Changes] {
            let lane = commits.lanes.get(topic, P);
            assert_eq!((lane.ends().1, *lane.watch().borrow()), (Position::START, Position::START));
        }
    }
}
