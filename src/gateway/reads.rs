//! What the desk reads: cases, units, counts, as far as the visitor may see them.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::Deserialize;

use crate::access::{Act, Turned, Visitor};
use crate::domain::{Case, CaseId, CaseState, ItemCode, Partition, Point};
use crate::wire::pages::{AsOf, CaseRow, CasesPage, TallyPage, UnitRow, UnitsPage};

use super::asking::Asking;
use super::gateway::{County, Gateway};
use super::others::cut_case;
use super::refused::Problem;

/// Rows a page has unless told.
const ROWS: usize = 100;

/// Which cases.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CasesAsked {
    partition: Option<Partition>,
    state: Option<CaseState>,
    item: Option<ItemCode>,
    open: Option<bool>,
    limit: Option<usize>,
    cursor: Option<CaseId>,
}

impl CasesAsked {
    fn wants(&self, case: &Case) -> bool {
        self.state.is_none_or(|wanted| wanted == case.state)
            && self.item.is_none_or(|item| Some(item) == case.item)
            && self.open.is_none_or(|open| open != case.state.is_ended())
    }
}

/// Which partition.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartitionAsked {
    partition: Option<Partition>,
}

/// `GET /api/v1/cases`
pub(super) async fn cases(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
    asked: Result<Query<CasesAsked>, QueryRejection>,
) -> Result<Json<CasesPage>, Problem> {
    let Query(asked) = asked.map_err(Problem::unreadable)?;
    let rows_max = asked.limit.unwrap_or(ROWS);
    let most = gateway.parts.config.gateway.page_rows_max;
    if !(1..=most).contains(&rows_max) {
        return Err(Problem::unreadable(format!("limit is 1 to {most}")));
    }
    let mut found = Vec::new();
    let mut as_of = Vec::new();
    for (partition, county) in gateway.seen_by(&visitor, asked.partition)? {
        as_of.push(gateway.as_of(partition, county));
        if asked.cursor.is_some_and(|cursor| partition < cursor.partition) {
            continue;
        }
        let after = asked.cursor.filter(|cursor| cursor.partition == partition);
        // One more than the page has room for tells that there is a next page.
        let room = (rows_max + 1).saturating_sub(found.len());
        county.look(|rows| {
            let later = rows.cases.after(after).map(|(_, case)| case);
            let wanted = later.filter(|case| asked.wants(case) && visitor.may_see(case));
            found.extend(wanted.take(room).map(Arc::clone));
        });
    }
    let more = rows_max < found.len();
    found.truncate(rows_max);
    let next = found.last().filter(|_| more).map(|case| case.id);
    let cases = found.into_iter().map(|case| gateway.case_row(&visitor, case)).collect();
    Ok(Json(CasesPage { cases, next, as_of }))
}

/// `GET /api/v1/units`
pub(super) async fn units(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
    asked: Result<Query<PartitionAsked>, QueryRejection>,
) -> Result<Json<UnitsPage>, Problem> {
    let Query(asked) = asked.map_err(Problem::unreadable)?;
    whole_counties(&visitor)?;
    let mut page = UnitsPage { units: Vec::new(), as_of: Vec::new() };
    for (partition, county) in gateway.seen_by(&visitor, asked.partition)? {
        page.as_of.push(gateway.as_of(partition, county));
        county.look(|rows| {
            page.units.extend(rows.units.values().map(|unit| {
                let mut unit = unit.clone();
                let about = unit.engaged().and_then(|case| rows.cases.get(&case));
                let seen = visitor.may_see_order(&unit.org, about.map(Arc::as_ref));
                unit.assignment = unit.assignment.filter(|_| seen);
                UnitRow { partition, unit }
            }));
        });
    }
    Ok(Json(page))
}

/// `GET /api/v1/tally`
pub(super) async fn tally(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
    asked: Result<Query<PartitionAsked>, QueryRejection>,
) -> Result<Json<TallyPage>, Problem> {
    let Query(asked) = asked.map_err(Problem::unreadable)?;
    whole_counties(&visitor)?;
    let mut page = TallyPage { tallies: BTreeMap::new(), as_of: Vec::new() };
    for (partition, county) in gateway.seen_by(&visitor, asked.partition)? {
        page.as_of.push(gateway.as_of(partition, county));
        page.tallies.insert(partition, county.look(|rows| rows.tally.clone()));
    }
    Ok(Json(page))
}

/// Counts and units are a whole county's.
fn whole_counties(visitor: &Visitor) -> Result<(), Problem> {
    visitor.may(Act::ReadRows)?;
    if visitor.reaches_counties() { Ok(()) } else { Err(Turned::OutsideScope.into()) }
}

impl Gateway {
    /// The partitions asked for, where they are the visitor's to see.
    pub(super) fn seen_by(
        &self,
        visitor: &Visitor,
        asked: Option<Partition>,
    ) -> Result<Vec<(Partition, &County)>, Problem> {
        visitor.may(Act::ReadRows)?;
        if let Some(partition) = asked {
            let county = self.county(partition)?;
            if !self.door.reaches(visitor, partition) {
                return Err(Turned::OutsideScope.into());
            }
            return Ok(vec![(partition, county)]);
        }
        let reached =
            |(partition, _): &(&Partition, &County)| self.door.reaches(visitor, **partition);
        let all = self.counties.iter().filter(reached);
        Ok(all.map(|(partition, county)| (*partition, county)).collect())
    }

    /// How far a partition's picture reaches.
    pub(super) fn as_of(&self, partition: Partition, county: &County) -> AsOf {
        let epoch = self.parts.journal.epoch();
        let (position, at) = county.reached();
        AsOf { partition, epoch, position, at }
    }

    /// Whether `visitor` sees the case of this id, so that a row may name it to them.
    pub(super) fn names(&self, visitor: &Visitor, other: CaseId) -> bool {
        let seen = |county: &County| {
            county.look(|rows| rows.cases.get(&other).is_some_and(|case| visitor.may_see(case)))
        };
        visitor.sees_all() || self.county(other.partition).is_ok_and(seen)
    }

    /// A case's row with its point in degrees.
    pub(super) fn case_row(&self, visitor: &Visitor, case: Arc<Case>) -> CaseRow {
        let case = cut_case(case, |other| self.names(visitor, other));
        let (lat, lon) = self.degrees(case.place.point);
        CaseRow { case, lat, lon }
    }

    /// A point in degrees.
    pub(super) fn degrees(&self, point: Option<Point>) -> (Option<f64>, Option<f64>) {
        let degrees = point.map(|point| self.projection.degrees(point));
        (degrees.map(|(lat, _)| lat), degrees.map(|(_, lon)| lon))
    }
}
