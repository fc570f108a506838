//! The corridor: from a signal's arrival to its change at a follower, in an open loop.
//!
//! Each signal has a moment at which it *ought* to be sent; latency counts from there, so a
//! stalled server or generator cannot hide what it delayed (no coordinated omission).

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use clap::Args;
use hdrhistogram::Histogram;
use liandong::telemetry::Stopwatch;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::follow::{self, Cursors};
use crate::http::Connection;
use crate::server::{self, Server};
use crate::signals::{Maker, Signal};
use crate::{Failure, server::binary};

/// Connections that carry signals.
const CONNECTIONS: usize = 48;
/// Detections of one request.
const DETECTIONS_A_BATCH: usize = 400;
/// Cameras that detect.
const CAMERAS: u32 = 8_500;
/// Signals of one request while the open cases are laid.
const PRELOAD_BATCH: u64 = 500;
/// How long a signal may take to be seen before it counts as lost.
const LOST_AFTER: Duration = Duration::from_secs(30);
/// The token of the demo profile that may read everything.
const TOKEN: &str = "demo-shift-leader";

/// Options of the corridor.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Signals a second.
    #[arg(long, default_value_t = 5_000)]
    rate: u64,
    /// Raw detections a second beside them.
    #[arg(long, default_value_t = 20_000)]
    detections: u64,
    /// Seconds to measure.
    #[arg(long, default_value_t = 300)]
    seconds: u64,
    /// Open cases laid before.
    #[arg(long, default_value_t = 20_000)]
    cases: u64,
    /// Partitions followed: 0 to this one.
    #[arg(long, default_value_t = 7)]
    partitions: u16,
    /// p99 that must be held, milliseconds.
    #[arg(long, default_value_t = 40)]
    p99_ms: u64,
    /// The server's binary; by default the one beside this.
    #[arg(long)]
    server: Option<PathBuf>,
}

/// The printed line.
#[derive(Debug, Serialize)]
struct Line {
    bench: &'static str,
    rate: u64,
    seconds: u64,
    open_cases_before: u64,
    open_cases_after: u64,
    signals_sent: u64,
    signals_seen: u64,
    signals_refused: u64,
    p50_ms: f64,
    p99_ms: f64,
    p999_ms: f64,
    max_ms: f64,
    ack_p99_ms: f64,
    detections_sent: u64,
    detections_durable: u64,
    detections_shed: u64,
    server_cpu_seconds: f64,
    server_rss_mb: u64,
    held: bool,
}

/// When each signal under way ought to have been sent, in microseconds of the run.
type UnderWay = Arc<Mutex<HashMap<String, u64>>>;

/// What the run counts, shared by its parts.
#[derive(Debug)]
struct Run {
    clock: Stopwatch,
    under_way: UnderWay,
    seen: Mutex<Histogram<u64>>,
    acknowledged: Mutex<Histogram<u64>>,
    refused: AtomicU64,
    durable: AtomicU64,
    shed: AtomicU64,
    over: AtomicBool,
}

impl Run {
    fn new() -> Result<Self, Failure> {
        Ok(Self {
            clock: Stopwatch::start(),
            under_way: UnderWay::default(),
            seen: Mutex::new(Histogram::new(3)?),
            acknowledged: Mutex::new(Histogram::new(3)?),
            refused: AtomicU64::new(0),
            durable: AtomicU64::new(0),
            shed: AtomicU64::new(0),
            over: AtomicBool::new(false),
        })
    }

