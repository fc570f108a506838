//! Following the changes over HTTP: from the start, and on from where a broken stream ended.

use std::time::Duration;

use tokio::sync::mpsc;

use crate::domain::{ChangeRange, Partition};
use crate::shutdown::Stop;
use crate::wire::lines;

use super::api::Api;
use super::onward::SHIFT_LEADER;

/// The pause before a broken stream is taken up again.
const RETRY: Duration = Duration::from_millis(300);

/// Hands every range of a partition to `seen` until asked to stop.
pub(super) async fn follow(
    api: Api,
    partition: Partition,
    seen: mpsc::Sender<ChangeRange>,
    mut stop: Stop,
) {
    let mut since: Option<String> = None;
    while !stop.is_asked() && !seen.is_closed() {
        tokio::select! {
            () = stop.asked() => return,
            () = one_stream(&api, partition, &mut since, &seen) => {}
        }
        tokio::time::sleep(RETRY).await;
    }
}

async fn one_stream(
    api: &Api,
    partition: Partition,
    since: &mut Option<String>,
    seen: &mpsc::Sender<ChangeRange>,
) {
    // Who has no seat is not shown the closed rooms' cases, and they would wait for ever.
    let changes = api.changes(SHIFT_LEADER, partition, since.as_deref());
    let Ok(mut response) = changes.await else { return };
    let mut rest = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        rest.extend_from_slice(&chunk);
        let Some(end) = rest.iter().rposition(|byte| *byte == b'\n') else { continue };
        let left = rest.split_off(end + 1);
        for line in rest.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let Ok(range) = lines::decode(line) else { return };
            *since = Some(format!("{}:{}", range.epoch.0, range.to));
            if seen.send(range).await.is_err() {
                return;
            }
        }
        rest = left;
    }
}
