//! Figures as they are read: rows of a window, and the cases behind one of them.
//!
//! Closed rooms count only for who may read restricted cases; who reaches a part of a county reads
//! figures of that part's places and no others.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::access::{Act, Turned, Visitor};
use crate::config::KpiConfig;
use crate::domain::{CaseId, GridCode, OrgCode, Partition, Playbook};
use crate::picture::figures::{
    Asked, By, CaseShare, FIGURES, Figure, Key, Sums, Weights, Window, figure, value,
};
use crate::wire::pages::{KpiAbout, KpiCase, KpiCasesPage, KpiRow, KpisPage};

use super::asking::Asking;
use super::gateway::{County, Gateway};
use super::kpi_tables::{Form, csv, xlsx};
use super::refused::Problem;

/// Cases a page has unless told.
const CASES: usize = 100;
/// Cases that are looked through while the picture waits.
const LOOKED_AT_ONCE: usize = 2_000;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KpisAsked {
    partition: Option<Partition>,
    window: Option<String>,
    by: Option<String>,
    under: Option<String>,
    kpi: Option<String>,
    format: Option<String>,
    key: Option<String>,
    limit: Option<usize>,
    cursor: Option<CaseId>,
}

/// `GET /api/v1/kpis`
pub(super) async fn kpis(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
    headers: HeaderMap,
    asked: Result<Query<KpisAsked>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(query) = asked.map_err(Problem::unreadable)?;
    if query.key.is_some() || query.limit.is_some() || query.cursor.is_some() {
        return Err(Problem::unreadable("key, limit and cursor are of /api/v1/kpis/{id}/cases"));
    }
    let form = Form::of(query.format.as_deref(), &headers)?;
    let figures = figures_of(query.kpi.as_deref())?;
    let asked = query.asked(&visitor)?;
    let page = gateway.kpis_page(&visitor, (&query, &asked), &figures)?;
    Ok(match form {
        Form::Json => Json(page).into_response(),
        Form::Csv => csv(&page)?,
        Form::Xlsx => xlsx(&page)?,
    })
}

/// `GET /api/v1/kpis/{id}/cases`
pub(super) async fn kpi_cases(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
    Path(id): Path<String>,
    asked: Result<Query<KpisAsked>, QueryRejection>,
) -> Result<Json<KpiCasesPage>, Problem> {
    let Query(query) = asked.map_err(Problem::unreadable)?;
    let unknown = || Problem::unknown(format!("there is no figure {id}; such as K11"));
    let figure = figure(&id).ok_or_else(unknown)?;
    let asked = query.asked(&visitor)?;
    let key = key_of(&asked, query.key.as_deref())?;
    let most = gateway.parts.config.gateway.page_rows_max;
    let limit = query.limit.unwrap_or(CASES);
    if !(1..=most).contains(&limit) {
        return Err(Problem::unreadable(format!("limit is 1 to {most}")));
    }
    let mut page =
        KpiCasesPage { kpi: figure.id, cases: Vec::new(), next: None, as_of: Vec::new() };
    for (partition, county) in gateway.seen_by(&visitor, query.partition)? {
        page.as_of.push(gateway.as_of(partition, county));
        let cursor = query.cursor.filter(|cursor| cursor.partition == partition);
        let passed = query.cursor.is_some_and(|cursor| partition < cursor.partition);
        if passed || limit < page.cases.len() {
            continue;
        }
        let look = Look { visitor: &visitor, figure, key: &key, asked: &asked };
        look.through(county, cursor, (limit + 1, &mut page.cases));
    }
    let more = limit < page.cases.len();
    page.cases.truncate(limit);
    page.next = page.cases.last().filter(|_| more).map(|last| last.case);
    Ok(Json(page))
}

/// What a drill looks for.
struct Look<'a> {
    visitor: &'a Visitor,
    figure: &'a Figure,
    key: &'a Key,
    asked: &'a Asked,
}

impl Look<'_> {
    /// Finds cases after `after` until there are `most`; the picture goes on between two looks.
    fn through(
        &self,
        county: &County,
        mut after: Option<CaseId>,
        (most, found): (usize, &mut Vec<KpiCase>),
    ) {
        while found.len() < most {
            let last = county.look(|rows| {
                let here = (rows.playbook.as_ref(), &rows.members);
                let what = (self.figure, self.key);
                let within = (after, LOOKED_AT_ONCE);
                let (shares, last) = rows.figures.shares(here, what, self.asked, within);
                let seen = |share: &CaseShare| {
                    rows.cases.get(&share.case).is_some_and(|case| self.visitor.may_see(case))
                };
                let seen = shares.into_iter().filter(seen);
                let row = |CaseShare { case, n, d }| KpiCase { case, n, d };
                found.extend(seen.take(most.saturating_sub(found.len())).map(row));
                last
            });
            let Some(last) = last else { return };
            after = Some(last);
        }
    }
}

impl KpisAsked {
    /// What is asked, where it is the visitor's to ask.
    fn asked(&self, visitor: &Visitor) -> Result<Asked, Problem> {
        visitor.may(Act::ReadRows)?;
        let window = self.window.as_deref().unwrap_or("today");
        let window: Window = window.parse().map_err(Problem::unreadable)?;
        let by = by_of(self.by.as_deref().unwrap_or("all"))?;
        let under = self.under.as_deref();
        let mut asked = Asked { window, by, place: None, org: None, closed: false };
        match (by, under) {
            (By::Org, Some(org)) => asked.org = Some(OrgCode(org.to_owned())),
            (By::All | By::Grid, Some(place)) => {
                asked.place = Some(place.parse().map_err(Problem::unreadable)?);
            }
            (_, Some(_)) => {
                return Err(Problem::unreadable("under goes with by=all, by=grid or by=org"));
            }
            (_, None) => {}
        }
        if let Some(part) = visitor.part_of_county() {
            let places = matches!(by, By::All | By::Grid);
            let place: GridCode = *asked.place.get_or_insert(part);
            if !places || !part.holds(place) {
                return Err(Turned::OutsideScope.into());
            }
        }
        asked.closed = visitor.may(Act::ReadRestricted).is_ok();
        Ok(asked)
    }
}

