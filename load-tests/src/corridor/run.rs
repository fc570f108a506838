//! One corridor: opened over its cases, loaded, measured, told in one line.

use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use clap::Args;
use liandong::telemetry::Stopwatch;
use serde::Serialize;
use tokio::task::JoinHandle;

use super::city::City;
use super::disk::Disk;
use super::measure::Run;
use super::search;
use super::sending::{Load, send_all};

use crate::glass::{Pages, all_live, lay_cases};
use crate::server::{Server, binary};
use crate::signals::Maker;
use crate::{Failure, ms};

/// How long a signal may take to be seen before it counts as lost.
const LOST_AFTER: Duration = Duration::from_secs(30);
/// Between two lines of progress.
const PROGRESS_EVERY: Duration = Duration::from_secs(5);
/// Counties of the demo's city: partitions 1 to this.
const COUNTIES: usize = 7;

/// Options of the corridor.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Signals a second.
    #[arg(long, default_value_t = 5_000)]
    pub(super) rate: u64,
    /// Raw detections a second beside them.
    #[arg(long, default_value_t = 20_000)]
    detections: u64,
    /// Seconds to measure; by default 300, or 30 a step of a search.
    #[arg(long)]
    pub(super) seconds: Option<u64>,
    /// Open cases laid before.
    #[arg(long, default_value_t = 20_000)]
    pub(super) cases: u64,
    /// Pages of the whole city.
    #[arg(long, default_value_t = 10)]
    city_pages: usize,
    /// Pages of one county each, the counties in turn.
    #[arg(long, default_value_t = 50)]
    county_pages: usize,
    /// p99 that must be held, milliseconds; by default 50, or 100 in a search.
    #[arg(long)]
    pub(super) p99_ms: Option<u64>,
    /// Looks for the highest rate that is held.
    #[arg(long)]
    search: bool,
    /// The rates a search tries, upwards.
    #[arg(long, value_delimiter = ',', default_values_t = search::RATES)]
    pub(super) rates: Vec<u64>,
    /// The server's binary; by default the one beside this.
    #[arg(long)]
    pub(super) server: Option<PathBuf>,
}

/// The printed line.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    bench: &'static str,
    pub(super) rate: u64,
    seconds: u64,
    open_cases_before: f64,
    open_cases_after: f64,
    signals_sent: u64,
    pages: usize,
    /// Signals that some page never saw.
    signals_unseen: usize,
    /// Deltas that did not follow on.
    gaps: u64,
    signals_refused: u64,
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
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
    pub(super) held: bool,
}

/// One corridor: so many signals a second for so long, and what must be held.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) rate: u64,
    pub(super) seconds: u64,
    pub(super) p99_ms: u64,
}

impl Line {
    /// Whether every signal was taken and seen by every page, in order.
    pub(super) fn is_whole(&self) -> bool {
        self.signals_unseen == 0 && self.gaps == 0 && self.signals_refused == 0
    }
}

/// A city with its open cases, and who makes signals for it.
pub(super) struct Room {
    pub(super) city: City,
    pub(super) folder: tempfile::TempDir,
    pub(super) maker: Maker,
}

/// Runs it.
pub(crate) async fn run(options: Options) -> Result<(String, bool), Failure> {
    if options.search {
        return search::run(&options).await;
    }
    let mut room = open(&options).await?;
    let (seconds, p99_ms) = (options.seconds.unwrap_or(300), options.p99_ms.unwrap_or(50));
    let line = measure(&options, &mut room, Step { rate: options.rate, seconds, p99_ms }).await?;
    let held = line.held;
    Ok((serde_json::to_string(&line)?, held))
}

/// Starts a server and lays the open cases.
pub(super) async fn open(options: &Options) -> Result<Room, Failure> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(&binary(options.server.clone())?, folder.path(), &[], None).await?;
    let mut maker = Maker::new(1, "c");
    lay_cases(&server.address, &mut maker, (0, options.cases)).await?;
    Ok(Room { city: City::One(Box::new(server)), folder, maker })
}

/// One step before pages of its own.
pub(super) async fn measure(
    options: &Options,
    room: &mut Room,
    step: Step,
) -> Result<Line, Failure> {
    let Room { folder, city, maker } = room;
    let open_before = city.metric("processor_cases_open").await?;
    let hellos = hellos(options);
    let run = Arc::new(Run::new(hellos.len())?);
    let _pages = Pages::open(city.pages(), &hellos, &run.board).await?;
    all_live(&run.board).await?;
    let disk = Disk::look_at(folder.path())?;
    let progress = tell_progress(&run);
    let cpu_before = city.usage()?.cpu_seconds;
    let load = Load {
        rate: step.rate,
        detections: options.detections,
        seconds: step.seconds,
        spots: options.cases.max(1),
    };
    let (signals_sent, detections_sent) = send_all(city.signals(), &load, &run, maker).await?;
    progress.abort();
    let waited = Stopwatch::start();
    while {
        run.board.settle()?;
        run.board.waiting() > 0 && waited.elapsed() < LOST_AFTER
    } {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (usage, disk) = (city.usage()?, disk.seen()?);
    Ok(Line {
        open_cases_before: open_before,
        open_cases_after: city.metric("processor_cases_open").await?,
        signals_sent,
        pages: hellos.len(),
        disk_p99_ms: ms(&disk, 0.99),
        disk_max_ms: ms(&disk, 1.0),
        detections_sent,
        server_cpu_seconds: usage.cpu_seconds - cpu_before,
        server_rss_mb: usage.rss / 1_048_576,
        ..summary(step, &run)
    })
}

/// What each page says: those of the city first.
fn hellos(options: &Options) -> Vec<String> {
    let city = (0..options.city_pages).map(|_| "{\"page\":\"wall\"}".to_owned());
    let county = (0..options.county_pages)
        .map(|page| format!("{{\"page\":\"wall\",\"partitions\":[{}]}}", page % COUNTIES + 1));
    city.chain(county).collect()
}

/// Says every few seconds how the run goes.
fn tell_progress(run: &Arc<Run>) -> JoinHandle<()> {
    let run = Arc::clone(run);
    #[expect(clippy::disallowed_methods, reason = "aborted when the run is over")]
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(PROGRESS_EVERY).await;
            let at = run.board.now_us() / 1_000_000;
            let Ok(lately) = run.board.settle() else { return };
            let (p50, p99, max) = (ms(&lately, 0.5), ms(&lately, 0.99), ms(&lately, 1.0));
            tell(&format!(
                "{at:4} s  seen {}  p50 {p50} ms  p99 {p99} ms  max {max} ms",
                lately.len()
            ));
        }
    })
}

#[expect(clippy::print_stderr, reason = "progress of a bench goes to stderr")]
pub(super) fn tell(what: &str) {
    eprintln!("{what}");
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds that a person gave")]
fn summary(step: Step, run: &Run) -> Line {
    let (seen, unseen) = (run.board.took(), run.board.waiting());
    let gaps = run.board.pages().map(|page| page.gaps).sum();
    let refused = run.refused.load(Ordering::Acquire);
    let acknowledged = run.acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
    let p99_ms = ms(&seen, 0.99);
    Line {
        bench: "corridor",
        rate: step.rate,
        seconds: step.seconds,
        open_cases_before: 0.0,
        open_cases_after: 0.0,
        signals_sent: 0,
        pages: 0,
        signals_unseen: unseen,
        gaps,
        signals_refused: refused,
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
        held: p99_ms <= step.p99_ms as f64 && unseen == 0 && gaps == 0 && refused == 0,
    }
}
