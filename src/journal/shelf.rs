//! Where local records lie: the only place that names fjall.
//!
//! Each topic's partition has a keyspace of its own. Its keys only ascend, so what is written out
//! never overlaps what lies there, and is moved down without being merged and written again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{PoisonError, RwLock};

use bytes::Bytes;
use fjall::{Database, Keyspace, KeyspaceCreateOptions, KvSeparationOptions, PersistMode};

use crate::domain::{Epoch, Partition, Position, Timestamp};

use super::commit::Owned;
use super::incarnation::new_epoch;
use super::record::Record;
use super::traits::{JournalError, Stored, Topic};

/// fjall's own write-ahead files beyond which it flushes the keyspaces that hold them back.
const JOURNALING_BYTES_MAX: u64 = 256 * 1_024 * 1_024;
/// What a keyspace gathers in memory before it is written out: small, so that a flush is short, and
/// that several busy keyspaces together stay near the limit above.
const MEMTABLE_BYTES_MAX: u64 = 16 * 1_024 * 1_024;
/// Threads that flush: with more than one, fjall's first spins while another compacts.
const FLUSHERS: usize = 1;
/// Records one step of removal takes away.
const REMOVED_MAX: u64 = 4_096;
const EPOCH_KEY: &str = "epoch";
const LAYOUT_KEY: &str = "layout";
/// How the keyspaces are cut; a journal cut otherwise is not opened.
const LAYOUT: &[u8] = b"lanes 2";

type Lane = (Topic, Partition);

/// The opened database: a keyspace a lane, and one for what is known of the journal itself.
pub(super) struct Shelf {
    database: Database,
    meta: Keyspace,
    lanes: RwLock<BTreeMap<Lane, Keyspace>>,
}

impl std::fmt::Debug for Shelf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shelf")
    }
}

fn storage(error: &fjall::Error) -> JournalError {
    match error {
        fjall::Error::Locked => {
            JournalError::Storage("another process owns this journal".to_owned())
        }
        other => JournalError::Storage(other.to_string()),
    }
}

fn key(offset: u64) -> [u8; 8] {
    offset.to_be_bytes()
}

fn offset_of(key: &[u8]) -> u64 {
    key.try_into().map_or(0, u64::from_be_bytes)
}

fn lane_name((topic, partition): Lane) -> String {
    format!("{topic}.{partition}")
}

/// The lane of a keyspace's name; none for what is not a lane.
fn parse_lane(name: &str) -> Option<Lane> {
    let (topic, partition) = name.rsplit_once('.')?;
    let topic = Topic::ALL.into_iter().find(|known| known.to_string() == topic)?;
    Some((topic, Partition(partition.parse().ok()?)))
}

fn start_key(lane: Lane) -> String {
    format!("start/{}", lane_name(lane))
}

/// A start is kept as a position and a time in milliseconds, separated by a space.
fn parse_start(kept: &[u8]) -> Option<(Position, Timestamp)> {
    let (position, at) = std::str::from_utf8(kept).ok()?.split_once(' ')?;
    Some((position.parse().ok()?, Timestamp(at.parse().ok()?)))
}

impl Shelf {
    /// Opens the database, or says who owns it.
    pub(super) fn open(directory: &Path) -> Result<Self, JournalError> {
        let database = Database::builder(directory)
            .max_journaling_size(JOURNALING_BYTES_MAX)
            .manual_journal_persist(true)
            .worker_threads(FLUSHERS)
            .open()
            .map_err(|error| storage(&error))?;
        let meta = database
            .keyspace("meta", KeyspaceCreateOptions::default)
            .map_err(|error| storage(&error))?;
        let shelf = Self { database, meta, lanes: RwLock::default() };
        shelf.expect_layout()?;
        for lane in shelf.database.list_keyspace_names().iter().filter_map(|it| parse_lane(it)) {
            shelf.keyspace(lane)?;
        }
        Ok(shelf)
    }

    /// Marks a new journal with our layout, and refuses one of another.
    fn expect_layout(&self) -> Result<(), JournalError> {
        let kept = self.meta.get(LAYOUT_KEY).map_err(|error| storage(&error))?;
        match kept.as_deref() {
            Some(LAYOUT) => Ok(()),
            None if self.meta.get(EPOCH_KEY).map_err(|error| storage(&error))?.is_none() => {
                self.meta.insert(LAYOUT_KEY, LAYOUT).map_err(|error| storage(&error))
            }
            _ => {
                let why = "this journal was laid out by another version: open it with that one";
                Err(JournalError::Storage(why.to_owned()))
            }
        }
    }

