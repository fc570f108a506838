//! Counts of a partition, kept by the core: facts over cases and organisations, never persons.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::case::CaseState;
use super::ticket::Channel;

/// The counts. Drills are in none of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default, JsonSchema)]
pub struct Tally {
    /// Signals that became tickets, by channel.
    #[schemars(schema_with = "counts_by::<Channel>")]
    pub tickets: BTreeMap<Channel, u64>,
    /// Tickets that fusion joined to an earlier case.
    pub fused: u64,
    /// Tickets that fusion would have joined to a case that was full.
    pub full: u64,
    /// Tickets kept in an overflow case because the partition was full.
    pub overflowed: u64,
    /// Signals a camera may not send (an item without `video_ok`): answered, never kept.
    pub video_refused: u64,
    /// Signals seen before, answered and not counted again.
    pub repeated: u64,
    /// Cases by state now, while in the situation.
    #[schemars(schema_with = "counts_by::<CaseState>")]
    pub cases: BTreeMap<CaseState, u64>,
    /// Cases ever opened.
    pub opened: u64,
    /// Cases ever closed.
    pub closed: u64,
    /// Stages ever overdue.
    pub overdue: u64,
    /// Replies given.
    pub replied: u64,
    /// Replies given after they were due.
    pub replied_late: u64,
    /// Commands done.
    pub commands_changed: u64,
    /// Commands refused.
    pub commands_refused: u64,
}

/// The schema of counts by a word: which words there are, too, and not only that they are words.
fn counts_by<Word: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let mut schema = generator.subschema_for::<BTreeMap<Word, u64>>();
    let word = generator.subschema_for::<Word>();
    schema.insert("propertyNames".to_owned(), word.to_value());
    schema
}
