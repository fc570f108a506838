//! Several processes on one vault: whoever writes the key file does so alone, and whoever uses a
//! key looks first whether the file is still the one it read.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::telemetry::Stopwatch;

/// How often who seals looks.
const LOOKED_EVERY: Duration = Duration::from_secs(1);
/// Held while the key file is read and replaced.
const WRITING_FILE: &str = "writing";

/// Which file was read: replaced whole, it is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    inode: u64,
    length: u64,
    changed: (i64, i64),
}

/// What one process knows of the shared key file.
#[derive(Debug)]
pub(super) struct Sharing {
    writing: PathBuf,
    seen: Mutex<Option<Seen>>,
    looked: Mutex<Stopwatch>,
}

impl Sharing {
    pub(super) fn new(directory: &Path) -> Self {
        Self {
            writing: directory.join(WRITING_FILE),
            seen: Mutex::new(None),
            looked: Mutex::new(Stopwatch::start()),
        }
    }

    /// Does `work` while no other process replaces the key file.
    pub(super) fn alone<T, E: From<io::Error>>(
        &self,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let lock = File::create(&self.writing)?;
        lock.lock()?;
        // Dropping the file lets go of the lock.
        work()
    }

    /// The key file at `path` is what this process holds.
    pub(super) fn note(&self, path: &Path) -> io::Result<()> {
        let seen = look(path)?;
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
        Ok(())
    }

    /// Whether it was not looked at for a second.
    pub(super) fn is_due(&self) -> bool {
        LOOKED_EVERY <= self.looked.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }

    /// Whether another process has replaced it since.
    pub(super) fn is_stale(&self, path: &Path) -> io::Result<bool> {
        let now = look(path)?;
        *self.looked.lock().unwrap_or_else(PoisonError::into_inner) = Stopwatch::start();
        Ok(*self.seen.lock().unwrap_or_else(PoisonError::into_inner) != Some(now))
    }
}

fn look(path: &Path) -> io::Result<Seen> {
    let found = fs::metadata(path)?;
    let changed = (found.ctime(), found.ctime_nsec());
    Ok(Seen { inode: found.ino(), length: found.len(), changed })
}
