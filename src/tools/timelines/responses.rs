//! `timelines cad`: unit responses, and how long they took by the file and by the engine.

use std::collections::BTreeMap;
use std::io::Write;

use crate::config::Config;
use crate::domain::time::DAY_MS;
use crate::domain::{ItemCode, Timestamp};
use crate::picture::figures::{VALUE_SCALE, Value, Window};
use crate::telemetry::Stopwatch;
use crate::tools::reports::ToolError;
use crate::wire::feeds::cad::{self, Response};

use super::calls::{Calls, Engine};
use super::told;
use super::{Timelines, files, report};

/// Days that the widest window of figures that slides has.
const DAYS_MAX: i64 = 30;

/// Plays them.
pub(super) fn run(
    asked: &Timelines,
    config: &Config,
    out: &mut impl Write,
) -> Result<(), ToolError> {
    let took = Stopwatch::start();
    let Rows { responses, items, bad } = read(asked, config)?;
    let calls = Calls::play(config, (&responses, &items))?;

    let cases = calls.cases();
    told::line(out, &format!("unit responses {}, calls {cases}", responses.len()))?;
    told::bad_rows(out, &bad)?;
    table(out, &responses, &calls)?;
    differences(out, &responses, &calls.engine)?;
    told::room(out, &calls.room, took)?;
    if let Some(path) = &asked.out {
        let header =
            ["call", "unit", "received", "on_scene", "file_s", "engine_s", "sent_on_to_call"];
        let rows = responses.iter().zip(&calls.engine);
        told::csv(path, header, rows.map(|(row, engine)| of_csv(&responses, (row, *engine))))?;
    }
    Ok(())
}

/// What the files hold.
struct Rows {
    /// In the order in which units were sent.
    responses: Vec<Response>,
    /// What each one's call is about.
    items: Vec<ItemCode>,
    bad: Vec<String>,
}

fn read(asked: &Timelines, config: &Config) -> Result<Rows, ToolError> {
    let (zone, rules) = (&config.ingest.zone, &config.playbook);
    let (mut found, mut bad) = (Vec::new(), Vec::new());
    for path in files::tables(&asked.path)? {
        let file = files::read(&path)?;
        for row in cad::responses(&file.bytes, zone) {
            let named = row.and_then(|row| {
                let at = ("/Call Type", &row.span);
                report::item(rules, &row.call_type, at).map(|item| (row, item))
            });
            match named {
                Ok(row) => found.push(row),
                Err(problem) => bad.push(file.located(&problem)),
            }
        }
    }
    found.sort_by_cached_key(|(row, _)| (row.dispatched, row.call.clone(), row.unit.clone()));
    found.dedup_by(|(a, _), (b, _)| (&a.call, &a.unit) == (&b.call, &b.unit));
    let (responses, items) = found.into_iter().unzip();
    let rows = Rows { responses, items, bad };
    within_reach(&rows.responses)?;
    Ok(rows)
}

/// Figures reach so many days back; a median of more would be of some.
fn within_reach(responses: &[Response]) -> Result<(), ToolError> {
    let first = responses.iter().map(|row| row.received).min();
    let last = responses.iter().map(|row| row.free).max();
    let Some((first, last)) = first.zip(last) else {
        return Err(ToolError::Asked("the files hold no unit response".to_owned()));
    };
    if (DAYS_MAX - 1) * DAY_MS < last.ms_since(first) {
        let why = format!("figures reach {DAYS_MAX} days back: give files of fewer days at once");
        return Err(ToolError::Asked(why));
    }
    Ok(())
}

/// How long from the call to the arrival, by the file.
fn by_file(row: &Response) -> Option<i64> {
    row.on_scene.map(|there| there.ms_since(row.received))
}

