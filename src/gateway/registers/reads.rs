//! Reading: which sheets are in force, and rows within what the visitor may look at.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use serde::Deserialize;

use crate::access::{Act, Turned};
use crate::domain::{GridCode, Partition, Register};
use crate::wire::pages::{
    RegisterPage, RegisterRowPage, RegisterRowsPage, RegistersPage, SheetRefusedPage,
};

use super::super::asking::Asking;
use super::super::gateway::Gateway;
use super::super::refused::Problem;

/// Rows a page has unless told, and at the most.
const ROWS: usize = 50;
const ROWS_MAX: usize = 1_000;
/// Rows that one search for a text looks at; who asks goes on from there.
const LOOKED_AT_MAX: usize = 200_000;

/// `GET /api/v1/registers`
pub(in crate::gateway) async fn registers(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
) -> Result<Json<RegistersPage>, Problem> {
    visitor.may(Act::ReadRows)?;
    let refused = gateway.county(Partition::CITY)?.look(|rows| rows.sheets_refused.clone());
    let page =
        |register: Register| {
            let shelved = gateway.shelf.get(register).unwrap_or_default();
            let sheets = gateway.sheets_of(register);
            let refused = refused.get(&register).cloned().map(|(sheet, by, why)| {
                SheetRefusedPage { sheet, by, why, words: why.to_string() }
            });
            RegisterPage {
                register,
                rows: shelved.table.len(),
                is_read: shelved.in_force == sheets.in_force,
                sheets,
                refused,
            }
        };
    Ok(Json(RegistersPage { registers: Register::ALL.into_iter().map(page).collect() }))
}

/// Which rows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::gateway) struct RowsAsked {
    grid: Option<GridCode>,
    address: Option<String>,
    code: Option<String>,
    limit: Option<usize>,
    after: Option<u32>,
}

/// `GET /api/v1/registers/{register}/rows`
pub(in crate::gateway) async fn rows(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
    Path(register): Path<String>,
    asked: Result<Query<RowsAsked>, QueryRejection>,
) -> Result<Json<RegisterRowsPage>, Problem> {
    visitor.may(Act::ReadRows)?;
    let register: Register = register.parse().map_err(Problem::unknown)?;
    let Query(asked) = asked.map_err(Problem::unreadable)?;
    let limit = asked.limit.unwrap_or(ROWS);
    if !(1..=ROWS_MAX).contains(&limit) {
        return Err(Problem::unreadable(format!("limit is 1 to {ROWS_MAX}")));
    }
    let shelved = gateway.shelf.get(register).unwrap_or_default();
    if let Some(code) = &asked.code {
        let found = shelved.table.of_code(code).filter(|row| visitor.covers(Some(row.grid)));
        let rows = found.iter().map(RegisterRowPage::from).collect();
        return Ok(Json(RegisterRowsPage { rows, next: None }));
    }
    // Who reaches a part of the city looks at that part of what they ask for.
    let place = match (asked.grid, visitor.scope()) {
        (Some(grid), Some(scope)) if scope.holds(grid) => Some(grid),
        (Some(grid), Some(scope)) if grid.holds(scope) => Some(scope),
        (Some(_), Some(_)) => return Err(Turned::OutsideScope.into()),
        (grid, scope) => grid.or(scope),
    };
    let text = asked.address.as_deref().unwrap_or_default();
    let (mut rows, mut last, mut more) = (Vec::new(), None, false);
    for (looked_at, (number, row)) in shelved.table.find(place, asked.after).enumerate() {
        if limit <= rows.len() || LOOKED_AT_MAX <= looked_at {
            more = true;
            break;
        }
        last = Some(number);
        if row.says(text) {
            rows.push(RegisterRowPage::from(&row));
        }
    }
    Ok(Json(RegisterRowsPage { rows, next: last.filter(|_| more) }))
}
