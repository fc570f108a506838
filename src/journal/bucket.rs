//! A bucket of S3, and the threads that ask it.

use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::prefix::PrefixStore;
use object_store::{ClientOptions, ObjectStore, RetryConfig};
use tokio::runtime::{Builder, Runtime};

use crate::config::{S3Config, S3Credentials};

use super::snapshots::SnapshotError;

/// How long one request may take: a snapshot of 100,000 open cases is tens of megabytes.
const REQUEST_WITHIN: Duration = Duration::from_mins(1);
/// How long the server may take to be spoken to.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// How long a failing request is tried again: a fold goes on without a snapshot.
const RETRY_WITHIN: Duration = Duration::from_secs(30);
const RETRIES_MAX: usize = 3;

/// A runtime for nothing but asking.
#[derive(Debug)]
pub(super) struct Aside(Option<Runtime>);

impl Aside {
    fn new() -> Result<Self, SnapshotError> {
        let mut builder = Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).thread_name("snapshots").enable_all().build();
        runtime.map(Some).map(Self).map_err(SnapshotError::of)
    }

    /// Blocks this thread until `work` is done there.
    pub(super) fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, SnapshotError> {
        let (answer, heard) = sync_channel(1);
        if let Some(runtime) = &self.0 {
            // Whoever asks waits, so the channel takes it.
            runtime.spawn(async move { drop(answer.send(work.await)) });
        }
        heard.recv().map_err(SnapshotError::of)
    }
}

impl Drop for Aside {
    /// The last to let go may be within another runtime, where none may be waited for.
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// The bucket, all names beginning with the prefix, and who asks it.
pub(super) fn open(config: &S3Config) -> Result<(Arc<dyn ObjectStore>, Aside), SnapshotError> {
    // Another part of the process may have chosen already: the same.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = ClientOptions::new()
        .with_allow_http(config.allow_http)
        .with_timeout(REQUEST_WITHIN)
        .with_connect_timeout(CONNECT_WITHIN);
    let retry = RetryConfig {
        max_retries: RETRIES_MAX,
        retry_timeout: RETRY_WITHIN,
        ..RetryConfig::default()
    };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&config.bucket)
        .with_region(&config.region)
        .with_client_options(client)
        .with_retry(retry);
    if let Some(endpoint) = &config.endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    if let Some(S3Credentials { key_id, key, token }) = &config.credentials {
        builder = builder.with_access_key_id(key_id.reveal()).with_secret_access_key(key.reveal());
        if let Some(token) = token {
            builder = builder.with_token(token.reveal());
        }
    }
    let bucket = builder.build().map_err(SnapshotError::of)?;
    let bucket = PrefixStore::new(bucket, config.prefix.as_str());
    Ok((Arc::new(bucket), Aside::new()?))
}