impl Gateway {
    fn kpis_page(
        &self,
        visitor: &Visitor,
        (query, asked): (&KpisAsked, &Asked),
        figures: &[&'static Figure],
    ) -> Result<KpisPage, Problem> {
        let mut sums: BTreeMap<Key, Sums> = BTreeMap::new();
        let mut names = BTreeMap::new();
        let mut as_of = Vec::new();
        let month = if let Window::Month(month) = asked.window { Some(month) } else { None };
        let mut frozen = month.map(|_| true);
        for (partition, county) in self.seen_by(visitor, query.partition)? {
            as_of.push(self.as_of(partition, county));
            county.look(|rows| {
                if month.is_some_and(|month| !rows.figures.is_frozen(month)) {
                    frozen = Some(false);
                }
                rows.figures.add_rows(&rows.playbook, asked, &mut sums);
                for key in sums.keys() {
                    if let Some(name) = name_of(&rows.playbook, key) {
                        names.entry(key.clone()).or_insert(name);
                    }
                }
            });
        }
        let most = self.parts.config.gateway.page_rows_max;
        if most < sums.len() {
            let found = sums.len();
            let detail = format!("{found} rows, and a page has {most}: narrow it with under");
            return Err(Problem::senseless(detail));
        }
        let weights = weights(&self.parts.config.kpi);
        let mut rows = Vec::with_capacity(sums.len().saturating_mul(figures.len()));
        for (key, sums) in &sums {
            let about = (key.to_string(), names.get(key).cloned());
            let row =
                |it: &&'static Figure| KpiRow::of(about.clone(), it.id, value(it, sums, &weights));
            rows.extend(figures.iter().map(row));
        }
        Ok(KpisPage {
            window: asked.window.to_string(),
            by: word_of(asked.by),
            figures: figures.iter().map(|it| KpiAbout::of(it)).collect(),
            rows,
            frozen,
            as_of,
        })
    }
}

/// The figures named, in their own order; all where none is.
fn figures_of(named: Option<&str>) -> Result<Vec<&'static Figure>, Problem> {
    let Some(named) = named else { return Ok(FIGURES.iter().collect()) };
    let ids: Vec<&str> = named.split(',').collect();
    if let Some(unknown) = ids.iter().find(|id| figure(id).is_none()) {
        return Err(Problem::unreadable(format!("kpi={unknown} is no figure; such as K11,K15")));
    }
    Ok(FIGURES.iter().filter(|it| ids.contains(&it.id)).collect())
}

const WORDS: [(&str, By); 6] = [
    ("all", By::All),
    ("org", By::Org),
    ("grid", By::Grid),
    ("item", By::Item),
    ("channel", By::Channel),
    ("kind", By::Kind),
];

fn by_of(text: &str) -> Result<By, Problem> {
    let found = WORDS.iter().find(|(word, _)| *word == text).map(|(_, by)| *by);
    let right = "is none of all, org, grid, item, channel, kind";
    found.ok_or_else(|| Problem::unreadable(format!("by={text} {right}")))
}

fn word_of(by: By) -> &'static str {
    WORDS.iter().find(|(_, of)| *of == by).map_or("all", |(word, _)| *word)
}

/// The row that `key` names among those asked for.
fn key_of(asked: &Asked, key: Option<&str>) -> Result<Key, Problem> {
    let key = match (asked.by, asked.place, key) {
        (By::All, None, None) => return Ok(Key::All),
        (By::All, Some(place), None) => return Ok(Key::Place(place)),
        (By::All, _, Some(_)) => return Err(Problem::unreadable("key goes with no by=all")),
        (_, _, None) => return Err(Problem::unreadable("key names the row: one of by's codes")),
        (_, _, Some(key)) => key,
    };
    let read = |by: By| -> Result<Key, Problem> {
        Ok(match by {
            By::All => Key::All,
            By::Org => Key::Org(OrgCode(key.to_owned())),
            By::Grid => Key::Place(key.parse().map_err(Problem::unreadable)?),
            By::Item => Key::Item(key.parse().map_err(Problem::unreadable)?),
            By::Kind => Key::Kind(key.parse().map_err(Problem::unreadable)?),
            By::Channel => {
                let word: serde::de::value::StrDeserializer<'_, serde::de::value::Error> =
                    serde::de::IntoDeserializer::into_deserializer(key);
                Key::Channel(Deserialize::deserialize(word).map_err(Problem::unreadable)?)
            }
        })
    };
    read(asked.by)
}

/// What the rules call a row.
fn name_of(rules: &Playbook, key: &Key) -> Option<String> {
    match key {
        Key::Org(org) => rules.organisations.get(org).map(|it| it.name_zh.clone()),
        Key::Item(item) => rules.items.get(item).map(|it| it.name_zh.clone()),
        Key::Kind(kind) => rules.kinds.get(kind).map(|it| it.names.zh.clone()),
        Key::Place(_) | Key::Channel(_) | Key::All => None,
    }
}

fn weights(kpi: &KpiConfig) -> Weights {
    Weights {
        handled: kpi.score_handled,
        in_time: kpi.score_in_time,
        reworked: kpi.score_reworked,
        overdue: kpi.score_overdue,
        extended: kpi.score_extended,
        response: kpi.rates_response,
        solved: kpi.rates_solved,
        satisfied: kpi.rates_satisfied,
    }
}
