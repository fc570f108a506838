//! A search: candidates of the index, newest first, each read and looked at before it counts.

use std::collections::VecDeque;
use std::ops::Bound;
use std::sync::{Arc, PoisonError};

use tantivy::collector::TopDocs;
use tantivy::query::{AllQuery, BooleanQuery, Query, RangeQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Order, Searcher, Term};

use crate::domain::{
    Case, GridCode, ItemCode, KindCode, OrgCode, Partition, Ticket, TicketId, Timestamp,
};
use crate::wire::archive_v1::{Archived, Manifest};

use super::index::Index;
use super::key::first_at;
use super::schema::{KEY, PLACE_IN_SEGMENT, SEGMENT, numbers, orgs, segment_of, text};
use super::segments::{ArchiveError, within};
use super::words::{Sought, Standing};

/// Candidates taken from the index at once.
const CANDIDATES: usize = 256;
/// Candidates that one search looks at; who asks goes on from there.
const LOOKED_AT_MAX: usize = 4_096;
/// Blocks that one search keeps unpacked.
const BLOCKS_KEPT: usize = 16;

/// What is asked for; all of it must be so.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// A case's or a ticket's number, or one that a sender quotes.
    pub number: Option<String>,
    /// The item.
    pub item: Option<ItemCode>,
    /// The place, or one that holds it; all of them.
    pub places: Vec<GridCode>,
    /// An organisation, whatever its part.
    pub org: Option<OrgCode>,
    /// The kind.
    pub kind: Option<KindCode>,
    /// Opened at this moment or later.
    pub from: Option<Timestamp>,
    /// Opened before this moment.
    pub to: Option<Timestamp>,
    /// Words.
    pub words: Option<Sought>,
    /// Only what stands below this place ([`super::sort_key`]).
    pub below: Option<u64>,
}

/// A case that was found, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCase {
    /// Where it stands among all.
    pub key: u64,
    /// The case.
    pub case: Archived,
}

/// What was found, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The cases.
    pub cases: Vec<FoundCase>,
    /// Below which place the search goes on; none where there is nothing more.
    pub next: Option<u64>,
}

impl Asked {
    /// The places to look at: at or above the first, below the second.
    #[must_use]
    pub fn bounds(&self) -> (u64, u64) {
        let from = self.from.map_or(0, first_at);
        let to = self.to.map_or(u64::MAX, first_at);
        (from, to.min(self.below.unwrap_or(u64::MAX)))
    }

    /// Whether an open case with these tickets is meant, its words aside.
    #[must_use]
    pub fn means<'a>(&self, row: &Case, tickets: impl IntoIterator<Item = &'a Ticket>) -> bool {
        let is = |wanted: Option<bool>| wanted.unwrap_or(true);
        is(self.item.map(|item| row.item == Some(item)))
            && is(self.kind.map(|kind| row.kind == kind))
            && self.places.iter().all(|place| row.place.grid.is_some_and(|at| place.holds(at)))
            && is(self.org.as_ref().map(|org| orgs(row).contains(org)))
            && is(self.number.as_ref().map(|it| numbers(row, tickets).contains(it)))
    }
}

/// A place in the index.
struct Candidate {
    key: u64,
    segment: u64,
    at: usize,
}

/// One search's reading: blocks are read once.
struct Reading<'a> {
    index: &'a Index,
    manifests: std::collections::BTreeMap<Partition, Arc<Manifest>>,
    blocks: VecDeque<((u64, usize), Vec<Archived>)>,
}

impl Index {
    /// The newest `limit` cases that are `asked` for and that `may` be shown.
    ///
    /// # Errors
    /// Where the index or a segment cannot be read.
    pub fn search(
        &self,
        asked: &Asked,
        may: impl Fn(&Archived) -> bool,
        limit: usize,
    ) -> Result<Found, ArchiveError> {
        let manifests = self.manifests.read().unwrap_or_else(PoisonError::into_inner).clone();
        let mut reading = Reading { index: self, manifests, blocks: VecDeque::new() };
        let searcher = self.reader.searcher();
        let mut asked = asked.clone();
        let (mut found, mut looked_at) = (Found::default(), 0);
        loop {
            let candidates = self.candidates(&searcher, &asked, limit)?;
            for candidate in &candidates {
                asked.below = Some(candidate.key);
                looked_at += 1;
                if let Some(case) = reading.hit(candidate, &asked, &may)? {
                    found.cases.push(FoundCase { key: candidate.key, case });
                }
                if limit <= found.cases.len() || LOOKED_AT_MAX <= looked_at {
                    found.next = asked.below;
                    return Ok(found);
                }
            }
            if candidates.len() < CANDIDATES.max(limit) {
                return Ok(found);
            }
        }
    }

