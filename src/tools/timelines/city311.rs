//! `timelines city311`: requests, and whether they were in time by the city and by the engine.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use jiff::tz::TimeZone;

use crate::config::Config;
use crate::domain::Timestamp;
use crate::telemetry::Stopwatch;
use crate::tools::reports::ToolError;
use crate::wire::feeds::city311::{self, OnTime, Outcome};

use super::files::{self, Whole};
use super::requests::{Request, Requests};
use super::responses::moment;
use super::{Timelines, report, told};

/// Plays them.
pub(super) fn run(
    asked: &Timelines,
    config: &Config,
    out: &mut impl Write,
) -> Result<(), ToolError> {
    let took = Stopwatch::start();
    let zone = &config.ingest.zone;
    let (requests, bad) = read(asked, config)?;
    let played = Requests::play(config, &requests)?;

    let verdicts: Vec<Option<OnTime>> =
        (0..requests.len()).map(|number| played.on_time(number)).collect();
    let cases = played.cases();
    told::line(out, &format!("requests {}, cases {cases}", requests.len()))?;
    told::bad_rows(out, &bad)?;
    months(out, &played)?;
    table(out, (&requests, &verdicts))?;
    open(out, &requests, &played)?;
    differences(out, (&requests, &verdicts), zone)?;
    told::room(out, &played.room, took)?;
    if let Some(path) = &asked.out {
        let header = ["id", "opened", "due", "closed", "city", "engine", "why"];
        let rows = requests.iter().zip(&verdicts);
        told::csv(path, header, rows.map(|(request, engine)| of_csv(request, *engine, zone)))?;
    }
    Ok(())
}

fn read(asked: &Timelines, config: &Config) -> Result<(Vec<Request>, Vec<String>), ToolError> {
    let reports = files::table(&asked.path, "reports")?;
    let ends = files::table(&asked.path, "outcomes")?;
    let (zone, rules) = (&config.ingest.zone, &config.playbook);
    let mut bad = Vec::new();
    let mut outcomes = outcomes(&ends, config, &mut bad);
    let mut requests = Vec::new();
    let mut seen = BTreeSet::new();
    for row in city311::parse(&reports.bytes, zone) {
        let told = row.map_err(|problem| reports.located(&problem)).and_then(|raw| {
            let named = raw.named.as_deref().unwrap_or_default();
            let item = report::item(rules, named, ("/type", &raw.span));
            let item = item.map_err(|problem| reports.located(&problem))?;
            if !seen.insert(raw.id.clone()) {
                return Err(format!("{}: it stands in the table twice", raw.id));
            }
            let end = outcomes.remove(&raw.id);
            let closed = end.as_ref().and_then(|end| end.closed);
            if closed.is_some_and(|closed| closed < raw.observed_at) {
                return Err(format!("{}: it was closed before it was opened", raw.id));
            }
            let city = end.and_then(|end| end.mark);
            Ok(Request { raw, item, closed, city })
        });
        match told {
            Ok(request) => requests.push(request),
            Err(why) => bad.push(why),
        }
    }
    if requests.is_empty() {
        return Err(ToolError::file(&reports.path, "it holds no request"));
    }
    Ok((requests, bad))
}

fn outcomes(ends: &Whole, config: &Config, bad: &mut Vec<String>) -> BTreeMap<String, Outcome> {
    let mut outcomes = BTreeMap::new();
    for row in city311::outcomes(&ends.bytes, &config.ingest.zone) {
        match row {
            Ok(outcome) => drop(outcomes.insert(outcome.id.clone(), outcome)),
            Err(problem) => bad.push(ends.located(&problem)),
        }
    }
    outcomes
}

/// What the figures say of each month.
fn months(out: &mut impl Write, played: &Requests<'_>) -> Result<(), ToolError> {
    told::line(out, &"month     opened (K01)  closed (K15)  in time (K16)")?;
    let mut all = [0, 0, 0];
    for of in played.months.iter().filter(|of| 0 < of.opened + of.closed) {
        let (month, counts) = (of.month, [of.opened, of.closed, of.in_time]);
        all.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        let [opened, closed, in_time] = counts;
        told::line(out, &format!("{month}   {opened:12}  {closed:12}  {in_time:13}"))?;
    }
    let [opened, closed, in_time] = all;
    told::line(out, &format!("all       {opened:12}  {closed:12}  {in_time:13}"))
}

/// Whether a request is among some.
type Chosen = fn(&Request) -> bool;
/// The requests and what the engine says of each.
type Verdicts<'a> = (&'a [Request], &'a [Option<OnTime>]);

