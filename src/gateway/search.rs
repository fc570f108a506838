//! Searching: the open cases of the pictures and the archived ones, as one list, newest first.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::Deserialize;

use crate::access::{Act, Visitor};
use crate::archive::{Asked, Found, Sought, Standing, sort_key};
use crate::domain::{Case, GridCode, ItemCode, KindCode, OrgCode, Partition, Ticket, Timestamp};
use crate::picture::Rows;
use crate::telemetry::Stopwatch;
use crate::wire::pages::{SearchPage, SearchRow};

use super::asking::Asking;
use super::gateway::Gateway;
use super::refused::Problem;

/// Rows a page has unless told, and at the most: each row of the archive is read from a block.
const ROWS: usize = 50;
const ROWS_MAX: usize = 200;
/// Open cases whose words one search opens; who asks goes on from there.
const OPENED_MAX: usize = 20_000;

/// What is searched for; all of it must be so.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchAsked {
    q: Option<String>,
    number: Option<String>,
    item: Option<ItemCode>,
    place: Option<GridCode>,
    org: Option<OrgCode>,
    kind: Option<KindCode>,
    from: Option<i64>,
    to: Option<i64>,
    limit: Option<usize>,
    after: Option<u64>,
}

impl SearchAsked {
    /// What the archive is asked, within what `visitor` may look at.
    fn within(self, visitor: &Visitor) -> Result<Asked, Problem> {
        let words = match self.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
            None => None,
            Some(typed) => {
                visitor.may(Act::ReadWords)?;
                let least = "q: each word has two characters or more, 64 in all";
                Some(Sought::of(typed).ok_or_else(|| Problem::unreadable(least))?)
            }
        };
        if self.from.zip(self.to).is_some_and(|(from, to)| to <= from) {
            return Err(Problem::senseless("from is before to"));
        }
        Ok(Asked {
            number: self.number,
            item: self.item,
            places: self.place.into_iter().chain(visitor.part_of_county()).collect(),
            org: self.org,
            kind: self.kind,
            from: self.from.map(Timestamp),
            to: self.to.map(Timestamp),
            words,
            below: self.after,
        })
    }
}

/// `GET /api/v1/search`
pub(super) async fn search(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
    asked: Result<Query<SearchAsked>, QueryRejection>,
) -> Result<Json<SearchPage>, Problem> {
    let Query(asked) = asked.map_err(Problem::unreadable)?;
    visitor.may(Act::ReadRows)?;
    let limit = asked.limit.unwrap_or(ROWS);
    if !(1..=ROWS_MAX).contains(&limit) {
        return Err(Problem::unreadable(format!("limit is 1 to {ROWS_MAX}")));
    }
    let asked = asked.within(&visitor)?;
    if asked.words.is_some() {
        // Who looks through what people wrote is known; what they look for is not written down.
        let account = visitor.account().unwrap_or_default();
        tracing::info!(account, "words were searched");
    }
    let watch = Stopwatch::start();
    let searching = gateway.clone();
    let work = move || searching.found(&visitor, &asked, limit);
    let page = tokio::task::spawn_blocking(work).await.map_err(Problem::broken)??;
    gateway.parts.metrics.gateway_search_seconds.observe(watch.elapsed().as_secs_f64());
    Ok(Json(page))
}

impl Gateway {
    fn found(&self, visitor: &Visitor, asked: &Asked, limit: usize) -> Result<SearchPage, Problem> {
        let (open, open_next) = self.open_found(visitor, asked, limit)?;
        let (archived, archive) = self.archived_found(visitor, asked, limit)?;
        // What is cut off on one side cuts the other too: nothing between is passed over.
        let ends = [open_next, archived.next];
        let mut rows = BTreeMap::new();
        for found in archived.cases {
            rows.insert(found.key, (Arc::new(found.case.row), true));
        }
        // Of one that is leaving this moment the picture's row is the newer.
        rows.extend(open.into_iter().map(|(key, row)| (key, (row, false))));
        let end = ends.into_iter().flatten().max();
        let shown = rows.into_iter().rev().filter(|(key, _)| end.is_none_or(|end| end <= *key));
        let mut shown: Vec<_> = shown.collect();
        let more = end.is_some() || limit < shown.len();
        shown.truncate(limit);
        let full = shown.len() == limit;
        let last = shown.last().map(|(key, _)| *key);
        let next = if full { last } else { end }.filter(|_| more);
        let row = |(_, (case, archived))| SearchRow { row: self.case_row(visitor, case), archived };
        let cases = shown.into_iter().map(row).collect();
        let seen = self.seen_by(visitor, None)?;
        let as_of = seen.into_iter().map(|(partition, county)| self.as_of(partition, county));
        Ok(SearchPage {
            cases,
            next: next.map(|key| key.to_string()),
            archive,
            as_of: as_of.collect(),
        })
    }

