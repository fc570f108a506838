//! Where snapshots are kept: a directory, or a bucket.
//!
//! The calls block, wherever they are made from. A bucket is asked on a small runtime of its own,
//! so that a caller within another waits for nothing that only its own thread could do.

use std::ops::Range;
use std::path::{Path as Directory, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures::executor::block_on;
use futures::future::ready;
use futures::stream::{StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode};
use tokio::task::coop::unconstrained;

#[cfg(feature = "s3")]
use super::bucket::Aside;
use super::snapshots::SnapshotError;
use super::staged;

/// A place for snapshots.
#[derive(Debug)]
pub(super) struct Store {
    objects: Arc<dyn ObjectStore>,
    /// Where it is a directory: files are written there in pieces, and durably.
    directory: Option<PathBuf>,
    /// Where it is not: who asks.
    #[cfg(feature = "s3")]
    aside: Option<Aside>,
}

impl Store {
    /// A directory, made where it is new.
    pub(super) fn directory(path: &Directory) -> Result<Self, SnapshotError> {
        std::fs::create_dir_all(path).map_err(SnapshotError::of)?;
        let files = LocalFileSystem::new_with_prefix(path).map_err(SnapshotError::of)?;
        Ok(Self {
            objects: Arc::new(files),
            directory: Some(path.to_owned()),
            #[cfg(feature = "s3")]
            aside: None,
        })
    }

    /// A bucket.
    #[cfg(feature = "s3")]
    pub(super) fn bucket(config: &crate::config::S3Config) -> Result<Self, SnapshotError> {
        let (objects, aside) = super::bucket::open(config)?;
        Ok(Self { objects, directory: None, aside: Some(aside) })
    }

    /// Waits for `work`.
    #[cfg_attr(not(feature = "s3"), expect(clippy::unused_self, reason = "only a bucket is asked"))]
    fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = object_store::Result<T>> + Send + 'static,
    ) -> Result<T, SnapshotError> {
        #[cfg(feature = "s3")]
        if let Some(aside) = &self.aside {
            return aside.wait(work)?.map_err(SnapshotError::of);
        }
        // On a runtime's own thread its budget would run out here, and be renewed by nobody.
        block_on(unconstrained(work)).map_err(SnapshotError::of)
    }

    /// Puts an object; it is there whole or not at all.
    pub(super) fn put(&self, path: &Path, bytes: Bytes) -> Result<(), SnapshotError> {
        if let Some(directory) = &self.directory {
            let file = directory.join(path.as_ref());
            return staged::write(&file, &bytes).map_err(SnapshotError::of);
        }
        let (objects, path) = (Arc::clone(&self.objects), path.clone());
        self.wait(async move { objects.put(&path, bytes.into()).await.map(|_| ()) })
    }

    /// Puts an object where there is none; false where there is one.
    pub(super) fn create(&self, path: &Path, bytes: Bytes) -> Result<bool, SnapshotError> {
        if let Some(directory) = &self.directory {
            let file = directory.join(path.as_ref());
            return staged::create(&file, &bytes).map_err(SnapshotError::of);
        }
        let (objects, path) = (Arc::clone(&self.objects), path.clone());
        self.wait(async move {
            match objects.put_opts(&path, bytes.into(), PutMode::Create.into()).await {
                Err(object_store::Error::AlreadyExists { .. }) => Ok(false),
                put => put.map(|_| true),
            }
        })
    }

    /// An object's bytes.
    pub(super) fn get(&self, path: &Path) -> Result<Bytes, SnapshotError> {
        let (objects, path) = (Arc::clone(&self.objects), path.clone());
        self.wait(async move { objects.get(&path).await?.bytes().await })
    }

    /// An object's bytes; none where there is no such object.
    pub(super) fn get_if_there(&self, path: &Path) -> Result<Option<Bytes>, SnapshotError> {
        let (objects, path) = (Arc::clone(&self.objects), path.clone());
        self.wait(async move {
            match objects.get(&path).await {
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                found => found?.bytes().await.map(Some),
            }
        })
    }

    /// Some of an object's bytes.
    pub(super) fn get_range(&self, path: &Path, range: Range<u64>) -> Result<Bytes, SnapshotError> {
        let (objects, path) = (Arc::clone(&self.objects), path.clone());
        self.wait(async move { objects.get_range(&path, range).await })
    }

    /// The objects of a folder, in any order.
    pub(super) fn list(&self, folder: &Path) -> Result<Vec<Path>, SnapshotError> {
        let (objects, folder) = (Arc::clone(&self.objects), folder.clone());
        let listed = async move {
            let found = objects.list(Some(&folder)).map_ok(|object| object.location);
            found.try_collect().await
        };
        self.wait(listed)
    }

    /// Removes objects. One that another process has removed meanwhile is gone as well.
    pub(super) fn remove(&self, paths: Vec<Path>) -> Result<(), SnapshotError> {
        let objects = Arc::clone(&self.objects);
        let paths = futures::stream::iter(paths.into_iter().map(Ok)).boxed();
        let gone = |removed: object_store::Result<Path>| match removed {
            Ok(_) | Err(object_store::Error::NotFound { .. }) => ready(Ok(())),
            Err(error) => ready(Err(error)),
        };
        self.wait(async move { objects.delete_stream(paths).then(gone).try_collect().await })
    }

    /// Removes what was being written to `folder` under the names that `unwanted` picks, and never
    /// came to an end. A bucket has nothing of the kind.
    pub(super) fn remove_unfinished(
        &self,
        folder: &Path,
        unwanted: impl Fn(&str) -> bool,
    ) -> Result<(), SnapshotError> {
        let Some(directory) = &self.directory else { return Ok(()) };
        staged::remove_unfinished(&directory.join(folder.as_ref()), unwanted)
            .map_err(SnapshotError::of)
    }

    /// The folders there are.
    pub(super) fn folders(&self) -> Result<Vec<Path>, SnapshotError> {
        let objects = Arc::clone(&self.objects);
        let found = self.wait(async move { objects.list_with_delimiter(None).await })?;
        Ok(found.common_prefixes)
    }
}