    fn now_us(&self) -> u64 {
        u64::try_from(self.clock.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn waiting(&self) -> usize {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// Runs it.
pub(crate) async fn run(options: Options) -> Result<(String, bool), Failure> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(&binary(options.server.clone())?, folder.path(), &[]).await?;
    let mut maker = Maker::new(1, "c");
    lay_cases(&server.address, &mut maker, options.cases).await?;
    let open_before = open_cases(&server.address).await?;
    let run = Arc::new(Run::new()?);
    let followers = follow_all(&server.address, &options, &run).await?;
    let cpu_before = server.usage().map_or(0.0, |(seconds, _)| seconds);
    let (signals_sent, detections_sent) = send_all(&server.address, &options, &run, maker).await?;
    let waited = Stopwatch::start();
    while run.waiting() > 0 && waited.elapsed() < LOST_AFTER {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    run.over.store(true, Ordering::Release);
    let (cpu, rss) = server.usage().unwrap_or_default();
    let line = Line {
        open_cases_before: open_before,
        open_cases_after: open_cases(&server.address).await?,
        signals_sent,
        detections_sent,
        server_cpu_seconds: cpu - cpu_before,
        server_rss_mb: rss / 1_048_576,
        ..summary(&options, &run)
    };
    for follower in followers {
        follower.abort();
    }
    let lost = run.waiting();
    let held = line.held && lost == 0 && line.signals_refused == 0;
    Ok((serde_json::to_string(&Line { held, ..line })?, held))
}

#[expect(clippy::cast_precision_loss, reason = "microseconds of a run of minutes")]
fn summary(options: &Options, run: &Run) -> Line {
    let seen = run.seen.lock().unwrap_or_else(PoisonError::into_inner);
    let acknowledged = run.acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
    let ms = |histogram: &Histogram<u64>, quantile: f64| {
        histogram.value_at_quantile(quantile) as f64 / 1_000.0
    };
    let p99_ms = ms(&seen, 0.99);
    Line {
        bench: "corridor",
        rate: options.rate,
        seconds: options.seconds,
        open_cases_before: 0,
        open_cases_after: 0,
        signals_sent: 0,
        signals_seen: seen.len(),
        signals_refused: run.refused.load(Ordering::Acquire),
        p50_ms: ms(&seen, 0.5),
        p99_ms,
        p999_ms: ms(&seen, 0.999),
        max_ms: seen.max() as f64 / 1_000.0,
        ack_p99_ms: ms(&acknowledged, 0.99),
        detections_sent: 0,
        detections_durable: run.durable.load(Ordering::Acquire),
        detections_shed: run.shed.load(Ordering::Acquire),
        server_cpu_seconds: 0.0,
        server_rss_mb: 0,
        held: p99_ms <= options.p99_ms as f64,
    }
}

/// Lays `cases` open cases, one on each spot of the lattice.
async fn lay_cases(address: &str, maker: &mut Maker, cases: u64) -> Result<(), Failure> {
    let mut connection = Connection::open(address).await?;
    let mut spot = 0;
    while spot < cases {
        let until = cases.min(spot + PRELOAD_BATCH);
        let batch: Vec<String> = (spot..until).map(|at| maker.signal_at(at).json).collect();
        let body = Bytes::from(format!("[{}]", batch.join(",")));
        let reply = connection.post("/api/v1/signals?feed=signal", None, body).await?;
        if reply.status != 202 {
            let why = String::from_utf8_lossy(&reply.body).into_owned();
            return Err(format!("laying cases: {} {why}", reply.status).into());
        }
        spot = until;
    }
    // The followers start at the journal's end; give the picture a moment to reach it.
    tokio::time::sleep(Duration::from_secs(2)).await;
    Ok(())
}

/// How many cases are open now, by the server's own count.
async fn open_cases(address: &str) -> Result<u64, Failure> {
    let reply = Connection::open(address).await?.get("/metrics", None).await?;
    let text = String::from_utf8_lossy(&reply.body).into_owned();
    Ok(text
        .lines()
        .filter(|line| line.starts_with("processor_cases_open"))
        .filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok())
        .sum())
}

/// The part of a range that a latency needs; the rest is skipped.
#[derive(Debug, Deserialize)]
struct SeenRange<'a> {
    #[serde(borrow)]
    changes: Vec<SeenPlaced<'a>>,
}

#[derive(Debug, Deserialize)]
struct SeenPlaced<'a> {
    #[serde(borrow)]
    change: SeenChange<'a>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct SeenChange<'a> {
    #[serde(borrow)]
    ticket_moved: Option<SeenMoved<'a>>,
}

#[derive(Debug, Deserialize)]
struct SeenMoved<'a> {
    #[serde(borrow)]
    ticket: SeenTicket<'a>,
}

#[derive(Debug, Deserialize)]
struct SeenTicket<'a> {
    external_id: &'a str,
}

