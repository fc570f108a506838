//! The corridor: from a signal's arrival to its change at a follower, in an open loop.
//!
//! Each signal has a moment at which it *ought* to be sent; latency counts from there, so a
//! stalled server or generator cannot hide what it delayed (no coordinated omission).

use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use clap::Args;
use hdrhistogram::Histogram;
use liandong::telemetry::Stopwatch;
use serde::Serialize;
use tokio::task::JoinHandle;

use crate::Failure;
use crate::disk::Disk;
use crate::http::Connection;
use crate::measure::Run;
use crate::seeing::follow_all;
use crate::sending::{Load, send_all};
use crate::server::{Server, binary};
use crate::signals::Maker;

/// Signals of one request while the open cases are laid.
const PRELOAD_BATCH: u64 = 500;
/// How long a signal may take to be seen before it counts as lost.
const LOST_AFTER: Duration = Duration::from_secs(30);
/// Between two lines of progress.
const PROGRESS_EVERY: Duration = Duration::from_secs(5);
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
    /// A bare append and fsync beside the run.
    disk_p99_ms: f64,
    disk_max_ms: f64,
    detections_sent: u64,
    detections_durable: u64,
    detections_shed: u64,
    server_cpu_seconds: f64,
    server_rss_mb: u64,
    held: bool,
}

/// Runs it.
pub(crate) async fn run(options: Options) -> Result<(String, bool), Failure> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(&binary(options.server.clone())?, folder.path(), &[]).await?;
    let mut maker = Maker::new(1, "c");
    lay_cases(&server.address, &mut maker, options.cases).await?;
    let open_before = open_cases(&server.address).await?;
    let run = Arc::new(Run::new()?);
    let followers = follow_all(&server.address, (TOKEN, options.partitions), &run).await?;
    let disk = Disk::look_at(folder.path())?;
    let progress = tell_progress(&run);
    let cpu_before = server.usage().map_or(0.0, |(seconds, _)| seconds);
    let load = Load {
        rate: options.rate,
        detections: options.detections,
        seconds: options.seconds,
        spots: options.cases.max(1),
    };
    let (signals_sent, detections_sent) = send_all(&server.address, &load, &run, maker).await?;
    let waited = Stopwatch::start();
    while run.waiting() > 0 && waited.elapsed() < LOST_AFTER {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    run.over.store(true, Ordering::Release);
    progress.abort();
    let (cpu, rss) = server.usage().unwrap_or_default();
    let disk = disk.seen()?;
    let line = Line {
        open_cases_before: open_before,
        open_cases_after: open_cases(&server.address).await?,
        signals_sent,
        disk_p99_ms: ms(&disk, 0.99),
        disk_max_ms: ms(&disk, 1.0),
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

/// Says every few seconds how the run goes.
fn tell_progress(run: &Arc<Run>) -> JoinHandle<()> {
    let run = Arc::clone(run);
    #[expect(clippy::disallowed_methods, reason = "aborted when the run is over")]
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(PROGRESS_EVERY).await;
            let (at, lately) = (run.clock.elapsed().as_secs(), run.take_lately());
            let (p50, p99, max) = (ms(&lately, 0.5), ms(&lately, 0.99), ms(&lately, 1.0));
            tell(&format!(
                "{at:4} s  seen {}  p50 {p50} ms  p99 {p99} ms  max {max} ms",
                lately.len()
            ));
        }
    })
}

#[expect(clippy::print_stderr, reason = "progress of a bench goes to stderr")]
fn tell(what: &str) {
    eprintln!("{what}");
}

#[expect(clippy::cast_precision_loss, reason = "microseconds of a run of minutes")]
fn ms(histogram: &Histogram<u64>, quantile: f64) -> f64 {
    histogram.value_at_quantile(quantile) as f64 / 1_000.0
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds that a person gave")]
fn summary(options: &Options, run: &Run) -> Line {
    let seen = run.seen.lock().unwrap_or_else(PoisonError::into_inner);
    let acknowledged = run.acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
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
        max_ms: ms(&seen, 1.0),
        ack_p99_ms: ms(&acknowledged, 0.99),
        disk_p99_ms: 0.0,
        disk_max_ms: 0.0,
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
