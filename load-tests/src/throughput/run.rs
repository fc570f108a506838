//! The rounds: each side in turn, on one broker; medians are compared.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use tokio::process::Command;

use super::half::Half;
use super::ours;
use super::peer::{self, Peer};
use super::{reports, topic};
use crate::cluster::Brokers;
use crate::server::binary;
use crate::warm::Warm;
use crate::{Failure, median};

/// Where the reports lie, one partition for all who do not ingest.
const TOPIC: &str = "reports";

/// Options of the throughput.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// A folder of a city's reports (*.reports.jsonl.gz, Open311); made ones where there is none.
    #[arg(long)]
    reports: Option<PathBuf>,
    /// How often all reports are given, under new ids each time.
    #[arg(long, default_value_t = 2)]
    passes: u64,
    /// Rounds: each side once a round.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Reports of one request to ingest.
    #[arg(long, default_value_t = 500)]
    batch: usize,
    /// The peer's heap.
    #[arg(long, default_value = "512m")]
    peer_heap: String,
    /// Megabytes of touched memory that are given to the machine while the processor, or the peer,
    /// is measured: on a virtual machine that gives free memory back, growing costs what it costs
    /// elsewhere.
    #[arg(long, default_value_t = 3_072)]
    warm_mb: usize,
    /// Leaves the peer out.
    #[arg(long)]
    no_peer: bool,
    /// How many times the peer's reports a CPU-second ours must be.
    #[arg(long, default_value_t = 2.5)]
    ratio: f64,
    /// The server's binary; by default the one beside this.
    #[arg(long)]
    server: Option<PathBuf>,
}

/// The printed line: reports a CPU-second of each side, medians of the rounds' warm halves.
#[derive(Debug, Default, Serialize)]
struct Line {
    bench: &'static str,
    reports: usize,
    real: bool,
    batch: usize,
    warm_mb: usize,
    dropped_a_cpu_second: f64,
    ours_a_cpu_second: f64,
    peer_a_cpu_second: f64,
    peer_caching_a_cpu_second: f64,
    /// Ours to the better of the peer's.
    ratio: f64,
    /// Of what a client takes that only reads.
    of_ceiling: f64,
    ours_ingest_share: f64,
    ours_cases_open: f64,
    ours_rss_mb: u64,
    ours_processor_rss_mb: u64,
    peer_rss_mb: u64,
    rounds: Vec<Round>,
    passed: bool,
}

/// The warm halves of one round.
#[derive(Debug, Serialize)]
struct Round {
    dropped: Half,
    ours: Half,
    ours_ingest_cpu_seconds: f64,
    ours_cases_open: f64,
    ours_processor_rss_mb: u64,
    peer: Option<Half>,
    peer_caching: Option<Half>,
}

/// Runs it.
pub(crate) async fn run(options: Options) -> Result<(String, bool), Failure> {
    let program = binary(options.server.clone())?;
    let reports = reports::all(options.reports.as_deref(), options.passes)?;
    let peer = if options.no_peer { None } else { Some(Peer::make(&options.peer_heap).await?) };
    let brokers = Brokers::start(1).await?;
    let at = brokers.addresses();
    topic::make(&at, TOPIC).await?;
    let filling = at.clone();
    let reports = tokio::task::spawn_blocking(move || {
        topic::fill(&filling, TOPIC, &reports).map(|()| reports)
    });
    let reports = reports.await??;
    let mut rounds = Vec::new();
    for round in 1..=options.rounds {
        let one = round_of((&options, &program), (&at, round), &reports, peer.as_ref()).await?;
        tell(&format!("round {round}: {}", serde_json::to_string(&one)?));
        rounds.push(one);
    }
    let line = compare(&options, reports.len(), rounds);
    Ok((serde_json::to_string(&line)?, line.passed))
}

async fn round_of(
    (options, program): (&Options, &Path),
    (brokers, round): (&str, usize),
    reports: &[reports::Report],
    peer: Option<&Peer>,
) -> Result<Round, Failure> {
    let count = u64::try_from(reports.len())?;
    let dropped = drop_all(brokers, count).await?;
    let how = (options.batch, warm(options).await?);
    let ours = ours::measure((program, brokers, round), reports, how).await?;
    let run = |caching| peer::Run { brokers, topic: TOPIC, reports: count, caching, round };
    let (mut plain, mut cached) = (None, None);
    if let Some(peer) = peer {
        plain = Some(peer.measure(run(false), warm(options).await?).await?);
        cached = Some(peer.measure(run(true), warm(options).await?).await?);
    }
    Ok(Round {
        dropped,
        ours: ours.half,
        ours_ingest_cpu_seconds: ours.ingest_cpu_seconds,
        ours_cases_open: ours.cases_open,
        ours_processor_rss_mb: ours.processor_rss_mb,
        peer: plain,
        peer_caching: cached,
    })
}

/// Memory for one side, taken before it starts.
async fn warm(options: &Options) -> Result<Warm, Failure> {
    let megabytes = options.warm_mb;
    tokio::task::spawn_blocking(move || Warm::take(megabytes)).await?
}

/// In a process of its own.
async fn drop_all(brokers: &str, reports: u64) -> Result<Half, Failure> {
    let count = reports.to_string();
    let told = Command::new(std::env::current_exe()?)
        .args(["drop-all", "--brokers", brokers, "--topic", TOPIC, "--reports", &count])
        .output()
        .await?;
    if told.status.success() {
        return Ok(serde_json::from_slice(&told.stdout)?);
    }
    Err(String::from_utf8_lossy(&told.stderr).into_owned().into())
}

fn compare(options: &Options, reports: usize, rounds: Vec<Round>) -> Line {
    let of = |side: fn(&Round) -> Option<&Half>| {
        median(rounds.iter().filter_map(side).map(|half| half.a_cpu_second))
    };
    let largest = |side: fn(&Round) -> u64| rounds.iter().map(side).max().unwrap_or(0);
    let dropped = of(|round| Some(&round.dropped));
    let ours = of(|round| Some(&round.ours));
    let (plain, caching) =
        (of(|round| round.peer.as_ref()), of(|round| round.peer_caching.as_ref()));
    let best = plain.max(caching);
    let ratio = if best == 0.0 { 0.0 } else { ours / best };
    let share = |round: &Round| round.ours_ingest_cpu_seconds / round.ours.cpu_seconds;
    let rss = |half: &Option<Half>| half.map_or(0, |half| half.rss_mb);
    Line {
        bench: "throughput",
        reports,
        real: options.reports.is_some(),
        batch: options.batch,
        warm_mb: options.warm_mb,
        dropped_a_cpu_second: dropped,
        ours_a_cpu_second: ours,
        peer_a_cpu_second: plain,
        peer_caching_a_cpu_second: caching,
        ratio,
        of_ceiling: ours / dropped,
        ours_ingest_share: median(rounds.iter().map(share)),
        ours_cases_open: median(rounds.iter().map(|round| round.ours_cases_open)),
        ours_rss_mb: largest(|round| round.ours.rss_mb),
        ours_processor_rss_mb: largest(|round| round.ours_processor_rss_mb),
        peer_rss_mb: rounds
            .iter()
            .map(|round| rss(&round.peer).max(rss(&round.peer_caching)))
            .max()
            .unwrap_or(0),
        rounds,
        passed: options.no_peer || options.ratio <= ratio,
    }
}

#[expect(clippy::print_stderr, reason = "progress goes to stderr")]
fn tell(what: &str) {
    eprintln!("{what}");
}
