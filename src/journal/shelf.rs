//! Where local records lie: the only place that names fjall.

use std::collections::BTreeSet;
use std::path::Path;

use bytes::Bytes;
use fjall::{Database, Keyspace, KeyspaceCreateOptions, PersistMode};

use crate::domain::{Epoch, Partition, Position, Timestamp};

use super::record::Record;
use super::traits::{JournalError, Stored, Topic};

/// fjall's own write-ahead files: a restart replays at most this much (about a third of a second).
const JOURNALING_BYTES_MAX: u64 = 64 * 1_024 * 1_024;
const TOPICS: [Topic; 5] =
    [Topic::Journal, Topic::Changes, Topic::Detections, Topic::DeadLetters, Topic::Quarantine];
const EPOCH_KEY: &str = "epoch";

/// The opened database: a keyspace a topic, and one for what is known of the journal itself.
pub(super) struct Shelf {
    database: Database,
    meta: Keyspace,
    topics: [Keyspace; TOPICS.len()],
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

fn key(partition: Partition, offset: u64) -> [u8; 10] {
    let mut key = [0; 10];
    let (head, tail) = key.split_at_mut(2);
    head.copy_from_slice(&partition.0.to_be_bytes());
    tail.copy_from_slice(&offset.to_be_bytes());
    key
}

/// The partition and offset of a key.
fn parse_key(key: &[u8]) -> Option<(Partition, u64)> {
    let (head, tail) = key.split_at_checked(2)?;
    let partition = Partition(u16::from_be_bytes(head.try_into().ok()?));
    Some((partition, u64::from_be_bytes(tail.try_into().ok()?)))
}

fn start_prefix(topic: Topic) -> String {
    format!("start/{topic}/")
}

fn start_key(topic: Topic, partition: Partition) -> String {
    format!("{}{partition}", start_prefix(topic))
}

fn parse_start_key(key: &[u8]) -> Option<Partition> {
    let (_, partition) = std::str::from_utf8(key).ok()?.rsplit_once('/')?;
    partition.parse().ok().map(Partition)
}

impl Shelf {
    /// Opens the database, or says who owns it.
    pub(super) fn open(directory: &Path) -> Result<Self, JournalError> {
        let database = Database::builder(directory)
            .max_journaling_size(JOURNALING_BYTES_MAX)
            .manual_journal_persist(true)
            .open()
            .map_err(|error| storage(&error))?;
        let keyspace = |name: &str| {
            database.keyspace(name, KeyspaceCreateOptions::default).map_err(|error| storage(&error))
        };
        let [journal, changes, detections, dead_letters, quarantine] =
            TOPICS.map(|topic| keyspace(&topic.to_string()));
        let topics = [journal?, changes?, detections?, dead_letters?, quarantine?];
        Ok(Self { meta: keyspace("meta")?, topics, database })
    }

    fn keyspace(&self, topic: Topic) -> &Keyspace {
        let [journal, changes, detections, dead_letters, quarantine] = &self.topics;
        match topic {
            Topic::Journal => journal,
            Topic::Changes => changes,
            Topic::Detections => detections,
            Topic::DeadLetters => dead_letters,
            Topic::Quarantine => quarantine,
        }
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
        let mut noise = [0; 8];
        getrandom::fill(&mut noise).map_err(|error| JournalError::Storage(error.to_string()))?;
        // Milliseconds keep epochs in order for people; noise keeps two of one moment apart.
        let order = now.0.cast_unsigned() << 16;
        let epoch = order | (u64::from_be_bytes(noise) & 0xffff);
        self.meta.insert(EPOCH_KEY, epoch.to_be_bytes()).map_err(|error| storage(&error))?;
        self.database.persist(PersistMode::SyncAll).map_err(|error| storage(&error))?;
        Ok(Epoch(epoch))
    }

