//! The index: made of the segments, in a directory of whoever searches.
//!
//! Each commit says which segments it holds, so an index that was left behind, or died between two
//! steps, takes what is missing and nothing twice.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use tantivy::directory::MmapDirectory;
use tantivy::directory::error::LockError;
use tantivy::{IndexReader, IndexWriter, ReloadPolicy, TantivyError, Term};

use crate::domain::Partition;
use crate::vault::Vault;
use crate::wire::archive_v1::{Manifest, SegmentHead};

use super::schema::{Fields, segment_id};
use super::segments::{ArchiveError, Segments};
use super::words::hashes_of;

/// What the writer gathers in memory before it writes, in bytes: two cores share it.
const WRITER_BYTES: usize = 64 * 1_024 * 1_024;
/// Segments between two commits: what dying costs.
const COMMIT_SEGMENTS: usize = 64;

/// Which segments the index holds, each with its digest.
type Held = BTreeMap<(Partition, u32), u64>;

/// The archive as it is searched. The calls block: they are made from threads of their own.
pub struct Index {
    pub(super) segments: Segments,
    pub(super) vault: Arc<Vault>,
    pub(super) fields: Fields,
    pub(super) reader: IndexReader,
    pub(super) manifests: RwLock<BTreeMap<Partition, Arc<Manifest>>>,
    writing: Mutex<Writing>,
    /// Segments with words that were erased, whose hashes have to leave.
    pub(super) erased: Mutex<BTreeSet<u64>>,
}

struct Writing {
    writer: IndexWriter,
    held: Held,
}

/// What one look for new segments did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Indexed {
    /// Cases that were indexed, some of them anew.
    pub cases: u64,
    /// Segments that were dropped.
    pub dropped: u64,
    /// Cases that can be found.
    pub found: u64,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Index({:?})", self.segments)
    }
}

impl Index {
    /// Opens the index under `directory`, made where it is new, of the cases in `segments`.
    ///
    /// # Errors
    /// [`ArchiveError::Held`] where another process writes it; otherwise it is damaged, can be
    /// removed and is made again.
    pub fn open(
        directory: &Path,
        segments: Segments,
        vault: Arc<Vault>,
    ) -> Result<Self, ArchiveError> {
        std::fs::create_dir_all(directory)?;
        let fields = Fields::new();
        let files = MmapDirectory::open(directory).map_err(broken)?;
        let index = tantivy::Index::open_or_create(files, fields.schema.clone())?;
        let writer = index.writer_with_num_threads(2, WRITER_BYTES)?;
        let held = index.load_metas()?.payload.as_deref().map(held_in).unwrap_or_default();
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self {
            segments,
            vault,
            fields,
            reader,
            manifests: RwLock::default(),
            writing: Mutex::new(Writing { writer, held }),
            erased: Mutex::default(),
        })
    }

    /// Takes what is new in the segments of `partitions`, drops what is gone, and makes anew those
    /// with words that were found to be erased.
    ///
    /// # Errors
    /// Where segments cannot be read or the index cannot be written: it stays as it was.
    pub fn catch_up(&self, partitions: &BTreeSet<Partition>) -> Result<Indexed, ArchiveError> {
        let mut done = Indexed::default();
        let mut writing = self.writing();
        let mut manifests = BTreeMap::new();
        for partition in partitions {
            manifests.insert(*partition, Arc::new(self.segments.manifest(*partition)?));
        }
        let erased = std::mem::take(&mut *self.erased());
        writing
            .held
            .retain(|(partition, number), _| !erased.contains(&segment_id(*partition, *number)));
        let mut uncommitted = 0;
        for (partition, manifest) in &manifests {
            let gone = self.drop_gone(&mut writing, (*partition, manifest));
            done.dropped = done.dropped.saturating_add(gone);
            uncommitted += usize::from(0 < gone);
            for head in &manifest.segments {
                if writing.held.get(&(*partition, head.number)) == Some(&head.digest) {
                    continue;
                }
                self.take(&mut writing, (*partition, head))?;
                done.cases = done.cases.saturating_add(u64::from(head.cases));
                uncommitted += 1;
                if COMMIT_SEGMENTS <= uncommitted {
                    commit(&mut writing)?;
                    uncommitted = 0;
                }
            }
        }
        if 0 < uncommitted {
            commit(&mut writing)?;
        }
        *self.manifests.write().unwrap_or_else(PoisonError::into_inner) = manifests;
        if 0 < done.cases || 0 < done.dropped || self.reader.searcher().num_docs() == 0 {
            self.reader.reload()?;
        }
        done.found = self.reader.searcher().num_docs();
        Ok(done)
    }

    fn drop_gone(
        &self,
        writing: &mut Writing,
        (partition, manifest): (Partition, &Manifest),
    ) -> u64 {
        let kept: BTreeSet<u32> = manifest.segments.iter().map(|head| head.number).collect();
        let is_gone = |(of, number): &(Partition, u32)| *of == partition && !kept.contains(number);
        let gone: Vec<_> = writing.held.keys().copied().filter(is_gone).collect();
        for (partition, number) in &gone {
            self.forget(writing, *partition, *number);
            writing.held.remove(&(*partition, *number));
        }
        u64::try_from(gone.len()).unwrap_or(u64::MAX)
    }

    fn forget(&self, writing: &Writing, partition: Partition, number: u32) {
        let id = segment_id(partition, number);
        writing.writer.delete_term(Term::from_field_u64(self.fields.segment, id));
    }

    fn take(
        &self,
        writing: &mut Writing,
        (partition, head): (Partition, &SegmentHead),
    ) -> Result<(), ArchiveError> {
        self.forget(writing, partition, head.number);
        let id = segment_id(partition, head.number);
        let key = self.vault.match_key();
        for (at, case) in self.segments.read_segment(partition, head)?.iter().enumerate() {
            let words = hashes_of(&self.vault, &key, &case.tickets);
            writing.writer.add_document(self.fields.document((id, at), case, words))?;
        }
        writing.held.insert((partition, head.number), head.digest);
        Ok(())
    }

    fn writing(&self) -> MutexGuard<'_, Writing> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn erased(&self) -> MutexGuard<'_, BTreeSet<u64>> {
        self.erased.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn commit(writing: &mut Writing) -> Result<(), ArchiveError> {
    let held = writing.held.iter();
    let lines =
        held.map(|((partition, number), digest)| format!("{partition} {number} {digest}\n"));
    let lines: String = lines.collect();
    let mut prepared = writing.writer.prepare_commit()?;
    prepared.set_payload(&lines);
    prepared.commit()?;
    Ok(())
}

fn held_in(lines: &str) -> Held {
    let line = |line: &str| {
        let mut words = line.split(' ');
        let partition = Partition(words.next()?.parse().ok()?);
        Some(((partition, words.next()?.parse().ok()?), words.next()?.parse().ok()?))
    };
    lines.lines().filter_map(line).collect()
}

fn broken(error: impl std::fmt::Display) -> ArchiveError {
    ArchiveError::Index(error.to_string())
}

impl From<TantivyError> for ArchiveError {
    fn from(error: TantivyError) -> Self {
        match error {
            TantivyError::LockFailure(LockError::LockBusy, _) => Self::Held,
            error => broken(error),
        }
    }
}