    /// A ticket of this number was erased: the hashes of its words leave at the next
    /// [`Index::catch_up`], which makes its segment's entries anew.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn note_erasure(&self, ticket: TicketId) -> Result<(), ArchiveError> {
        let asked = Asked { number: Some(ticket.to_string()), ..Asked::default() };
        let found = self.candidates(&self.reader.searcher(), &asked, 1)?;
        self.erased().extend(found.into_iter().map(|candidate| candidate.segment));
        Ok(())
    }

    /// How many cases the index takes for candidates, at the most `CANDIDATES`: for tests of what
    /// it still knows.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn candidates_for(&self, asked: &Asked) -> Result<usize, ArchiveError> {
        Ok(self.candidates(&self.reader.searcher(), asked, 1)?.len())
    }

    fn candidates(
        &self,
        searcher: &Searcher,
        asked: &Asked,
        limit: usize,
    ) -> Result<Vec<Candidate>, ArchiveError> {
        let top = TopDocs::with_limit(CANDIDATES.max(limit));
        let newest = top.order_by_fast_field::<u64>(KEY, Order::Desc);
        let query = BooleanQuery::intersection(self.terms(asked));
        let mut candidates = Vec::new();
        for (key, address) in searcher.search(&query, &newest)? {
            let fast = searcher.segment_reader(address.segment_ord).fast_fields();
            let value = |name| Ok::<_, ArchiveError>(fast.u64(name)?.first(address.doc_id));
            let (segment, at) = (value(SEGMENT)?, value(PLACE_IN_SEGMENT)?);
            if let (Some(key), Some(segment), Some(at)) = (key, segment, at) {
                let at = usize::try_from(at).unwrap_or(usize::MAX);
                candidates.push(Candidate { key, segment, at });
            }
        }
        Ok(candidates)
    }

    fn terms(&self, asked: &Asked) -> Vec<Box<dyn Query>> {
        let fields = &self.fields;
        let mut terms: Vec<Box<dyn Query>> = Vec::new();
        let mut add = |term: Term| terms.push(Box::new(TermQuery::new(term, BASIC)));
        let mut named = |field: Field, name: Option<String>| {
            if let Some(name) = name {
                add(text(field, &name));
            }
        };
        named(fields.number, asked.number.clone());
        named(fields.item, asked.item.map(|item| item.to_string()));
        named(fields.kind, asked.kind.map(|kind| kind.to_string()));
        named(fields.org, asked.org.as_ref().map(|org| org.0.clone()));
        for place in &asked.places {
            named(fields.place, Some(place.to_string()));
        }
        let key = self.vault.match_key();
        for hash in asked.words.iter().flat_map(|words| words.hashes(&key)) {
            add(Term::from_field_u64(fields.words, hash));
        }
        let (from, below) = asked.bounds();
        if 0 < from || below < u64::MAX {
            let bound = |key| Term::from_field_u64(fields.key, key);
            let range = (Bound::Included(bound(from)), Bound::Excluded(bound(below)));
            terms.push(Box::new(RangeQuery::new(range.0, range.1)));
        }
        if terms.is_empty() {
            terms.push(Box::new(AllQuery));
        }
        terms
    }
}

const BASIC: IndexRecordOption = IndexRecordOption::Basic;

impl Reading<'_> {
    /// The case of a candidate, where it is what was asked for and may be shown.
    fn hit(
        &mut self,
        candidate: &Candidate,
        asked: &Asked,
        may: &impl Fn(&Archived) -> bool,
    ) -> Result<Option<Archived>, ArchiveError> {
        let index = self.index;
        let Some(case) = self.case(candidate)?.filter(|case| may(case)) else { return Ok(None) };
        if let Some(words) = &asked.words {
            match words.is_in(&index.vault, &case.tickets) {
                Standing::Present => {}
                Standing::Absent => return Ok(None),
                Standing::Erased => {
                    index.erased().insert(candidate.segment);
                    return Ok(None);
                }
            }
        }
        Ok(Some(case.clone()))
    }

    /// The case at a place; none where its segment was dropped or written anew this moment.
    fn case(&mut self, candidate: &Candidate) -> Result<Option<&Archived>, ArchiveError> {
        let (block, within) = within(candidate.at);
        let name = (candidate.segment, block);
        if !self.blocks.iter().any(|(kept, _)| *kept == name) {
            let (partition, number) = segment_of(candidate.segment);
            let manifest = self.manifests.get(&partition);
            let heads = manifest.map_or(&[][..], |manifest| &manifest.segments);
            let at = heads.binary_search_by_key(&number, |head| head.number);
            let Some(head) = at.ok().and_then(|at| heads.get(at)) else { return Ok(None) };
            let cases = self.index.segments.read_block((partition, head), block)?;
            self.blocks.truncate(BLOCKS_KEPT.saturating_sub(1));
            self.blocks.push_front((name, cases));
        }
        let kept = self.blocks.iter().find(|(kept, _)| *kept == name);
        Ok(kept.and_then(|(_, cases)| cases.get(within)))
    }
}
