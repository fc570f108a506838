//! What a search found.

use schemars::JsonSchema;
use serde::Serialize;

use super::desk::{AsOf, CaseRow};

/// A case that was found.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SearchRow {
    /// Its row.
    #[serde(flatten)]
    pub row: CaseRow,
    /// Whether it has left memory: nothing more can be asked of it.
    pub archived: bool,
}

/// What was found, newest first.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SearchPage {
    /// The rows. There may be fewer than `limit` and more to come.
    pub cases: Vec<SearchRow>,
    /// What to give as `after` to go on; none where there is nothing more.
    pub next: Option<String>,
    /// How many archived cases can be found here; none where this gateway has no archive.
    pub archive: Option<u64>,
    /// How far each partition's picture reaches.
    pub as_of: Vec<AsOf>,
}
