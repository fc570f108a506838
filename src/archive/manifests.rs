//! Manifests: which segments count, as a row of generations that nobody can overwrite.
//!
//! **Invariant, one writer at a time.** A generation is made once. Who stood still while another
//! took over its partition finds the next one made, and begins again from it.

use crate::domain::Partition;
use crate::journal::Objects;
use crate::wire::archive_v1::{self, Manifest};

use super::segments::ArchiveError;

/// Generations that are kept: the one in force, and one that somebody may be reading.
const KEPT: u64 = 2;
/// Tries to read a generation that was replaced between its listing and its reading.
const READS_MAX: usize = 3;

/// The newest manifest of `partition`; an empty one where nothing is archived yet.
pub(super) fn newest(objects: &Objects, partition: Partition) -> Result<Manifest, ArchiveError> {
    for _ in 0..READS_MAX {
        let Some(generation) = generations(objects, partition)?.into_iter().max() else {
            return Ok(Manifest::default());
        };
        if let Some(bytes) = objects.get(&name(partition, generation))? {
            return Ok(Manifest { generation, ..archive_v1::decode(&bytes)? });
        }
    }
    Err(ArchiveError::Overtaken { partition })
}

/// Makes `next` the manifest of `partition`, one generation after `manifest`, which it becomes.
///
/// # Errors
/// [`ArchiveError::Overtaken`] where another has made that generation: `manifest` is as it was.
pub(super) fn publish(
    objects: &Objects,
    (partition, manifest): (Partition, &mut Manifest),
    mut next: Manifest,
) -> Result<(), ArchiveError> {
    next.generation = manifest.generation.saturating_add(1);
    let stored = archive_v1::encode(&next)?;
    if !objects.create(&name(partition, next.generation), stored)? {
        return Err(ArchiveError::Overtaken { partition });
    }
    let old = next.generation.saturating_sub(KEPT);
    *manifest = next;
    let is_old = |generation: &u64| *generation <= old;
    let old = generations(objects, partition)?.into_iter().filter(is_old);
    let old: Vec<_> = old.map(|generation| name(partition, generation)).collect();
    Ok(objects.remove(&old)?)
}

fn generations(objects: &Objects, partition: Partition) -> Result<Vec<u64>, ArchiveError> {
    let names = objects.names(&folder(partition))?;
    Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
}

fn folder(partition: Partition) -> String {
    format!("{partition}/manifests")
}

fn name(partition: Partition, generation: u64) -> String {
    format!("{}/{generation:012}", folder(partition))
}
