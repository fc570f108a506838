//! Snapshots of folds, in an `object_store`: a shorter way to a position, never the truth.
//!
//! A snapshot says which journal, core and position it belongs to. One that is damaged, or of
//! another epoch, core or layout, is passed over with a warning; the journal still has it all.
//! The calls block (`store`): they are made from threads of their own.

use std::path::Path as Directory;

use bytes::{BufMut, Bytes, BytesMut};
use object_store::path::Path;

use crate::config::SnapshotsConfig;
use crate::domain::{Epoch, Partition, Position};

use super::store::Store;

const VERSION: u8 = 1;
const SUM_BYTES: usize = 32;
/// Level 3 of zstd: 20,000 open cases in well under a second, about a fifth of their size.
const COMPRESSION_LEVEL: i32 = 3;
/// The build that wrote it, for people who look at the file.
const BUILD: &str = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));

/// A snapshot could not be written, or the directory not be read.
#[derive(Debug, Clone, thiserror::Error)]
#[error("snapshots: {0}")]
pub struct SnapshotError(String);

impl SnapshotError {
    pub(super) fn of(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// What a snapshot belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SnapshotHead {
    /// The journal's incarnation.
    pub epoch: Epoch,
    /// The fold's own number: another core's snapshot is of no use.
    pub core: u32,
    /// Whose.
    pub partition: Partition,
    /// The last entry folded into it.
    pub position: Position,
}

/// Snapshots in a directory or a bucket, one folder a kind, partition and epoch: those of another
/// incarnation neither stand in the way nor count among the kept.
#[derive(Debug)]
pub struct Snapshots {
    store: Store,
    kind: &'static str,
}

impl Snapshots {
    /// Opens the snapshots of `kind` (a fold's name) under a `directory` of this process alone,
    /// making it where it is new.
    ///
    /// # Errors
    /// Where the directory cannot be made or read.
    pub fn open(directory: &Directory, kind: &'static str) -> Result<Self, SnapshotError> {
        let opened = Self { store: Store::directory(directory)?, kind };
        // What a crash left: nobody else writes here.
        for folder in opened.store.folders()? {
            if folder.as_ref().starts_with(&format!("{kind}-")) {
                opened.store.remove_unfinished(&folder, |_| true)?;
            }
        }
        Ok(opened)
    }

    /// Opens the snapshots of `kind` where the configuration says.
    ///
    /// # Errors
    /// Where the directory cannot be made or read; a bucket is asked only when it is used.
    pub fn in_store(config: &SnapshotsConfig, kind: &'static str) -> Result<Self, SnapshotError> {
        match config {
            SnapshotsConfig::Directory(directory) => Self::open(directory, kind),
            SnapshotsConfig::Shared(directory) => {
                Ok(Self { store: Store::directory(directory)?, kind })
            }
            #[cfg(feature = "s3")]
            SnapshotsConfig::S3(bucket) => Ok(Self { store: Store::bucket(bucket)?, kind }),
            #[cfg(not(feature = "s3"))]
            SnapshotsConfig::S3(_) => {
                Err(SnapshotError("this build has no S3: it wants the feature `s3`".to_owned()))
            }
        }
    }

    fn folder(&self, head: &SnapshotHead) -> Path {
        Path::from(format!("{}-{}-{}", self.kind, head.partition, head.epoch))
    }

    fn path(&self, head: &SnapshotHead) -> Path {
        // Digits in full, so that names sort as positions do.
        let name = format!("{:020}-{:010}", head.position.offset, head.position.index);
        self.folder(head).join(name)
    }

    /// Writes a snapshot; it is there whole or not at all.
    ///
    /// # Errors
    /// Where it could not be written: the fold goes on without it.
    pub fn put(&self, head: &SnapshotHead, fold: &[u8]) -> Result<(), SnapshotError> {
        let stored = encode(head, fold).map_err(SnapshotError::of)?;
        self.store.put(&self.path(head), stored)
    }

    /// The newest usable snapshot of `wanted`'s epoch, core and partition, at or before its
    /// position.
    ///
    /// # Errors
    /// Where the directory cannot be read; unusable snapshots are passed over.
    pub fn newest(
        &self,
        wanted: &SnapshotHead,
    ) -> Result<Option<(SnapshotHead, Bytes)>, SnapshotError> {
        let names = self.names(wanted)?.into_iter().rev();
        Ok(self.first_usable(wanted, names))
    }

    /// The oldest usable snapshot, as [`Snapshots::newest`].
    ///
    /// # Errors
    /// As there.
    pub fn oldest(
        &self,
        wanted: &SnapshotHead,
    ) -> Result<Option<(SnapshotHead, Bytes)>, SnapshotError> {
        Ok(self.first_usable(wanted, self.names(wanted)?.into_iter()))
    }

