//! The journal of one machine: fjall behind one commit thread.
//!
//! A record is one value under its offset, in the keyspace of its topic's partition. A commit
//! gathers all appends that wait, of every topic, into one batch and one fsync.

use std::fs;
use std::path::Path;
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::watch;

use crate::domain::{Epoch, Partition, Position};
use crate::telemetry::{Clock, Metrics};

use super::commit::{self, Append, Commits};
use super::lane::{Found, Lanes};
use super::shelf::Shelf;
use super::traits::{Journal, JournalError, Pending, Stored, Topic};

/// Appends that may wait for the commit thread; beyond it an appender waits, too.
const QUEUE_MAX: usize = 65_536;
const MIB: usize = 1_024 * 1_024;

/// Bytes of records a lane keeps in memory for followers that keep up. Detections have many
/// lanes and one follower each; what is seldom read needs next to none.
fn latest_bytes_max(topic: Topic) -> usize {
    match topic {
        Topic::Journal | Topic::Changes => 8 * MIB,
        Topic::Detections => 2 * MIB,
        Topic::DeadLetters | Topic::Quarantine => MIB / 4,
    }
}

/// How a local journal is run.
#[derive(Debug, Clone, Copy)]
pub struct LocalOptions {
    /// Entries one commit may gather, 1 and up.
    pub commit_entries_max: usize,
    /// From the start of one commit to that of the next, at least: under load, entries gather
    /// meanwhile and share an fsync; an entry that comes alone does not wait.
    pub commit_every: Duration,
}

impl Default for LocalOptions {
    fn default() -> Self {
        Self { commit_entries_max: 8_192, commit_every: Duration::from_millis(1) }
    }
}

/// A durable journal in a directory that this process owns.
#[derive(Debug)]
pub struct LocalJournal {
    shelf: Arc<Shelf>,
    lanes: Arc<Lanes>,
    epoch: Epoch,
    queue: Mutex<Option<SyncSender<Append>>>,
    commits: Mutex<Option<JoinHandle<()>>>,
    removing: Mutex<()>,
}

impl LocalJournal {
    /// Opens the journal under `directory`, making it where it is new.
    ///
    /// # Errors
    /// Where another process owns the directory, or the storage cannot be read.
    pub fn open(
        directory: &Path,
        options: LocalOptions,
        clock: Clock,
        metrics: Option<Metrics>,
    ) -> Result<Arc<Self>, JournalError> {
        let why = |error: std::io::Error| {
            JournalError::Storage(format!("{}: {error}", directory.display()))
        };
        fs::create_dir_all(directory).map_err(why)?;
        let shelf = Arc::new(Shelf::open(directory)?);
        let epoch = shelf.epoch(clock.now())?;
        let lanes = Arc::new(Lanes::new(latest_bytes_max));
        for lane in shelf.lanes() {
            let (ends, at) = shelf.ends(lane)?;
            lanes.begin(lane, ends, at);
        }
        let (queue, waiting) = mpsc::sync_channel(QUEUE_MAX);
        let commits = Commits {
            lanes: Arc::clone(&lanes),
            clock,
            metrics,
            entries_max: options.commit_entries_max.max(1),
            every: options.commit_every,
        };
        let written = Arc::clone(&shelf);
        let thread = std::thread::Builder::new()
            .name("journal-commit".to_owned())
            .spawn(move || commit::run(&commits, &waiting, |records| written.write(records)))
            .map_err(why)?;
        Ok(Arc::new(Self {
            shelf,
            lanes,
            epoch,
            queue: Mutex::new(Some(queue)),
            commits: Mutex::new(Some(thread)),
            removing: Mutex::default(),
        }))
    }
}

impl Journal for LocalJournal {
    fn append(&self, topic: Topic, partition: Partition, entries: Vec<Bytes>) -> Pending {
        let (answer, pending) = Pending::pair();
        if entries.is_empty() {
            drop(answer.send(Err(JournalError::Empty)));
            return pending;
        }
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        // A closed queue drops the answer, which tells the appender `Closed`.
        if let Some(queue) = queue {
            drop(queue.send(Append { topic, partition, entries, answer }));
        }
        pending
    }

    fn read(
        &self,
        topic: Topic,
        partition: Partition,
        after: Position,
        entries_max: usize,
    ) -> Result<Vec<Stored>, JournalError> {
        let lane = self.lanes.get(topic, partition);
        let end = match lane.find(after, entries_max) {
            Found::Latest(entries) => return Ok(entries),
            Found::Removed { start } => {
                return Err(JournalError::Removed { topic, partition, after, start });
            }
            Found::Older { end } => end,
        };
        let found = self.shelf.read((topic, partition), (after, end), entries_max);
        // Retention may have passed the reader meanwhile.
        let (start, _) = lane.ends();
        if after < start {
            return Err(JournalError::Removed { topic, partition, after, start });
        }
        found
    }

    fn end(&self, topic: Topic, partition: Partition) -> watch::Receiver<Position> {
        self.lanes.get(topic, partition).watch()
    }

    fn start(&self, topic: Topic, partition: Partition) -> Position {
        self.lanes.get(topic, partition).ends().0
    }

    fn remove_through(
        &self,
        topic: Topic,
        partition: Partition,
        through: Position,
    ) -> Result<(), JournalError> {
        let _one_at_a_time = self.removing.lock().unwrap_or_else(PoisonError::into_inner);
        let lane = self.lanes.get(topic, partition);
        let (start, end) = lane.ends();
        let whole = self.shelf.whole_through((topic, partition), (start, through.min(end)))?;
        let Some(whole) = whole else { return Ok(()) };
        // Readers are told before anything is gone.
        lane.remove_through(whole.0);
        self.shelf.remove((topic, partition), start, whole)
    }

    fn epoch(&self) -> Epoch {
        self.epoch
    }
}

impl Drop for LocalJournal {
    /// Lets the commit thread finish what it was given.
    fn drop(&mut self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.commits.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Err(_)) = thread.map(JoinHandle::join) {
            tracing::error!("the journal's commit thread panicked");
        }
    }
}