    fn archived_found(
        &self,
        visitor: &Visitor,
        asked: &Asked,
        limit: usize,
    ) -> Result<(Found, Option<u64>), Problem> {
        let Some(index) = &self.parts.archive else { return Ok((Found::default(), None)) };
        let reached = |partition: Partition| self.door.reaches(visitor, partition);
        let may = |row: &Case| may_be_shown(visitor, asked, row) && reached(row.id.partition);
        let found = index.search(asked, |case| may(&case.row), limit).map_err(|error| {
            tracing::warn!(%error, "the archive cannot be searched");
            Problem::broken(error)
        })?;
        let archive = self.parts.metrics.gateway_archive_cases.get();
        Ok((found, u64::try_from(archive).ok()))
    }

    /// The newest of the pictures' cases, and below which place there may be more.
    fn open_found(
        &self,
        visitor: &Visitor,
        asked: &Asked,
        limit: usize,
    ) -> Result<OpenFound, Problem> {
        let mut meant = Meant::default();
        for (_, county) in self.seen_by(visitor, None)? {
            county.look_at(|rows, _, _| meant.take(rows, visitor, asked));
        }
        let mut found = BTreeMap::new();
        while let Some((key, open)) = meant.newest.pop_last() {
            let tickets = open.tickets.iter().map(Arc::as_ref);
            let stands = |words: &Sought| words.is_in(&self.parts.vault, tickets);
            if asked.words.as_ref().map(stands).is_none_or(|it| it == Standing::Present) {
                found.insert(key, open.row);
            }
            if limit <= found.len() || meant.newest.is_empty() {
                let more = meant.more || !meant.newest.is_empty();
                return Ok((found, Some(key).filter(|_| more)));
            }
        }
        Ok((found, None))
    }
}

/// Open cases that were found, and below which place there may be more.
type OpenFound = (BTreeMap<u64, Arc<Case>>, Option<u64>);

/// An open case as its picture holds it.
struct Open {
    row: Arc<Case>,
    tickets: Vec<Arc<Ticket>>,
}

/// The newest open cases that are meant, their words aside.
#[derive(Default)]
struct Meant {
    newest: BTreeMap<u64, Open>,
    /// Whether older ones were left out.
    more: bool,
}

impl Meant {
    fn take(&mut self, rows: &Rows, visitor: &Visitor, asked: &Asked) {
        let (from, below) = asked.bounds();
        for case in rows.cases.values() {
            let key = sort_key(case.id, case.opened_at);
            if !(from..below).contains(&key) {
                continue;
            }
            let members = rows.members.get(&case.id).into_iter().flatten();
            let tickets = members.filter_map(|number| rows.tickets.get(number));
            let is_meant = asked.means(case, tickets.clone().map(Arc::as_ref));
            if is_meant && may_be_shown(visitor, asked, case) {
                let tickets = tickets.map(Arc::clone).collect();
                self.newest.insert(key, Open { row: Arc::clone(case), tickets });
            }
            if OPENED_MAX < self.newest.len() {
                self.newest.pop_first();
                self.more = true;
            }
        }
    }
}

/// Whether the case is the visitor's to find: its row, and its words where those are sought.
fn may_be_shown(visitor: &Visitor, asked: &Asked, row: &Case) -> bool {
    visitor.may_see(row) && (asked.words.is_none() || visitor.may_read_words(row))
}