/// Starts a follower for each partition, at its end.
async fn follow_all(
    address: &str,
    options: &Options,
    run: &Arc<Run>,
) -> Result<Vec<tokio::task::JoinHandle<()>>, Failure> {
    let mut followers = Vec::new();
    for partition in 0..=options.partitions {
        let (address, run) = (address.to_owned(), Arc::clone(run));
        let path = format!("{}&since=end", follow::path(partition, &Cursors::new()));
        #[expect(clippy::disallowed_methods, reason = "aborted when the run is over")]
        followers.push(tokio::spawn(async move {
            let followed =
                follow::lines(&address, &path, TOKEN, |line| note_seen(&run, line)).await;
            if let (Err(failure), false) = (followed, run.over.load(Ordering::Acquire)) {
                warn(&format!("follower of {partition}: {failure}"));
            }
        }));
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    Ok(followers)
}

#[expect(clippy::print_stderr, reason = "progress and faults of a bench go to stderr")]
fn warn(what: &str) {
    eprintln!("{what}");
}

fn note_seen(run: &Run, line: &[u8]) -> Result<bool, Failure> {
    let range: SeenRange<'_> = serde_json::from_slice(line)?;
    let now = run.now_us();
    let mut under_way = run.under_way.lock().unwrap_or_else(PoisonError::into_inner);
    let mut seen = run.seen.lock().unwrap_or_else(PoisonError::into_inner);
    for placed in range.changes {
        let Some(moved) = placed.change.ticket_moved else { continue };
        if let Some(due) = under_way.remove(moved.ticket.external_id) {
            seen.record(now.saturating_sub(due))?;
        }
    }
    Ok(true)
}

/// Sends everything at its moment; returns how many signals and detections that were.
async fn send_all(
    address: &str,
    options: &Options,
    run: &Arc<Run>,
    mut maker: Maker,
) -> Result<(u64, u64), Failure> {
    let lanes = open_lanes(address, run).await?;
    let detections = detect(address, options, run).await?;
    let start = run.now_us();
    let total = options.rate * options.seconds;
    for number in 0..total {
        let due = start + number * 1_000_000 / options.rate;
        let now = run.now_us();
        if now < due {
            tokio::time::sleep(Duration::from_micros(due - now)).await;
        }
        let signal = maker.signal(options.cases.max(1));
        let mut under_way = run.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.insert(signal.id.clone(), due);
        drop(under_way);
        let lane = usize::try_from(number).unwrap_or(0) % lanes.len();
        if let Some(lane) = lanes.get(lane) {
            lane.send((due, signal)).await?;
        }
    }
    drop(lanes);
    Ok((total, detections.await?))
}

/// Connections that each send what they are given, in order.
async fn open_lanes(
    address: &str,
    run: &Arc<Run>,
) -> Result<Vec<mpsc::Sender<(u64, Signal)>>, Failure> {
    let mut lanes = Vec::new();
    for _ in 0..CONNECTIONS {
        let mut connection = Connection::open(address).await?;
        let (lane, mut given) = mpsc::channel::<(u64, Signal)>(10_000);
        let run = Arc::clone(run);
        #[expect(clippy::disallowed_methods, reason = "ends when its lane is dropped")]
        tokio::spawn(async move {
            while let Some((due, signal)) = given.recv().await {
                let body = Bytes::from(signal.json);
                let reply = connection.post("/api/v1/signals?feed=signal", None, body).await;
                if !reply.is_ok_and(|reply| reply.status == 202) {
                    run.refused.fetch_add(1, Ordering::AcqRel);
                    run.under_way
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .remove(&signal.id);
                    continue;
                }
                let waited = run.now_us().saturating_sub(due);
                let mut acknowledged =
                    run.acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
                drop(acknowledged.record(waited));
            }
        });
        lanes.push(lane);
    }
    Ok(lanes)
}

/// Sends raw detections in batches beside the signals, each durable or counted as shed.
async fn detect(
    address: &str,
    options: &Options,
    run: &Arc<Run>,
) -> Result<tokio::task::JoinHandle<u64>, Failure> {
    let mut connection = Connection::open(address).await?;
    let run = Arc::clone(run);
    let (rate, seconds) = (options.detections, options.seconds);
    let mut maker = Maker::new(2, "d");
    #[expect(clippy::disallowed_methods, reason = "ends after its last batch")]
    Ok(tokio::spawn(async move {
        let batch = u64::try_from(DETECTIONS_A_BATCH).unwrap_or(1);
        let start = run.now_us();
        let mut sent = 0;
        while sent < rate * seconds {
            let due = start + sent * 1_000_000 / rate;
            let now = run.now_us();
            if now < due {
                tokio::time::sleep(Duration::from_micros(due - now)).await;
            }
            let body = maker.detections(DETECTIONS_A_BATCH, CAMERAS);
            let reply = connection.post("/api/v1/signals?feed=detection", None, body).await;
            let kept = reply.is_ok_and(|reply| reply.status == 202);
            let counter = if kept { &run.durable } else { &run.shed };
            counter.fetch_add(batch, Ordering::AcqRel);
            sent += batch;
        }
        sent
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seen_ticket_is_taken_from_those_under_way() {
        let run = Run::new().unwrap();
        run.under_way.lock().unwrap().insert("c-1".into(), 0);
        let line = br#"{"partition":1,"changes":[{"index":0,"change":{"ticket_moved":{"ticket":
            {"external_id":"c-1","case":"1-1"}}}},{"change":{"case_archived":{"case":"1-2"}}}]}"#;
        note_seen(&run, line).unwrap();
        assert_eq!((run.waiting(), run.seen.lock().unwrap().len()), (0, 1));
    }

    #[test]
    fn the_server_under_test_gets_a_port_of_its_own() {
        assert_ne!(server::free_port().unwrap(), 0);
    }
}