    fn first_usable(
        &self,
        wanted: &SnapshotHead,
        names: impl Iterator<Item = (Position, Path)>,
    ) -> Option<(SnapshotHead, Bytes)> {
        for (_, path) in names.filter(|(position, _)| *position <= wanted.position) {
            match self.read(&path) {
                Ok((head, fold)) if usable(&head, wanted) => return Some((head, fold)),
                Ok((head, _)) => {
                    tracing::debug!(%path, ?head, "a snapshot of something else is passed over");
                }
                Err(error) => tracing::warn!(%path, %error, "a snapshot is passed over"),
            }
        }
        None
    }

    fn read(&self, path: &Path) -> Result<(SnapshotHead, Bytes), SnapshotError> {
        let stored = self.store.get(path)?;
        decode(&stored).map_err(SnapshotError::of)
    }

    /// The snapshots of `head`'s epoch and partition, oldest first.
    fn names(&self, head: &SnapshotHead) -> Result<Vec<(Position, Path)>, SnapshotError> {
        let found = self.store.list(&self.folder(head))?;
        let with_positions = found.into_iter().filter_map(|path| Some((position_of(&path)?, path)));
        let mut names: Vec<_> = with_positions.collect();
        names.sort();
        Ok(names)
    }

    /// Removes all but the `kept` newest of `head`'s epoch and partition; returns the position of
    /// the oldest that is left.
    ///
    /// # Errors
    /// Where the directory cannot be read or changed.
    pub fn prune(
        &self,
        head: &SnapshotHead,
        kept: usize,
    ) -> Result<Option<Position>, SnapshotError> {
        let mut old = self.names(head)?;
        let left = old.split_off(old.len().saturating_sub(kept.max(1)));
        self.store.remove(old.into_iter().map(|(_, path)| path).collect())?;
        let oldest = left.first().map(|(position, _)| *position);
        // Of what others write, only what nobody will want may be taken for left behind.
        let passed = |name: &str| position_in(name).is_some_and(|it| Some(it) < oldest);
        self.store.remove_unfinished(&self.folder(head), passed)?;
        Ok(oldest)
    }
}

/// The position in a snapshot's name.
fn position_of(path: &Path) -> Option<Position> {
    position_in(path.filename()?)
}

fn position_in(name: &str) -> Option<Position> {
    let (offset, index) = name.split_once('-')?;
    Some(Position::new(offset.parse().ok()?, index.parse().ok()?))
}

fn usable(head: &SnapshotHead, wanted: &SnapshotHead) -> bool {
    head.epoch == wanted.epoch
        && head.core == wanted.core
        && head.partition == wanted.partition
        && head.position <= wanted.position
}

fn encode(head: &SnapshotHead, fold: &[u8]) -> std::io::Result<Bytes> {
    let packed = zstd::bulk::compress(fold, COMPRESSION_LEVEL)?;
    let mut bytes = BytesMut::with_capacity(packed.len() + 128);
    bytes.put_u8(VERSION);
    bytes.put_u64(head.epoch.0);
    bytes.put_u32(head.core);
    bytes.put_u16(head.partition.0);
    bytes.put_u64(head.position.offset);
    bytes.put_u32(head.position.index);
    bytes.put_u8(u8::try_from(BUILD.len()).unwrap_or(0));
    bytes.put_slice(BUILD.as_bytes());
    bytes.put_u64(u64::try_from(fold.len()).unwrap_or(u64::MAX));
    bytes.put_slice(&packed);
    let sum = blake3::hash(&bytes);
    bytes.put_slice(sum.as_bytes());
    Ok(bytes.freeze())
}

fn decode(stored: &[u8]) -> Result<(SnapshotHead, Bytes), String> {
    let body_len = stored.len().checked_sub(SUM_BYTES).ok_or("it is too short")?;
    let (body, sum) = stored.split_at(body_len);
    if blake3::hash(body).as_bytes() != sum {
        return Err("its checksum is wrong".to_owned());
    }
    let (version, body) = body.split_first().ok_or("it is empty")?;
    if *version != VERSION {
        return Err(format!("it has version {version}; this build reads {VERSION}"));
    }
    parse(body).ok_or_else(|| "its layout is broken".to_owned())
}

fn parse(body: &[u8]) -> Option<(SnapshotHead, Bytes)> {
    let (epoch, body) = body.split_first_chunk()?;
    let (core, body) = body.split_first_chunk()?;
    let (partition, body) = body.split_first_chunk()?;
    let (offset, body) = body.split_first_chunk()?;
    let (index, body) = body.split_first_chunk()?;
    let (build_len, body) = body.split_first()?;
    let (_, body) = body.split_at_checked(usize::from(*build_len))?;
    let (length, packed) = body.split_first_chunk()?;
    let length = usize::try_from(u64::from_be_bytes(*length)).ok()?;
    let fold = zstd::bulk::decompress(packed, length).ok()?;
    let head = SnapshotHead {
        epoch: Epoch(u64::from_be_bytes(*epoch)),
        core: u32::from_be_bytes(*core),
        partition: Partition(u16::from_be_bytes(*partition)),
        position: Position::new(u64::from_be_bytes(*offset), u32::from_be_bytes(*index)),
    };
    Some((head, Bytes::from(fold)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(offset: u64) -> SnapshotHead {
        let position = Position::new(offset, 2);
        SnapshotHead { epoch: Epoch(9), core: 1, partition: Partition(3), position }
    }

    #[test]
    fn the_newest_usable_one_is_found() {
        let directory = tempfile::tempdir().unwrap();
        let snapshots = Snapshots::open(directory.path(), "situation").unwrap();
        assert!(snapshots.newest(&head(100)).unwrap().is_none());
        for offset in [5, 40, 700] {
            snapshots.put(&head(offset), format!("fold {offset}").as_bytes()).unwrap();
        }
        let (found, fold) = snapshots.newest(&head(100)).unwrap().unwrap();
        assert_eq!((found, fold.as_ref()), (head(40), b"fold 40".as_ref()));
        assert_eq!(snapshots.oldest(&head(100)).unwrap().unwrap().0, head(5));
        for other in [
            SnapshotHead { epoch: Epoch(8), ..head(100) },
            SnapshotHead { position: Position::new(5, 1), ..head(100) },
            SnapshotHead { core: 2, ..head(100) },
            SnapshotHead { partition: Partition(4), ..head(100) },
        ] {
            assert!(snapshots.newest(&other).unwrap().is_none(), "{other:?}");
        }
    }

    #[test]
    fn a_damaged_one_is_passed_over() {
        let directory = tempfile::tempdir().unwrap();
        let snapshots = Snapshots::open(directory.path(), "situation").unwrap();
        snapshots.put(&head(5), b"good").unwrap();
        snapshots.put(&head(6), b"to be damaged").unwrap();
        let path = directory.path().join(format!("situation-3-9/{:020}-{:010}", 6, 2));
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[30] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        let (found, fold) = snapshots.newest(&head(100)).unwrap().unwrap();
        assert_eq!((found, fold.as_ref()), (head(5), b"good".as_ref()));
    }

    #[test]
    fn pruning_keeps_the_newest_and_says_the_oldest_left() {
        let directory = tempfile::tempdir().unwrap();
        let snapshots = Snapshots::open(directory.path(), "situation").unwrap();
        for offset in 1..=5 {
            snapshots.put(&head(offset), b"fold").unwrap();
        }
        assert_eq!(snapshots.prune(&head(5), 2).unwrap(), Some(Position::new(4, 2)));
        assert!(snapshots.newest(&head(3)).unwrap().is_none());
        assert!(snapshots.newest(&head(9)).unwrap().is_some());
    }

    #[test]
    fn those_of_another_journal_are_not_among_the_kept() {
        let directory = tempfile::tempdir().unwrap();
        let snapshots = Snapshots::open(directory.path(), "situation").unwrap();
        let before = |offset| SnapshotHead { epoch: Epoch(8), ..head(offset) };
        snapshots.put(&before(1_000), b"before").unwrap();
        snapshots.put(&head(5), b"ours").unwrap();
        assert_eq!(snapshots.prune(&head(5), 1).unwrap(), Some(head(5).position));
        assert_eq!(snapshots.newest(&head(100)).unwrap().unwrap().1, "ours");
        assert_eq!(snapshots.newest(&before(2_000)).unwrap().unwrap().1, "before");
    }

    #[test]
    fn in_a_shared_directory_what_others_write_stays_until_it_is_passed() {
        let directory = tempfile::tempdir().unwrap();
        let shared = SnapshotsConfig::Shared(directory.path().to_owned());
        let open = || Snapshots::in_store(&shared, "situation").unwrap();
        let (one, other) = (open(), open());
        one.put(&head(5), b"five").unwrap();
        let half =
            |offset| directory.path().join(format!("situation-3-9/{offset:020}-0000000002#7"));
        for offset in [4, 6] {
            std::fs::write(half(offset), b"half").unwrap();
        }
        drop(open());
        assert!(half(4).exists() && half(6).exists());
        // Both write and both prune, each at its own pace: nothing is missed that is wanted.
        other.put(&head(5), b"five").unwrap();
        assert_eq!(other.prune(&head(5), 1).unwrap(), Some(head(5).position));
        assert_eq!(one.prune(&head(5), 1).unwrap(), Some(head(5).position));
        assert!(!half(4).exists() && half(6).exists());
        assert_eq!(one.newest(&head(100)).unwrap().unwrap().1, "five");
    }

    #[test]
    fn what_a_crash_left_half_written_is_removed() {
        let directory = tempfile::tempdir().unwrap();
        let snapshots = Snapshots::open(directory.path(), "situation").unwrap();
        snapshots.put(&head(5), b"whole").unwrap();
        let half = directory.path().join(format!("situation-3-9/{:020}-{:010}#1", 6, 2));
        std::fs::write(&half, b"half").unwrap();
        assert_eq!(snapshots.newest(&head(100)).unwrap().unwrap().0, head(5));
        drop(Snapshots::open(directory.path(), "situation").unwrap());
        assert!(!half.exists());
        assert_eq!(snapshots.newest(&head(100)).unwrap().unwrap().0, head(5));
    }
}
