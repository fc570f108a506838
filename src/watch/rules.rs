//! When a camera's hits are an episode.

use std::collections::BTreeSet;

use crate::domain::ItemCode;
use crate::domain::time::{MINUTE_MS, SECOND_MS};

/// What the fold goes by. The same for all cameras.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WatchRules {
    /// How long the object must be there before it is an episode.
    pub dwell_ms: i64,
    /// In how many looks at least.
    pub looks_min: u32,
    /// Looks in a row without the object that end it.
    pub clear_looks: u16,
    /// How often a going episode is said again at most.
    pub update_every_ms: i64,
    /// How long a camera may say nothing of it before it ends.
    pub silence_ms: i64,
    /// Sights (camera and item) held at once; beyond it new ones are ignored and counted.
    pub sights_max: usize,
    /// Items a camera may report.
    pub allowed: BTreeSet<ItemCode>,
}

impl Default for WatchRules {
    /// 8,500 cameras with a dozen rules each; nothing is allowed until the catalogue says so.
    fn default() -> Self {
        Self {
            dwell_ms: 10 * SECOND_MS,
            looks_min: 2,
            clear_looks: 2,
            update_every_ms: MINUTE_MS,
            silence_ms: 5 * MINUTE_MS,
            sights_max: 100_000,
            allowed: BTreeSet::new(),
        }
    }
}
