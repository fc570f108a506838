//! Segments: objects that never change, named by what is in them.
//!
//! A segment is written whole before a manifest names it; what a crash leaves between is an object
//! that nobody reads. The newest segments are written anew as one under another name, so that a
//! quiet county does not become a heap of tiny objects.

use std::path::Path;

use crate::config::SnapshotsConfig;
use crate::domain::{Epoch, Partition, Position, Timestamp};
use crate::journal::{Objects, SnapshotError};
use crate::wire::WireError;
use crate::wire::archive_v1::{Archived, Manifest, SegmentHead, decode_block, encode_block};

use super::manifests;

/// Cases that a segment takes at the most.
pub const SEGMENT_CASES_MAX: usize = 4_096;
/// Cases of a block: what one hit has to read and unpack.
const BLOCK_CASES: usize = 64;
const FOLDER: &str = "archive";
const COMPRESSION_LEVEL: i32 = 3;
/// What a block of 64 cases unpacks to at the most.
const BLOCK_BYTES_MAX: usize = 64 * 1_024 * 1_024;

/// Why the archive cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The store of objects.
    #[error("the archive's store: {0}")]
    Store(#[from] SnapshotError),
    /// What is stored is damaged, or of another version.
    #[error("the archive: {0}")]
    Wire(#[from] WireError),
    /// Packing or unpacking failed.
    #[error("the archive: {0}")]
    Io(#[from] std::io::Error),
    /// The index.
    #[error("the archive's index: {0}")]
    Index(String),
    /// The index is another process's.
    #[error("another process keeps this index of the archive")]
    Held,
    /// Another archiver has written this partition's archive meanwhile: it is read anew.
    #[error("another archiver writes the archive of partition {partition}")]
    Overtaken {
        /// Whose.
        partition: Partition,
    },
    /// A segment is not what its name says.
    #[error("segment {segment} of partition {partition} is damaged")]
    Damaged {
        /// Whose.
        partition: Partition,
        /// Which segment.
        segment: u32,
    },
    /// A hit's place is not there (any more): the index catches up in a moment.
    #[error("the archive has no block {block} of segment {segment} of partition {partition}")]
    Missing {
        /// Whose.
        partition: Partition,
        /// Which segment.
        segment: u32,
        /// Which of its blocks.
        block: usize,
    },
}

/// The segments of all partitions. Each partition has one writer.
#[derive(Debug)]
pub struct Segments {
    objects: Objects,
}

impl Segments {
    /// The segments under a directory.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn open(directory: &Path) -> Result<Self, ArchiveError> {
        Ok(Self { objects: Objects::open(directory, FOLDER)? })
    }

    /// The segments where `config` says that snapshots lie; under `own` where that is a directory
    /// of this process's own.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn in_store(config: &SnapshotsConfig, own: &Path) -> Result<Self, ArchiveError> {
        Ok(Self { objects: Objects::in_store(config, (own, FOLDER))? })
    }

    /// What of `partition` is archived.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn manifest(&self, partition: Partition) -> Result<Manifest, ArchiveError> {
        manifests::newest(&self.objects, partition)
    }

    /// Archives what left memory through position `to` of the journal of `epoch`: those of `cases`
    /// that are not archived yet. Returns how many that were. Told twice, nothing is there twice.
    ///
    /// # Errors
    /// Where it could not be written: nothing of it is archived, and `manifest` is as it was.
    pub fn append(
        &self,
        (partition, manifest): (Partition, &mut Manifest),
        (epoch, to): (Epoch, Position),
        cases: Vec<Archived>,
    ) -> Result<usize, ArchiveError> {
        let mut next = manifest.clone();
        next.through = if next.epoch == epoch { next.through } else { Position::START };
        next.epoch = epoch;
        let is_new = |case: &Archived| next.through < case.position;
        let mut new: Vec<_> = cases.into_iter().filter(is_new).collect();
        let count = new.len();
        next.through = next.through.max(to);
        let obsolete = std::mem::take(&mut next.replaced);
        while let Some(tail) = next.segments.pop_if(|head| is_merged(head, new.len())) {
            let mut all = self.read_segment(partition, &tail)?;
            all.append(&mut new);
            new = all;
            next.replaced.push(segment_name(partition, &tail));
            // Its number goes on.
            next.last = tail.number.saturating_sub(1);
        }
        let mut left = new.into_iter().peekable();
        while left.peek().is_some() {
            let cases: Vec<_> = left.by_ref().take(SEGMENT_CASES_MAX).collect();
            next.last = next.last.saturating_add(1);
            next.segments.push(self.write_segment((partition, next.last), &cases)?);
        }
        manifests::publish(&self.objects, (partition, manifest), next)?;
        self.objects.remove(&obsolete)?;
        Ok(count)
    }

    /// Drops the segments whose cases all left memory before `before`; returns how many cases that
    /// were.
    ///
    /// # Errors
    /// Where the manifest could not be written: then all still are.
    pub fn drop_older(
        &self,
        (partition, manifest): (Partition, &mut Manifest),
        before: Timestamp,
    ) -> Result<u64, ArchiveError> {
        let mut next = manifest.clone();
        let old: Vec<_> = next.segments.extract_if(.., |head| head.newest_at < before).collect();
        if old.is_empty() {
            return Ok(0);
        }
        let mut obsolete = std::mem::take(&mut next.replaced);
        obsolete.extend(old.iter().map(|head| segment_name(partition, head)));
        manifests::publish(&self.objects, (partition, manifest), next)?;
        self.objects.remove(&obsolete)?;
        Ok(old.iter().map(|head| u64::from(head.cases)).sum())
    }

    fn write_segment(
        &self,
        (partition, number): (Partition, u32),
        cases: &[Archived],
    ) -> Result<SegmentHead, ArchiveError> {
        let newest_at = cases.iter().map(|case| case.at).max().unwrap_or(Timestamp(0));
        let count = u32::try_from(cases.len()).unwrap_or(u32::MAX);
        let (mut bytes, mut blocks) = (Vec::new(), Vec::new());
        for block in cases.chunks(BLOCK_CASES) {
            let packed = zstd::bulk::compress(&encode_block(block)?, COMPRESSION_LEVEL)?;
            blocks.push(u32::try_from(packed.len()).unwrap_or(u32::MAX));
            bytes.extend_from_slice(&packed);
        }
        let digest = digest(&bytes);
        let head = SegmentHead { number, cases: count, newest_at, blocks, digest };
        self.objects.put(&segment_name(partition, &head), bytes.into())?;
        Ok(head)
    }

    /// All cases of a segment, in order.
    ///
    /// # Errors
    /// Where it is gone, or cannot be read.
    pub fn read_segment(
        &self,
        partition: Partition,
        head: &SegmentHead,
    ) -> Result<Vec<Archived>, ArchiveError> {
        let missing = || ArchiveError::Missing { partition, segment: head.number, block: 0 };
        let bytes = self.objects.get(&segment_name(partition, head))?.ok_or_else(missing)?;
        if digest(&bytes) != head.digest {
            return Err(ArchiveError::Damaged { partition, segment: head.number });
        }
        let mut left = bytes.as_ref();
        let mut cases = Vec::with_capacity(usize_of(head.cases));
        for length in &head.blocks {
            let (block, after) = left.split_at_checked(usize_of(*length)).ok_or_else(missing)?;
            cases.extend(unpacked(block)?);
            left = after;
        }
        Ok(cases)
    }

    /// The cases of one block.
    ///
    /// # Errors
    /// Where it is gone, or cannot be read.
    pub fn read_block(
        &self,
        (partition, head): (Partition, &SegmentHead),
        block: usize,
    ) -> Result<Vec<Archived>, ArchiveError> {
        let segment = head.number;
        let (before, after) = head.blocks.split_at_checked(block).unwrap_or_default();
        let length = after.first().ok_or(ArchiveError::Missing { partition, segment, block })?;
        let start: u64 = before.iter().map(|length| u64::from(*length)).sum();
        let range = start..start.saturating_add(u64::from(*length));
        unpacked(&self.objects.get_range(&segment_name(partition, head), range)?)
    }
}

/// Whether the last segment is written anew with the `new` cases after it. Only one that is not
/// much larger: a case is written again as often as its segment doubles, not with each that comes.
fn is_merged(last: &SegmentHead, new: usize) -> bool {
    let cases = usize_of(last.cases);
    cases < SEGMENT_CASES_MAX && cases <= new.saturating_mul(2)
}

/// Where in a segment its case `place` lies: which block, and which of that.
pub(super) fn within(place: usize) -> (usize, usize) {
    (place / BLOCK_CASES, place % BLOCK_CASES)
}

fn unpacked(block: &[u8]) -> Result<Vec<Archived>, ArchiveError> {
    Ok(decode_block(&zstd::bulk::decompress(block, BLOCK_BYTES_MAX)?)?)
}

fn usize_of(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The beginning of the bytes' BLAKE3.
fn digest(bytes: &[u8]) -> u64 {
    let hash = blake3::hash(bytes);
    hash.as_bytes().first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
}

/// What is read never changes under its reader: other cases are another name, whoever writes them.
fn segment_name(partition: Partition, head: &SegmentHead) -> String {
    format!("{partition}/segments/{:08}-{:016x}", head.number, head.digest)
}