    /// The keyspace of a lane, made where it is new.
    fn keyspace(&self, lane: Lane) -> Result<Keyspace, JournalError> {
        let known = self.lanes.read().unwrap_or_else(PoisonError::into_inner).get(&lane).cloned();
        if let Some(keyspace) = known {
            return Ok(keyspace);
        }
        let options = || {
            KeyspaceCreateOptions::default()
                .max_memtable_size(MEMTABLE_BYTES_MAX)
                .with_kv_separation(Some(KvSeparationOptions::default()))
        };
        let made = self.database.keyspace(&lane_name(lane), options);
        let made = made.map_err(|error| storage(&error))?;
        let mut lanes = self.lanes.write().unwrap_or_else(PoisonError::into_inner);
        Ok(lanes.entry(lane).or_insert(made).clone())
    }

    /// The journal's incarnation, given at its first opening.
    pub(super) fn epoch(&self, now: Timestamp) -> Result<Epoch, JournalError> {
        if let Some(kept) = self.meta.get(EPOCH_KEY).map_err(|error| storage(&error))? {
            let bytes = kept
                .as_ref()
                .try_into()
                .map_err(|_| JournalError::Storage("the journal's epoch is damaged".to_owned()))?;
            return Ok(Epoch(u64::from_be_bytes(bytes)));
        }
        let epoch = new_epoch(now)?;
        self.meta.insert(EPOCH_KEY, epoch.0.to_be_bytes()).map_err(|error| storage(&error))?;
        self.database.persist(PersistMode::SyncAll).map_err(|error| storage(&error))?;
        Ok(epoch)
    }

    /// Every lane that holds or held a record.
    pub(super) fn lanes(&self) -> BTreeSet<Lane> {
        self.lanes.read().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }

    /// The start and the end of a lane, and the time of its last record.
    pub(super) fn ends(
        &self,
        lane: Lane,
    ) -> Result<((Position, Position), Timestamp), JournalError> {
        let (start, at) = self.start(lane)?;
        let Some(last) = self.keyspace(lane)?.iter().next_back() else {
            return Ok(((start, start), at));
        };
        let (key, value) = last.into_inner().map_err(|error| storage(&error))?;
        let record = decode(lane, offset_of(&key), &value)?;
        Ok(((start, record.last()), record.at))
    }

    /// Where a lane starts, and the time of the last record that was removed.
    fn start(&self, lane: Lane) -> Result<(Position, Timestamp), JournalError> {
        let kept = self.meta.get(start_key(lane)).map_err(|error| storage(&error))?;
        let Some(kept) = kept else { return Ok((Position::START, Timestamp::MIN)) };
        parse_start(&kept)
            .ok_or_else(|| JournalError::Storage("the journal's start is damaged".to_owned()))
    }

    /// Writes records as one batch and fsyncs it.
    pub(super) fn write(&self, records: &[Owned]) -> Result<(), JournalError> {
        let mut batch = self.database.batch().durability(Some(PersistMode::SyncData));
        for (topic, partition, record) in records {
            let value: &[u8] = &record.encode();
            batch.insert(&self.keyspace((*topic, *partition))?, key(record.offset), value);
        }
        batch.commit().map_err(|error| storage(&error))
    }

    /// Entries in `(after, end]`, at most `entries_max`. Offsets have no gaps: a missing record is
    /// damage, and is said so rather than passed over.
    pub(super) fn read(
        &self,
        lane: Lane,
        (after, end): (Position, Position),
        entries_max: usize,
    ) -> Result<Vec<Stored>, JournalError> {
        let mut entries = Vec::new();
        let mut through = after.offset;
        for found in self.keyspace(lane)?.range(key(after.offset)..=key(end.offset)) {
            let (key, value) = found.into_inner().map_err(|error| storage(&error))?;
            let offset = offset_of(&key);
            if through.saturating_add(1) < offset {
                break;
            }
            through = offset;
            entries.extend(decode(lane, offset, &value)?.after(after));
            if entries_max <= entries.len() {
                entries.truncate(entries_max);
                return Ok(entries);
            }
        }
        if through < end.offset {
            let missing = Position::new(through.saturating_add(1), 0);
            return Err(JournalError::damaged(lane, missing, "the record is missing"));
        }
        Ok(entries)
    }

