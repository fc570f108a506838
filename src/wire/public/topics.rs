//! The topics that others read and write: their names, and how the cluster keeps them.

use crate::domain::limits::BODY_BYTES_MAX;
use crate::domain::time::{DAY_MS, HOUR_MS};
use crate::wire::feeds::Feed;

/// Every change of a case and of its tickets.
pub const CASE_CHANGES: &str = "case-changes";
/// What the field is told.
pub const ORDERS: &str = "orders";
/// The current row of each case.
pub const SITUATION: &str = "situation";
/// What could not be taken in.
pub const DEAD_LETTERS: &str = "dead-letters";
/// Where each feed is read.
pub const FEEDS: [(Feed, &str); 6] = [
    (Feed::Signal, "feed.signal"),
    (Feed::Hotline, "feed.hotline"),
    (Feed::Open311, "feed.open311"),
    (Feed::Detection, "feed.detection"),
    (Feed::Cad, "feed.cad"),
    (Feed::City311, "feed.city311"),
];

/// How many partitions a topic has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// As many as the journal: a partition of it, a partition here.
    Counties,
    /// As many as the looks of cameras.
    Cameras,
    /// One.
    One,
}

/// What the cluster removes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cleanup {
    /// What is older than so many milliseconds.
    After(i64),
    /// What a newer record of the same key has replaced.
    Replaced,
}

/// A topic whose records are not ours in form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForeignTopic {
    /// Its name, without the prefix.
    pub name: &'static str,
    /// How many partitions.
    pub spread: Spread,
    /// What goes.
    pub cleanup: Cleanup,
    /// The largest record, bytes.
    pub record_bytes_max: usize,
}

/// The largest record that leaves.
const LEAVING_BYTES_MAX: usize = 1_024 * 1_024;
/// The largest record that a feed may bring. It is more than a body may have, so that one that is
/// too large becomes a dead letter that says so.
const FEED_BYTES_MAX: usize = 4 * BODY_BYTES_MAX;
/// How long what left is kept for who was away.
const LEFT_KEPT_MS: i64 = 7 * DAY_MS;
/// How long what came is kept. It may hold text in clear, so it is no longer than it must be.
const FEED_KEPT_MS: i64 = DAY_MS;
/// How long a tombstone is kept for who was away.
const TOMBSTONE_KEPT_MS: i64 = 7 * DAY_MS;
/// How long a row that was replaced is kept at least: its writer may have to write it again.
const REPLACED_KEPT_MS: i64 = HOUR_MS;

const fn leaves(name: &'static str, spread: Spread, cleanup: Cleanup) -> ForeignTopic {
    ForeignTopic { name, spread, cleanup, record_bytes_max: LEAVING_BYTES_MAX }
}

const fn comes(name: &'static str, spread: Spread) -> ForeignTopic {
    let cleanup = Cleanup::After(FEED_KEPT_MS);
    ForeignTopic { name, spread, cleanup, record_bytes_max: FEED_BYTES_MAX }
}

/// All of them.
pub const TOPICS: [ForeignTopic; 10] = [
    leaves(CASE_CHANGES, Spread::Counties, Cleanup::After(LEFT_KEPT_MS)),
    leaves(ORDERS, Spread::Counties, Cleanup::After(LEFT_KEPT_MS)),
    leaves(SITUATION, Spread::Counties, Cleanup::Replaced),
    leaves(DEAD_LETTERS, Spread::One, Cleanup::After(LEFT_KEPT_MS)),
    comes(FEEDS[0].1, Spread::Counties),
    comes(FEEDS[1].1, Spread::Counties),
    comes(FEEDS[2].1, Spread::Counties),
    comes(FEEDS[3].1, Spread::Cameras),
    comes(FEEDS[4].1, Spread::Counties),
    comes(FEEDS[5].1, Spread::Counties),
];

impl ForeignTopic {
    /// Its settings on the cluster.
    #[must_use]
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let mut settings = vec![
            ("message.timestamp.type", "LogAppendTime".to_owned()),
            ("max.message.bytes", self.record_bytes_max.to_string()),
        ];
        match self.cleanup {
            Cleanup::After(ms) => settings
                .extend([("cleanup.policy", "delete".into()), ("retention.ms", ms.to_string())]),
            Cleanup::Replaced => settings.extend([
                ("cleanup.policy", "compact".to_owned()),
                ("delete.retention.ms", TOMBSTONE_KEPT_MS.to_string()),
                ("min.compaction.lag.ms", REPLACED_KEPT_MS.to_string()),
            ]),
        }
        if self.record_bytes_max == FEED_BYTES_MAX {
            // So the limit is of what is read, and a few bytes cannot become gigabytes here.
            settings.push(("compression.type", "uncompressed".to_owned()));
        }
        settings
    }
}