    /// Every topic's partition that holds or held a record.
    pub(super) fn lanes(&self) -> Result<BTreeSet<(Topic, Partition)>, JournalError> {
        let mut lanes = BTreeSet::new();
        for topic in TOPICS {
            for found in self.meta.prefix(start_prefix(topic)) {
                let key = found.key().map_err(|error| storage(&error))?;
                lanes.extend(parse_start_key(&key).map(|partition| (topic, partition)));
            }
            let keyspace = self.keyspace(topic);
            let mut from = Some(0_u16);
            while let Some(partition) = from {
                let Some(found) = keyspace.range(key(Partition(partition), 0)..).next() else {
                    break;
                };
                let found = found.key().map_err(|error| storage(&error))?;
                let Some((partition, _)) = parse_key(&found) else { break };
                lanes.insert((topic, partition));
                from = partition.0.checked_add(1);
            }
        }
        Ok(lanes)
    }

    /// The start and the end of a lane, and the time of its last record.
    pub(super) fn ends(
        &self,
        topic: Topic,
        partition: Partition,
    ) -> Result<((Position, Position), Timestamp), JournalError> {
        let start = self.start(topic, partition)?;
        let whole = key(partition, 0)..=key(partition, u64::MAX);
        let Some(last) = self.keyspace(topic).range(whole).next_back() else {
            return Ok(((start, start), Timestamp::MIN));
        };
        let (key, value) = last.into_inner().map_err(|error| storage(&error))?;
        let offset = parse_key(&key).map_or(0, |(_, offset)| offset);
        let record = decode((topic, partition), offset, &value)?;
        Ok(((start, record.last()), record.at))
    }

    fn start(&self, topic: Topic, partition: Partition) -> Result<Position, JournalError> {
        let kept = self.meta.get(start_key(topic, partition)).map_err(|error| storage(&error))?;
        let Some(kept) = kept else { return Ok(Position::START) };
        std::str::from_utf8(&kept)
            .ok()
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| JournalError::Storage("the journal's start is damaged".to_owned()))
    }

    /// Writes records as one batch and fsyncs it.
    pub(super) fn write<'a>(
        &self,
        records: impl Iterator<Item = (Topic, Partition, &'a Record)>,
    ) -> Result<(), JournalError> {
        let mut batch = self.database.batch().durability(Some(PersistMode::SyncData));
        for (topic, partition, record) in records {
            let value: &[u8] = &record.encode();
            batch.insert(self.keyspace(topic), key(partition, record.offset), value);
        }
        batch.commit().map_err(|error| storage(&error))
    }

    /// Entries in `(after, end]`, at most `entries_max`.
    pub(super) fn read(
        &self,
        (topic, partition): (Topic, Partition),
        (after, end): (Position, Position),
        entries_max: usize,
    ) -> Result<Vec<Stored>, JournalError> {
        let mut entries = Vec::new();
        let range = key(partition, after.offset)..=key(partition, end.offset);
        for found in self.keyspace(topic).range(range) {
            let (key, value) = found.into_inner().map_err(|error| storage(&error))?;
            let offset = parse_key(&key).map_or(0, |(_, offset)| offset);
            entries.extend(decode((topic, partition), offset, &value)?.after(after));
            if entries_max <= entries.len() {
                break;
            }
        }
        entries.truncate(entries_max);
        Ok(entries)
    }

    /// Removes whole records in `(start, through]`; returns the new start.
    pub(super) fn remove_through(
        &self,
        (topic, partition): (Topic, Partition),
        (start, through): (Position, Position),
    ) -> Result<Position, JournalError> {
        let keyspace = self.keyspace(topic);
        let mut batch = self.database.batch().durability(Some(PersistMode::SyncData));
        let mut new_start = start;
        for found in keyspace.range(key(partition, 0)..=key(partition, through.offset)) {
            let (key, value) = found.into_inner().map_err(|error| storage(&error))?;
            let offset = parse_key(&key).map_or(0, |(_, offset)| offset);
            let last = decode((topic, partition), offset, &value)?.last();
            if through < last {
                break;
            }
            new_start = new_start.max(last);
            batch.remove(keyspace, key);
        }
        batch.insert(&self.meta, start_key(topic, partition), new_start.to_string());
        batch.commit().map_err(|error| storage(&error))?;
        Ok(new_start)
    }
}

fn decode(
    (topic, partition): (Topic, Partition),
    offset: u64,
    value: &[u8],
) -> Result<Record, JournalError> {
    Record::decode(offset, &Bytes::copy_from_slice(value)).map_err(|why| JournalError::Damaged {
        topic,
        partition,
        position: Position::new(offset, 0),
        why,
    })
}
