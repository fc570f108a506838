//! Keeps this gateway's index of the archive: takes what the archiver has written.

use std::sync::Arc;
use std::time::Duration;

use super::gateway::Gateway;

/// Between two looks for new segments.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Takes what is new in the archive until asked to stop. What cannot be read is tried again.
///
/// # Errors
/// Never: a gateway without its archive still shows what is open.
pub async fn keep_index(gateway: Gateway) -> Result<(), std::convert::Infallible> {
    let mut stop = gateway.parts.stop.clone();
    let Some(index) = gateway.parts.archive.clone() else {
        stop.asked().await;
        return Ok(());
    };
    let partitions = Arc::new(gateway.parts.config.partitions.all());
    while !stop.is_asked() {
        let (index, partitions) = (Arc::clone(&index), Arc::clone(&partitions));
        match tokio::task::spawn_blocking(move || index.catch_up(&partitions)).await {
            Ok(Ok(done)) => {
                let found = i64::try_from(done.found).unwrap_or(i64::MAX);
                gateway.parts.metrics.gateway_archive_cases.set(found);
            }
            Ok(Err(error)) => tracing::warn!(%error, "the archive's index stands still"),
            Err(error) => tracing::error!(%error, "indexing the archive broke off"),
        }
        stop.rest(LOOK_EVERY).await;
    }
    Ok(())
}
