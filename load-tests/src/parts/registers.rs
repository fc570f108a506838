//! What a register of a whole city costs: from a clerk's file to the table that is looked up.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use hdrhistogram::Histogram;
use liandong::domain::{GridCode, OrgCode, Register, SheetHead, SheetInForce, Timestamp};
use liandong::registers::{NewSheet, Sheets, Table};
use liandong::telemetry::Stopwatch;
use liandong::wire::register::{SheetRules, read};
use serde_json::{Value, json};

use crate::{Failure, ms, usage};

const COUNTIES: [u64; 7] = [211_002, 211_003, 211_004, 211_005, 211_011, 211_021, 211_081];
const SORTS: [&str; 6] = ["manhole", "street_light", "bin", "tree", "sign", "hydrant"];
/// Rows of a page.
const ROWS: usize = 50;

/// How large a register.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Rows.
    #[arg(long, default_value_t = 1_200_000)]
    rows: u32,
    /// Rows of an amendment over them.
    #[arg(long, default_value_t = 1_000)]
    amended: u32,
    /// Look-ups of each sort.
    #[arg(long, default_value_t = 10_000)]
    lookups: u32,
    /// Where the sheets are written, on a disk; a new folder of it, removed at the end.
    #[arg(long, default_value = "target")]
    under: PathBuf,
}

fn mixed(number: u32) -> u64 {
    u64::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20
}

fn grid(number: u32) -> u64 {
    let mixed = mixed(number);
    let county = COUNTIES[usize::try_from(mixed % 7).unwrap_or(0)];
    let [town, community, grid] = [mixed / 7 % 10 + 1, mixed / 70 % 8 + 1, mixed / 560 % 6 + 1];
    county * 1_000_000_000 + town * 1_000_000 + community * 1_000 + grid
}

/// A register as a clerk's program writes it out.
fn table(numbers: impl Iterator<Item = u32>, street: &str) -> Result<String, Failure> {
    let mut text = "code,grid,address,name,sort,owner\n".to_owned();
    for number in numbers {
        let sort = SORTS[usize::try_from(mixed(number) % 6)?];
        let (house, grid) = (mixed(number) % 400 + 1, grid(number));
        writeln!(text, "BJ-{number:08},{grid},{street}{house}号,,{sort},211002-CG")?;
    }
    Ok(text)
}

/// Reads, checks and packs what is written.
fn packed(text: &str, over: Option<&SheetHead>) -> Result<(NewSheet, f64, f64), Failure> {
    let (is_org, is_grid) = (|_: &OrgCode| true, |_: GridCode| true);
    let rules = SheetRules { register: Register::Asset, is_org: &is_org, is_grid: &is_grid };
    let began = Stopwatch::start();
    let (mut rows, mut full) = (Table::default(), Ok(()));
    let gone = read(text.as_bytes(), rules, |row| {
        if full.is_ok() {
            full = rows.push(row);
        }
    });
    full?;
    let gone = gone.map_err(|faults| format!("{:?}", faults.first()))?;
    let read_seconds = began.elapsed().as_secs_f64();
    let began = Stopwatch::start();
    let over = over.map(|head| head.sheet);
    let new = NewSheet::of((Register::Asset, over), &rows.sorted(), gone)?;
    Ok((new, read_seconds, began.elapsed().as_secs_f64()))
}

fn in_force(heads: Vec<SheetHead>) -> Vec<SheetInForce> {
    let (proposed_by, confirmed_by) = ("one".to_owned(), "another".to_owned());
    let sheet = |head| SheetInForce {
        head,
        proposed_by: proposed_by.clone(),
        confirmed_by: confirmed_by.clone(),
        at: Timestamp(0),
    };
    heads.into_iter().map(sheet).collect()
}

/// Measures.
pub(crate) fn run(options: &Options) -> Result<(String, bool), Failure> {
    let folder = tempfile::tempdir_in(&options.under)?;
    let sheets = Sheets::open(folder.path())?;
    let text = table(0..options.rows, "文圣路")?;
    let (new, read_seconds, pack_seconds) = packed(&text, None)?;
    let (csv_bytes, sheet_bytes) = (text.len(), new.bytes.len());
    drop(text);
    let began = Stopwatch::start();
    sheets.put(&new.head, new.bytes)?;
    let put_seconds = began.elapsed().as_secs_f64();
    let step = (options.rows / options.amended.max(1)).max(1);
    let some = (0..options.amended).map(|number| number * step);
    let (amendment, ..) = packed(&table(some, "民主路")?, Some(&new.head))?;
    sheets.put(&amendment.head, amendment.bytes)?;

    let before = usage::of(std::process::id())?.rss;
    let began = Stopwatch::start();
    let register = sheets.table(&in_force(vec![new.head, amendment.head]))?;
    let load_seconds = began.elapsed().as_secs_f64();
    let resident = usage::of(std::process::id())?.rss;
    let line = json!({
        "run": "registers",
        "rows": register.len(),
        "csv_bytes": csv_bytes,
        "sheet_bytes": sheet_bytes,
        "read_seconds": read_seconds,
        "sort_and_pack_seconds": pack_seconds,
        "store_seconds": put_seconds,
        "load_seconds": load_seconds,
        "table_bytes": register.held_bytes(),
        "table_bytes_a_row": register.held_bytes() / register.len().max(1),
        "rss_before_load": before,
        "rss_after_load": resident,
        "lookups": lookups(&register, options)?,
    });
    let amended = register.of_code("BJ-00000000").map(|row| row.address.starts_with("民主路"));
    let whole = register.len() == usize::try_from(options.rows)?;
    Ok((line.to_string(), whole && (amended == Some(true) || options.amended == 0)))
}

/// How long it takes to find a code, a page of a grid, and a page of a county.
fn lookups(register: &Table, options: &Options) -> Result<Value, Failure> {
    let mut took = [Histogram::<u64>::new(3)?, Histogram::new(3)?, Histogram::new(3)?];
    let mut found = [0; 3];
    for turn in 0..options.lookups {
        let number = turn.wrapping_mul(7_919) % options.rows.max(1);
        let places = [
            GridCode::new(GridCode::GRID, grid(number)),
            GridCode::new(GridCode::COUNTY, grid(number) / 1_000_000_000),
        ];
        let code = format!("BJ-{number:08}");
        let watch = Stopwatch::start();
        found[0] += usize::from(register.of_code(&code).is_some());
        took[0].record(u64::try_from(watch.elapsed().as_nanos())? / 10)?;
        for (sort, place) in (1..).zip(places) {
            let watch = Stopwatch::start();
            found[sort] += register.find(place, None).take(ROWS).count();
            took[sort].record(u64::try_from(watch.elapsed().as_nanos())? / 10)?;
        }
    }
    // Recorded in hundredths of a microsecond: as microseconds that is a tenth of what it says.
    let told = |at: usize| {
        let quantile = |of: f64| ms(&took[at], of) * 10.0;
        json!({ "rows": found[at], "p50_us": quantile(0.5), "p99_us": quantile(0.99) })
    };
    Ok(json!({ "code": told(0), "page_of_a_grid": told(1), "page_of_a_county": told(2) }))
}