fn table(out: &mut impl Write, responses: &[Response], calls: &Calls<'_>) -> Result<(), ToolError> {
    let mut all: Vec<i64> = responses.iter().filter_map(by_file).collect();
    let mut firsts: BTreeMap<&str, i64> = BTreeMap::new();
    for row in responses {
        let Some(ms) = by_file(row) else { continue };
        firsts.entry(&row.call).and_modify(|first| *first = ms.min(*first)).or_insert(ms);
    }
    let mut firsts: Vec<i64> = firsts.into_values().collect();
    all.sort_unstable();
    firsts.sort_unstable();
    told::line(
        out,
        &"received to on scene           figure               n   file s  engine s   differs",
    )?;
    for (name, of, figures) in [
        ("each unit response", &all, [("K43.p50", 50), ("K43.p90", 90)]),
        ("the first of each call", &firsts, [("K43.first.p50", 50), ("K43.first.p90", 90)]),
    ] {
        for (id, percent) in figures {
            let value = calls.room.figure(id, Window::ThirtyDays)?;
            let row = compared((of, percent), value);
            told::line(out, &format!("  {name:<24} P{percent}  {id:<14} {row}"))?;
        }
    }
    Ok(())
}

/// How many there are, what the file says of them, what the engine says, and how they differ.
fn compared((of, percent): (&[i64], usize), engine: Value) -> String {
    let of_file = ranked(of, percent);
    let n = match i64::try_from(of.len()) {
        Ok(n) if n == engine.n => n.to_string(),
        _ => format!("{}/{}", of.len(), engine.n),
    };
    let (told, differs) = engine.scaled.map_or_else(
        || ("hidden".to_owned(), String::new()),
        |scaled| {
            let ms = scaled * 1_000 / VALUE_SCALE;
            (seconds(ms), percent_of(of_file, ms))
        },
    );
    format!("{n:>9} {:>8} {told:>9} {differs:>9}", seconds(of_file))
}

/// Nearest rank, as the figures have it.
fn ranked(sorted: &[i64], percent: usize) -> i64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

fn seconds(ms: i64) -> String {
    format!("{}.{}", ms / 1_000, ms % 1_000 / 100)
}

/// By how many per cent `engine` differs from `file`, to two digits.
fn percent_of(file: i64, engine: i64) -> String {
    let hundredths = (engine - file) * 10_000 / file.max(1);
    let sign = if hundredths < 0 { "-" } else { "+" };
    let hundredths = hundredths.abs();
    format!("{sign}{}.{:02} %", hundredths / 100, hundredths % 100)
}

fn differences(
    out: &mut impl Write,
    responses: &[Response],
    engine: &[Engine],
) -> Result<(), ToolError> {
    let differ = |(row, engine): &(&Response, &Engine)| by_file(row) != engine.arrived_ms;
    let all: Vec<_> = responses.iter().zip(engine).filter(differ).collect();
    told::line(out, &format!("responses of which the engine says otherwise: {}", all.len()))?;
    for (row, engine) in all {
        let said = |ms: Option<i64>| ms.map_or_else(|| "nothing".to_owned(), seconds);
        let cause = engine.sent_on.and_then(|on| responses.get(on)).map_or_else(
            || "of no known cause".to_owned(),
            |on| format!("the unit was sent to call {} before it was there", on.call),
        );
        let (call, unit, ours) = (&row.call, &row.unit, said(engine.arrived_ms));
        let file = said(by_file(row));
        told::line(
            out,
            &format!("  call {call}, unit {unit}: file {file}, engine {ours}: {cause}"),
        )?;
    }
    Ok(())
}

fn of_csv(responses: &[Response], (row, engine): (&Response, Engine)) -> [String; 7] {
    let s = |ms: Option<i64>| ms.map(seconds).unwrap_or_default();
    let on = engine.sent_on.and_then(|on| responses.get(on));
    [
        row.call.clone(),
        row.unit.clone(),
        moment(Some(row.received)),
        moment(row.on_scene),
        s(by_file(row)),
        s(engine.arrived_ms),
        on.map(|on| on.call.clone()).unwrap_or_default(),
    ]
}

/// A moment as it is written in tables: RFC 3339, UTC.
pub(super) fn moment(at: Option<Timestamp>) -> String {
    let at = at.and_then(|at| jiff::Timestamp::from_millisecond(at.0).ok());
    at.map(|at| at.to_string()).unwrap_or_default()
}