fn table(out: &mut impl Write, (requests, verdicts): Verdicts<'_>) -> Result<(), ToolError> {
    told::line(
        out,
        &"requests                          n  city: in time  late   engine: in time  late",
    )?;
    let rows: [(&str, Chosen); 5] = [
        ("closed, due, marked", |of| {
            of.closed.is_some() && of.raw.due.is_some() && of.city.is_some()
        }),
        ("closed, due, not marked", |of| {
            of.closed.is_some() && of.raw.due.is_some() && of.city.is_none()
        }),
        ("closed, without a due time", |of| of.closed.is_some() && of.raw.due.is_none()),
        ("never closed, due", |of| of.closed.is_none() && of.raw.due.is_some()),
        ("never closed, without one", |of| of.closed.is_none() && of.raw.due.is_none()),
    ];
    for (name, is) in rows {
        let these = || requests.iter().zip(verdicts).filter(|(request, _)| is(request));
        let city = |mark| these().filter(|(of, _)| of.city == Some(mark)).count();
        let engine = |mark| these().filter(|(_, engine)| **engine == Some(mark)).count();
        let n = these().count();
        let (yes, no) = (city(OnTime::Yes), city(OnTime::No));
        let (in_time, late) = (engine(OnTime::Yes), engine(OnTime::No));
        let row = format!("  {name:<27} {n:7} {yes:13} {no:6} {in_time:16} {late:6}");
        told::line(out, &row)?;
    }
    Ok(())
}

/// What is still open at the end, by the files and by the figures.
fn open(
    out: &mut impl Write,
    requests: &[Request],
    played: &Requests<'_>,
) -> Result<(), ToolError> {
    let open = requests.iter().filter(|request| request.closed.is_none()).count();
    let (k03, overdue) = (played.now("K03")?.n, played.now("K03.overdue")?.n);
    told::line(
        out,
        &format!("never closed: file {open}, K03 {k03}, of these K03.overdue {overdue}"),
    )
}

fn differences(
    out: &mut impl Write,
    (requests, verdicts): Verdicts<'_>,
    zone: &TimeZone,
) -> Result<(), ToolError> {
    let differ = |(request, engine): &(&Request, &Option<OnTime>)| {
        request.city.is_some_and(|city| **engine != Some(city))
    };
    let all: Vec<_> = requests.iter().zip(verdicts).filter(differ).collect();
    told::line(out, &format!("marks of which the engine says otherwise: {}", all.len()))?;
    for (request, engine) in all {
        let (id, city, engine) = (&request.raw.id, word(request.city), word(*engine));
        let why = why(request, zone);
        told::line(out, &format!("  {id}: city {city}, engine {engine}: {why}"))?;
    }
    Ok(())
}

fn word(mark: Option<OnTime>) -> &'static str {
    match mark {
        Some(OnTime::Yes) => "ONTIME",
        Some(OnTime::No) => "OVERDUE",
        None => "",
    }
}

/// Why the engine says what it says.
fn why(request: &Request, zone: &TimeZone) -> String {
    let due_and_closed = [request.raw.due, request.closed];
    let twice = due_and_closed.into_iter().flatten().any(|at| is_told_twice(at, zone));
    let also =
        if twice { "; the clocks showed that hour twice, it is taken as the first" } else { "" };
    format!("{}{also}", by_its_times(request))
}

/// Whether the clocks of `zone` show what they show at `at` at another moment, too.
fn is_told_twice(at: Timestamp, zone: &TimeZone) -> bool {
    let civil = jiff::Timestamp::from_millisecond(at.0).map(|at| zone.to_datetime(at));
    civil.is_ok_and(|civil| zone.to_ambiguous_timestamp(civil).is_ambiguous())
}

fn by_its_times(request: &Request) -> String {
    match (request.raw.due, request.closed) {
        (None, _) => "it has no due time, so it is never late".to_owned(),
        (Some(due), None) => format!("never closed, due {}", moment(Some(due))),
        (Some(due), Some(closed)) if due < closed => {
            format!("closed {} s after it was due", closed.ms_since(due) / 1_000)
        }
        (Some(due), Some(closed)) => {
            format!("closed {} s before it was due", due.ms_since(closed) / 1_000)
        }
    }
}

fn of_csv(request: &Request, engine: Option<OnTime>, zone: &TimeZone) -> [String; 7] {
    [
        request.raw.id.clone(),
        moment(Some(request.raw.observed_at)),
        moment(request.raw.due),
        moment(request.closed),
        word(request.city).to_owned(),
        word(engine).to_owned(),
        why(request, zone),
    ]
}
