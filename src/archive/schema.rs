//! What the index knows of a case: what may be asked for, and where the case lies.

use std::collections::BTreeSet;

use tantivy::schema::{FAST, Field, INDEXED, STRING, Schema};
use tantivy::{TantivyDocument, Term};

use crate::domain::{Case, GridCode, OrgCode, Partition, Ticket};
use crate::wire::archive_v1::Archived;

use super::key::sort_key;

/// The names of the fast fields.
pub(super) const KEY: &str = "key";
pub(super) const SEGMENT: &str = "segment";
pub(super) const PLACE_IN_SEGMENT: &str = "at";

/// The fields.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    pub(super) schema: Schema,
    pub(super) key: Field,
    pub(super) segment: Field,
    at: Field,
    pub(super) number: Field,
    pub(super) item: Field,
    pub(super) place: Field,
    pub(super) org: Field,
    pub(super) kind: Field,
    pub(super) words: Field,
}

impl Fields {
    pub(super) fn new() -> Self {
        let mut builder = Schema::builder();
        let key = builder.add_u64_field(KEY, FAST | INDEXED);
        let segment = builder.add_u64_field(SEGMENT, FAST | INDEXED);
        let at = builder.add_u64_field(PLACE_IN_SEGMENT, FAST);
        let [number, item, place, org, kind] = ["number", "item", "place", "org", "kind"]
            .map(|name| builder.add_text_field(name, STRING));
        let words = builder.add_u64_field("words", INDEXED);
        let schema = builder.build();
        Self { schema, key, segment, at, number, item, place, org, kind, words }
    }

    /// What is indexed of the case at `at` of a segment.
    pub(super) fn document(
        &self,
        (segment, at): (u64, usize),
        case: &Archived,
        words: BTreeSet<u64>,
    ) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        let row = &case.row;
        document.add_u64(self.key, sort_key(row.id, row.opened_at));
        document.add_u64(self.segment, segment);
        document.add_u64(self.at, u64::try_from(at).unwrap_or(u64::MAX));
        for number in numbers(row, &case.tickets) {
            document.add_text(self.number, number);
        }
        if let Some(item) = row.item {
            document.add_text(self.item, item.to_string());
        }
        for place in row.place.grid.into_iter().flat_map(places) {
            document.add_text(self.place, place.to_string());
        }
        for org in orgs(row) {
            document.add_text(self.org, &org.0);
        }
        document.add_text(self.kind, row.kind.to_string());
        for word in words {
            document.add_u64(self.words, word);
        }
        document
    }
}

/// How a segment is named in the index.
pub(super) fn segment_id(partition: Partition, number: u32) -> u64 {
    u64::from(partition.0) << 32 | u64::from(number)
}

/// The partition and number of a segment.
pub(super) fn segment_of(id: u64) -> (Partition, u32) {
    let partition = u16::try_from(id >> 32).unwrap_or(u16::MAX);
    (Partition(partition), u32::try_from(id & u64::from(u32::MAX)).unwrap_or(u32::MAX))
}

pub(super) fn text(field: Field, text: &str) -> Term {
    Term::from_field_text(field, text)
}

/// The numbers a case is known by: its own, its tickets', and those that senders quote.
pub(super) fn numbers<'a>(
    row: &Case,
    tickets: impl IntoIterator<Item = &'a Ticket>,
) -> BTreeSet<String> {
    let quoted = |ticket: &Ticket| {
        let external = Some(ticket.external_id.clone()).filter(|id| !id.is_empty());
        std::iter::once(ticket.id.to_string()).chain(external)
    };
    let tickets = tickets.into_iter().flat_map(quoted);
    std::iter::once(row.id.to_string()).chain(tickets).collect()
}

/// The organisations of a case, whatever their part.
pub(super) fn orgs(row: &Case) -> BTreeSet<&OrgCode> {
    let parts = row.assists.iter().chain(row.parts.keys());
    row.lead.iter().chain(&row.origin).chain(parts).collect()
}

/// A grid and every place that holds it.
fn places(grid: GridCode) -> impl Iterator<Item = GridCode> {
    let levels = GridCode::LEVELS.into_iter().filter(move |digits| *digits <= grid.digits());
    levels.map(move |digits| grid.prefix(digits))
}
