//! Objects under names, in the store that snapshots lie in: written whole, read in part.

use std::ops::Range;
use std::path::Path as Directory;

use bytes::Bytes;
use object_store::path::Path;

use crate::config::SnapshotsConfig;

use super::snapshots::SnapshotError;
use super::store::Store;

/// A folder of objects. The calls block: they are made from threads of their own.
#[derive(Debug)]
pub struct Objects {
    store: Store,
    folder: &'static str,
}

impl Objects {
    /// The objects of `folder` under a directory, made where it is new.
    ///
    /// # Errors
    /// Where the directory cannot be made.
    pub fn open(directory: &Directory, folder: &'static str) -> Result<Self, SnapshotError> {
        Ok(Self { store: Store::directory(directory)?, folder })
    }

    /// The objects of `folder` where `config` says that snapshots lie; under `own` where that is a
    /// directory of this process's own.
    ///
    /// # Errors
    /// Where the directory cannot be made; a bucket is asked only when it is used.
    pub fn in_store(
        config: &SnapshotsConfig,
        (own, folder): (&Directory, &'static str),
    ) -> Result<Self, SnapshotError> {
        match config {
            SnapshotsConfig::Directory(_) => Self::open(own, folder),
            SnapshotsConfig::Shared(directory) => Self::open(directory, folder),
            #[cfg(feature = "s3")]
            SnapshotsConfig::S3(bucket) => Ok(Self { store: Store::bucket(bucket)?, folder }),
            #[cfg(not(feature = "s3"))]
            SnapshotsConfig::S3(_) => {
                Err(SnapshotError::of("this build has no S3: it wants the feature `s3`"))
            }
        }
    }

    fn path(&self, name: &str) -> Path {
        Path::from(format!("{}/{name}", self.folder))
    }

    /// Puts an object; it is there whole or not at all.
    ///
    /// # Errors
    /// Where it could not be written.
    pub fn put(&self, name: &str, bytes: Bytes) -> Result<(), SnapshotError> {
        self.store.put(&self.path(name), bytes)
    }

    /// Puts an object where there is none of that name; false where there is one.
    ///
    /// # Errors
    /// Where it could not be written.
    pub fn create(&self, name: &str, bytes: Bytes) -> Result<bool, SnapshotError> {
        self.store.create(&self.path(name), bytes)
    }

    /// The names of the objects right under `folder`, in any order.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub fn names(&self, folder: &str) -> Result<Vec<String>, SnapshotError> {
        let found = self.store.list(&self.path(folder))?;
        Ok(found.iter().filter_map(Path::filename).map(str::to_owned).collect())
    }

    /// An object's bytes; none where there is no such object.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn get(&self, name: &str) -> Result<Option<Bytes>, SnapshotError> {
        self.store.get_if_there(&self.path(name))
    }

    /// Some of an object's bytes.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn get_range(&self, name: &str, range: Range<u64>) -> Result<Bytes, SnapshotError> {
        self.store.get_range(&self.path(name), range)
    }

    /// Removes objects; those that are gone already are gone as they should be.
    ///
    /// # Errors
    /// Where one could not be removed.
    pub fn remove(&self, names: &[String]) -> Result<(), SnapshotError> {
        self.store.remove(names.iter().map(|name| self.path(name)).collect())
    }
}