    fn record(&self, lane: Lane, offset: u64) -> Result<Record, JournalError> {
        let found = self.keyspace(lane)?.get(key(offset));
        let Some(value) = found.map_err(|error| storage(&error))? else {
            return Err(JournalError::damaged(
                lane,
                Position::new(offset, 0),
                "the record is missing",
            ));
        };
        decode(lane, offset, &value)
    }

    /// The end and the time of the last record that lies whole in `(start, through]`.
    pub(super) fn whole_through(
        &self,
        lane: Lane,
        (start, through): (Position, Position),
    ) -> Result<Option<(Position, Timestamp)>, JournalError> {
        for offset in [through.offset, through.offset.saturating_sub(1)] {
            if offset <= start.offset {
                break;
            }
            let record = self.record(lane, offset)?;
            if record.last() <= through {
                return Ok(Some((record.last(), record.at)));
            }
        }
        Ok(None)
    }

    /// Removes the records in `(start, through]`, in steps: a crash between two leaves a lane that
    /// begins at the last of them.
    pub(super) fn remove(
        &self,
        lane: Lane,
        start: Position,
        (through, at): (Position, Timestamp),
    ) -> Result<(), JournalError> {
        let keyspace = self.keyspace(lane)?;
        let mut from = start.offset;
        while from < through.offset {
            let to = through.offset.min(from.saturating_add(REMOVED_MAX));
            let step = match to {
                last if last == through.offset => (through, at),
                within => self.record(lane, within).map(|record| (record.last(), record.at))?,
            };
            let mut batch = self.database.batch().durability(Some(PersistMode::SyncData));
            for offset in from.saturating_add(1)..=to {
                batch.remove(&keyspace, key(offset));
            }
            batch.insert(&self.meta, start_key(lane), format!("{} {}", step.0, step.1.0));
            batch.commit().map_err(|error| storage(&error))?;
            from = to;
        }
        Ok(())
    }
}

fn decode(lane: Lane, offset: u64, value: &[u8]) -> Result<Record, JournalError> {
    Record::decode(offset, &Bytes::copy_from_slice(value))
        .map_err(|why| JournalError::damaged(lane, Position::new(offset, 0), why))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANE: Lane = (Topic::Journal, Partition(3));

    fn shelf_of(offsets: &[u64]) -> (tempfile::TempDir, Shelf) {
        let directory = tempfile::tempdir().unwrap();
        let shelf = Shelf::open(directory.path()).unwrap();
        for offset in offsets {
            let entries = vec![Bytes::from_static(b"a"), Bytes::from_static(b"b")];
            let record = Record { offset: *offset, at: Timestamp(7), entries };
            shelf.write(&[(LANE.0, LANE.1, record)]).unwrap();
        }
        (directory, shelf)
    }

    #[test]
    fn a_hole_is_damage_and_not_passed_over() {
        let (_directory, shelf) = shelf_of(&[1, 2, 4]);
        let read = |after, end| {
            let ends = (Position::new(after, 1), Position::new(end, 1));
            shelf.read(LANE, ends, 100).map(|found| found.len())
        };
        assert_eq!(read(0, 2).unwrap(), 4);
        for (after, end) in [(0, 4), (2, 4), (3, 5)] {
            let why = read(after, end).unwrap_err().to_string();
            assert!(why.contains("missing"), "{after} to {end}: {why}");
        }
    }

    #[test]
    fn removal_takes_whole_records_and_is_remembered() {
        let (directory, shelf) = shelf_of(&[1, 2, 3]);
        let start = Position::START;
        assert_eq!(shelf.whole_through(LANE, (start, Position::new(1, 0))).unwrap(), None);
        let whole = shelf.whole_through(LANE, (start, Position::new(3, 0))).unwrap().unwrap();
        assert_eq!(whole, (Position::new(2, 1), Timestamp(7)));
        shelf.remove(LANE, start, whole).unwrap();
        drop(shelf);
        let shelf = Shelf::open(directory.path()).unwrap();
        let ends = (Position::new(2, 1), Position::new(3, 1));
        assert_eq!(shelf.ends(LANE).unwrap(), (ends, Timestamp(7)));
        assert!(shelf.record(LANE, 2).is_err() && shelf.record(LANE, 3).is_ok());
    }
}
