//! How far a partition's orders were delivered, kept in a small file that is replaced whole.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::domain::{Epoch, Partition, Position};

/// A cursor that cannot be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum CursorError {
    /// The file system refused.
    #[error("the cursor {path}: {error}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// It is not a cursor.
    #[error("the cursor {path} reads {text:?}; right would be EPOCH CHANGES JOURNAL")]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What it holds.
        text: String,
    },
}

/// Where a reader of `changes` stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cursor {
    /// The journal's incarnation.
    pub epoch: Epoch,
    /// The last entry of `changes` that was read.
    pub changes: Position,
    /// The last position of the journal whose orders were delivered.
    pub journal: Position,
}

/// The cursors of all partitions, a file each.
#[derive(Debug, Clone)]
pub struct Cursors {
    directory: PathBuf,
}

impl Cursors {
    /// Cursors under `directory`, made where it is new.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn open(directory: &Path) -> Result<Self, CursorError> {
        let io = |error| CursorError::Io { path: directory.to_owned(), error };
        fs::create_dir_all(directory).map_err(io)?;
        Ok(Self { directory: directory.to_owned() })
    }

    fn path(&self, partition: Partition) -> PathBuf {
        self.directory.join(format!("cursor-{partition}"))
    }

    /// The partition's cursor; the start where there is none, or the journal is another one.
    ///
    /// # Errors
    /// Where the file cannot be read or is none of ours.
    pub fn read(&self, partition: Partition, epoch: Epoch) -> Result<Cursor, CursorError> {
        let path = self.path(partition);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(CursorError::Io { path, error }),
        };
        let start = Cursor { epoch, ..Cursor::default() };
        if text.is_empty() {
            return Ok(start);
        }
        let cursor = parse(&text).ok_or(CursorError::Damaged { path, text })?;
        Ok(if cursor.epoch == epoch { cursor } else { start })
    }

    /// Keeps the partition's cursor: written beside, fsynced, renamed.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn keep(&self, partition: Partition, cursor: Cursor) -> Result<(), CursorError> {
        let path = self.path(partition);
        replace(&path, &format!("{} {} {}\n", cursor.epoch.0, cursor.changes, cursor.journal))
            .map_err(|error| CursorError::Io { path, error })
    }
}

fn parse(text: &str) -> Option<Cursor> {
    let mut words = text.split_whitespace();
    let epoch = Epoch(words.next()?.parse().ok()?);
    let changes = words.next()?.parse().ok()?;
    let journal = words.next()?.parse().ok()?;
    words.next().is_none().then_some(Cursor { epoch, changes, journal })
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = File::create(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_kept_for_its_own_journal() {
        let directory = tempfile::tempdir().unwrap();
        let cursors = Cursors::open(directory.path()).unwrap();
        let (epoch, partition) = (Epoch(7), Partition(3));
        let start = cursors.read(partition, epoch).unwrap();
        assert_eq!(start, Cursor { epoch, ..Cursor::default() });
        let cursor = Cursor { changes: Position::new(4, 0), journal: Position::new(9, 2), ..start };
        cursors.keep(partition, cursor).unwrap();
        assert_eq!(cursors.read(partition, epoch).unwrap(), cursor);
        assert_eq!(cursors.read(partition, Epoch(8)).unwrap().journal, Position::START);
        fs::write(directory.path().join("cursor-3"), "nonsense").unwrap();
        assert!(matches!(cursors.read(partition, epoch), Err(CursorError::Damaged { .. })));
    }
}
