//! A follower of the changes stream, as a page or a neighbouring system would be.

use std::collections::BTreeMap;

use liandong::domain::ChangeRange;

use crate::Failure;
use crate::http::Connection;

/// Where a follower stands in each partition: epoch and position, as the stream writes them.
pub(crate) type Cursors = BTreeMap<u16, String>;

/// The path that continues `partition` after what `cursors` holds.
pub(crate) fn path(partition: u16, cursors: &Cursors) -> String {
    match cursors.get(&partition) {
        Some(since) => format!("/api/v1/changes?partition={partition}&since={since}"),
        None => format!("/api/v1/changes?partition={partition}"),
    }
}

/// The cursor after `range`.
pub(crate) fn cursor(range: &ChangeRange) -> String {
    format!("{}:{}", range.epoch.0, range.to)
}

/// Follows one partition and hands each line to `take` until the stream or `take` ends it.
pub(crate) async fn lines(
    address: &str,
    path: &str,
    token: &str,
    mut take: impl FnMut(&[u8]) -> Result<bool, Failure>,
) -> Result<(), Failure> {
    let mut stream = Connection::open(address).await?.stream(path, Some(token)).await?;
    while let Some(chunk) = stream.next().await? {
        for line in chunk.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            if !take(line)? {
                return Ok(());
            }
        }
    }
    Ok(())
}
