//! The journal of one machine: fjall behind one commit thread.
//!
//! A record is one value under (partition, offset) in its topic's keyspace. A commit gathers all
//! appends that wait, of every topic, into one batch and one fsync.

use std::fs;
use std::path::Path;
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;

use bytes::Bytes;
use tokio::sync::watch;

use crate::domain::{Epoch, Partition, Position, Timestamp};
use crate::telemetry::{Clock, Metrics};

use super::commit::{self, Append, Commits};
use super::lane::{Found, Lane, Lanes};
use super::shelf::Shelf;
use super::traits::{Journal, JournalError, Pending, Stored, Topic};

/// Appends that may wait for the commit thread; beyond it an appender waits, too.
const QUEUE_MAX: usize = 65_536;
/// Bytes of records a lane keeps in memory for followers that keep up.
const LATEST_BYTES_MAX: usize = 8 * 1_024 * 1_024;

/// How a local journal is run.
#[derive(Debug, Clone, Copy)]
pub struct LocalOptions {
    /// Entries one commit may gather, 1 and up.
    pub commit_entries_max: usize,
}

impl Default for LocalOptions {
    fn default() -> Self {
        Self { commit_entries_max: 8_192 }
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
        let lanes = Arc::new(Lanes::default());
        for (topic, partition) in shelf.lanes()? {
            let (ends, at) = shelf.ends(topic, partition)?;
            lanes.get(topic, partition, || Lane::new(ends, at, LATEST_BYTES_MAX));
        }
        let (queue, waiting) = mpsc::sync_channel(QUEUE_MAX);
        let commits = Commits {
            shelf: Arc::clone(&shelf),
            lanes: Arc::clone(&lanes),
            clock,
            metrics,
            entries_max: options.commit_entries_max.max(1),
        };
        let thread = std::thread::Builder::new()
            .name("journal-commit".to_owned())
            .spawn(move || commit::run(&commits, &waiting))
            .map_err(why)?;
        Ok(Arc::new(Self {
            shelf,
            lanes,
            epoch,
            queue: Mutex::new(Some(queue)),
            commits: Mutex::new(Some(thread)),
        }))
    }

    fn lane(&self, topic: Topic, partition: Partition) -> Arc<Lane> {
        self.lanes.get(topic, partition, empty_lane)
    }
}

/// A lane that nothing was written to.
pub(super) fn empty_lane() -> Lane {
    Lane::new((Position::START, Position::START), Timestamp::MIN, LATEST_BYTES_MAX)
}

impl Journal for LocalJournal {
    fn append(&self, topic: Topic, partition: Partition, entries: Vec<Bytes>) -> Pending {
        let (answer, pending) = Pending::pair();
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
        let lane = self.lane(topic, partition);
        match lane.find(after, entries_max) {
            Found::Latest(entries) => Ok(entries),
            Found::Older => {
                let end = *lane.watch().borrow();
                self.shelf.read((topic, partition), (after, end), entries_max)
            }
            Found::Removed { start } => {
                Err(JournalError::Removed { topic, partition, after, start })
            }
        }
    }

    fn end(&self, topic: Topic, partition: Partition) -> watch::Receiver<Position> {
        self.lane(topic, partition).watch()
    }

    fn start(&self, topic: Topic, partition: Partition) -> Position {
        self.lane(topic, partition).start()
    }

    fn remove_through(
        &self,
        topic: Topic,
        partition: Partition,
        through: Position,
    ) -> Result<(), JournalError> {
        let lane = self.lane(topic, partition);
        let through = through.min(*lane.watch().borrow());
        let start = self.shelf.remove_through((topic, partition), (lane.start(), through))?;
        lane.remove_through(start);
        Ok(())
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
