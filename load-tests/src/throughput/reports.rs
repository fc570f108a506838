//! The reports of a run: a city's own where they are at hand, else made by seed.

use std::path::Path;
use std::process::Command;

use liandong::telemetry::Clock;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value};

use crate::Failure;

/// Reports that are made where there are none.
const MADE: u64 = 140_000;
/// What of the file happens at once, a stretch of its time: ingest takes nothing older than a week.
const STRETCH_MS: i64 = 6 * 86_400_000;
/// Degrees from one stretch's city to the next, and cities of a row.
const APART: f64 = 0.5;
const ROW: i64 = 32;
/// Cells a degree: the peer keeps a row a cell, of about 100 m.
const CELLS: f64 = 1_000.0;
/// The middle of the made city, degrees.
const CENTRE: (f64, f64) = (42.34, -71.08);
const SERVICES: [&str; 4] =
    ["Abandoned Vehicle", "Illegal Parking", "Sidewalk Not Shoveled", "Street Light Outage"];

/// One report.
#[derive(Debug, Clone)]
pub(super) struct Report {
    /// The cell it lies in.
    pub(super) cell: String,
    /// As every side reads it; `at` is `requested_datetime` in milliseconds.
    pub(super) json: String,
}

/// Each report of `folder` (`*.reports.jsonl.gz`), so many times over under new ids; made ones
/// where there is no folder.
///
/// Years become the last six days, and yet nobody has more neighbours than he had: each six days
/// of the file are a city of their own, beside the others. What comes first is sent first.
pub(super) fn all(folder: Option<&Path>, passes: u64) -> Result<Vec<Report>, Failure> {
    let known = match folder {
        Some(folder) => read(folder)?,
        None => made()?,
    };
    let first = known.iter().map(|(at, _)| *at).min().unwrap_or(0);
    let last = known.iter().map(|(at, _)| *at).max().unwrap_or(0);
    let stretches = (last - first) / STRETCH_MS + 1;
    let begin = Clock::System.now().0 - STRETCH_MS;
    let mut reports = Vec::new();
    for pass in 0..i64::try_from(passes)? {
        for (at, fields) in &known {
            let (stretch, into) = ((at - first) / STRETCH_MS, (at - first) % STRETCH_MS);
            let city = pass * stretches + stretch;
            reports.push((into, report(fields, (pass, city, begin + into))?));
        }
    }
    reports.sort_by_key(|(into, _)| *into);
    Ok(reports.into_iter().map(|(_, report)| report).collect())
}

fn report(
    fields: &Map<String, Value>,
    (pass, city, at): (i64, i64, i64),
) -> Result<Report, Failure> {
    let mut fields = fields.clone();
    let id = fields.get("service_request_id").and_then(Value::as_str).unwrap_or_default();
    let id = format!("{pass}-{id}");
    let beside = |steps: i64| Ok::<_, Failure>(f64::from(i32::try_from(steps)?) * APART);
    let degrees = |name| fields.get(name).and_then(Value::as_f64).unwrap_or_default();
    let lat = degrees("lat") + beside(city / ROW - ROW / 2)?;
    let long = degrees("long") + beside(city % ROW - ROW / 2)?;
    let cell = format!("{:.0}:{:.0}", lat * CELLS, long * CELLS);
    fields.insert("service_request_id".to_owned(), id.into());
    fields.insert("lat".to_owned(), lat.into());
    fields.insert("long".to_owned(), long.into());
    fields.insert("at".to_owned(), at.into());
    fields.insert("requested_datetime".to_owned(), moment(at)?.into());
    Ok(Report { cell, json: serde_json::to_string(&fields)? })
}

fn moment(at: i64) -> Result<String, Failure> {
    Ok(jiff::Timestamp::from_millisecond(at)?.to_string())
}

/// Reports with their own times.
type Known = Vec<(i64, Map<String, Value>)>;

fn read(folder: &Path) -> Result<Known, Failure> {
    let mut files = Vec::new();
    for found in std::fs::read_dir(folder)? {
        let path = found?.path();
        if path.to_string_lossy().ends_with(".reports.jsonl.gz") {
            files.push(path);
        }
    }
    files.sort();
    let told = Command::new("zcat").args(&files).output()?;
    if files.is_empty() || !told.status.success() {
        return Err(format!("{} holds no *.reports.jsonl.gz", folder.display()).into());
    }
    let mut known = Vec::new();
    for line in told.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let fields: Map<String, Value> = serde_json::from_slice(line)?;
        let said = fields.get("requested_datetime").and_then(Value::as_str).unwrap_or_default();
        let whole = ["lat", "long"].iter().all(|name| fields.get(*name).is_some_and(Value::is_f64));
        if whole && fields.get("service_name").is_some_and(Value::is_string) {
            known.push((said.parse::<jiff::Timestamp>()?.as_millisecond(), fields));
        }
    }
    Ok(known)
}

fn made() -> Result<Known, Failure> {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let begin = Clock::System.now().0 - 365 * 86_400_000;
    let mut known = Vec::new();
    for number in 0..MADE {
        let service = SERVICES.get(random.random_range(0..SERVICES.len())).copied();
        let lat = CENTRE.0 + f64::from(random.random_range(-500..500)) / 10_000.0;
        let long = CENTRE.1 + f64::from(random.random_range(-500..500)) / 10_000.0;
        let text = "It has stood here for days, by the corner, and nobody has come to see to it.";
        let fields = serde_json::json!({
            "service_request_id": format!("made-{number}"), "service_name": service,
            "description": text, "address": "1 Made Street", "lat": lat, "long": long,
        });
        let Value::Object(fields) = fields else { continue };
        known.push((begin + i64::try_from(number)? * 200_000, fields));
    }
    Ok(known)
}
