//! What people ask of the archive, many times with other values.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;
use liandong::archive::{Asked, Index, Sought};
use liandong::domain::time::DAY_MS;
use liandong::domain::{GridCode, OrgCode, Timestamp};
use liandong::telemetry::Stopwatch;
use serde_json::{Value, json};

use super::made::{RARE, grid, opened_ms, quoted};
use super::run::{Options, PARTITIONS};
use crate::{Failure, ms};

/// What each sort of search took.
pub(super) type Took = BTreeMap<&'static str, Value>;

/// What the search of a turn asks.
type Ask<'a> = Box<dyn Fn(u64) -> Asked + 'a>;

/// Rows of a page.
const ROWS: usize = 50;

/// Runs each sort of search.
pub(super) fn all(index: &Index, options: &Options) -> Result<Took, Failure> {
    let step = (options.cases / options.searches.max(1)).max(1);
    let number = |turn: u64| (turn * step + turn) % options.cases.max(1);
    let words = |typed: &str| Asked { words: Sought::of(typed), ..Asked::default() };
    let place =
        |code: Option<GridCode>| Asked { places: code.into_iter().collect(), ..Asked::default() };
    let at = |turn| Timestamp(opened_ms(options, number(turn)));
    let sorts: [(&'static str, Ask<'_>); 9] = [
        ("newest", Box::new(|_| Asked::default())),
        (
            "number_quoted",
            Box::new(|turn| Asked { number: Some(quoted(number(turn))), ..Asked::default() }),
        ),
        ("grid", Box::new(|turn| place(GridCode::new(GridCode::GRID, grid(number(turn)))))),
        (
            "county_in_a_day",
            Box::new(|turn| Asked {
                from: Some(at(turn)),
                to: Some(at(turn).plus_ms(DAY_MS)),
                ..place(GridCode::new(
                    GridCode::COUNTY,
                    grid(turn % u64::from(PARTITIONS)) / 1_000_000_000,
                ))
            }),
        ),
        (
            "organisation",
            Box::new(|turn| {
                let org = ["211002-CG", "211002-ZJ", "211002-YJ", "211002-SF"]
                    [usize::try_from(turn % 4).unwrap_or(0)];
                Asked { org: Some(OrgCode(org.to_owned())), ..Asked::default() }
            }),
        ),
        ("words_common", Box::new(|_| words("井盖丢失"))),
        ("words_two_matters", Box::new(|_| words("路灯 死鱼"))),
        ("words_rare", Box::new(|_| words(RARE))),
        (
            "words_rare_in_grid",
            Box::new(|turn| Asked {
                words: Sought::of("外墙皮 楼道充电"),
                ..place(GridCode::new(GridCode::GRID, grid(number(turn))))
            }),
        ),
    ];
    sorts.into_iter().map(|(name, asked)| Ok((name, sort(index, options, asked)?))).collect()
}

/// The time of one sort of search, and how many rows the pages had.
fn sort(index: &Index, options: &Options, asked: impl Fn(u64) -> Asked) -> Result<Value, Failure> {
    let mut took = Histogram::<u64>::new(3)?;
    let mut rows = 0;
    for turn in 0..options.searches {
        let asked = asked(turn);
        let watch = Stopwatch::start();
        let found = index.search(&asked, |_| true, ROWS)?;
        took.record(u64::try_from(watch.elapsed().as_micros())?)?;
        rows += found.cases.len();
    }
    Ok(json!({
        "rows": rows,
        "p50_ms": ms(&took, 0.5),
        "p99_ms": ms(&took, 0.99),
        "max_ms": ms(&took, 1.0),
    }))
}

/// Whether no sort of search was in vain.
pub(super) fn all_found_something(took: &Took) -> bool {
    took.values().all(|it| it["rows"].as_u64().is_some_and(|rows| 0 < rows))
}
