//! Kills the server under load, again and again, then holds every promise against its journal.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clap::Args;
use liandong::domain::{ChangeRange, Partition};
use liandong::picture::Picture;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use tokio::task::JoinSet;

use crate::Failure;
use crate::follow::{self, Cursors};
use crate::loading::{self, Acknowledged, Pace};
use crate::orders::Received;
use crate::server::{Server, binary};
use crate::signals::Maker;
use crate::verify::{self, Findings};

/// Connections that send signals.
const SENDERS: u64 = 4;
/// Connections that send commands.
const COMMANDERS: u64 = 2;
/// How long the last server may take to deliver and publish what is left.
const DRAIN: Duration = Duration::from_secs(5);
/// A token of the demo profile that may read everything.
const TOKEN: &str = "demo-shift-leader";

/// Options of the crash run.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// How often the server is killed.
    #[arg(long, default_value_t = 200)]
    rounds: u32,
    /// Decides when each kill falls.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The shortest life of a server once ready, milliseconds.
    #[arg(long, default_value_t = 20)]
    life_ms_min: u64,
    /// The longest life, milliseconds.
    #[arg(long, default_value_t = 600)]
    life_ms_max: u64,
    /// Partitions of the city beside its own.
    #[arg(long, default_value_t = 7)]
    partitions: u16,
    /// The server's binary; by default the one beside this.
    #[arg(long)]
    server: Option<PathBuf>,
    /// Where the data is left for a look; by default it is removed.
    #[arg(long)]
    keep: Option<PathBuf>,
}

/// The printed line.
#[derive(Debug, Serialize)]
struct Line {
    bench: &'static str,
    kills: u32,
    signals_acknowledged: usize,
    commands_acknowledged: usize,
    #[serde(flatten)]
    findings: Findings,
    orders_acted: usize,
    order_repeats: u64,
    passed: bool,
}

/// What a reader took over all rounds: its picture and where it stands.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    /// The picture, folded from what came over HTTP.
    pub(crate) picture: Picture,
    /// Where it stands.
    pub(crate) cursors: Cursors,
}

/// Runs it.
pub(crate) async fn run(options: Options) -> Result<(String, bool), Failure> {
    let scratch = tempfile::tempdir()?;
    let folder = options.keep.clone().unwrap_or_else(|| scratch.path().to_owned());
    std::fs::create_dir_all(&folder)?;
    let binary = binary(options.server.clone())?;
    let received = Received::default();
    let orders_url = received.listen().await?;
    let acknowledged = Acknowledged::default();
    let reader = Arc::new(Mutex::new(Reader::default()));
    let mut random = ChaCha8Rng::seed_from_u64(options.seed);
    for round in 0..options.rounds {
        let life = random.random_range(options.life_ms_min..=options.life_ms_max);
        let mut server = start(&binary, &folder, &orders_url).await?;
        if round == 0 {
            loading::enrol(&server.address, options.partitions, &acknowledged).await?;
        }
        let mut work = load(&server.address, u64::from(round), &acknowledged);
        follow_all(&mut work, &server.address, options.partitions, &reader);
        tokio::time::sleep(Duration::from_millis(life)).await;
        server.kill().await?;
        while work.join_next().await.is_some() {}
        progress(round + 1, options.rounds, &acknowledged);
    }
    drain(&binary, (&folder, &orders_url), options.partitions, &reader).await?;
    let reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
    let findings =
        verify::hold(&folder.join("data"), options.partitions, &acknowledged, &reader.picture)?;
    let orders = received.counts();
    let (signals_acknowledged, commands_acknowledged) = acknowledged.count();
    let sound = findings.sound() && verify::all_acted(&findings, &received.ids());
    let line = Line {
        bench: "crash",
        kills: options.rounds,
        signals_acknowledged,
        commands_acknowledged,
        findings,
        orders_acted: orders.acted,
        order_repeats: orders.repeats,
        passed: sound,
    };
    Ok((serde_json::to_string(&line)?, sound))
}

async fn start(binary: &Path, folder: &Path, orders_url: &str) -> Result<Server, Failure> {
    let settings = [
        ("LIANDONG_OUTBOUND__ORDERS_URL", orders_url.to_owned()),
        // Often enough that kills fall into the writing of snapshots, and restarts begin from one.
        ("LIANDONG_PROCESSOR__SNAPSHOT_EVERY_ENTRIES", "10000".to_owned()),
    ];
    Server::start(binary, folder, &settings, None).await
}

/// Starts senders and commanders; each ends when its connection breaks.
fn load(address: &str, round: u64, acknowledged: &Acknowledged) -> JoinSet<()> {
    let mut work = JoinSet::new();
    for sender in 0..SENDERS {
        let maker = Maker::new(round * SENDERS + sender, &format!("r{round}s{sender}"));
        let sending =
            loading::send_signals(address.to_owned(), (maker, Pace::FULL), acknowledged.clone());
        work.spawn(async move { drop(sending.await) });
    }
    for commander in 0..COMMANDERS {
        let seed = 1_000_000 + round * COMMANDERS + commander;
        let sending =
            loading::send_commands(address.to_owned(), (seed, Pace::FULL), acknowledged.clone());
        work.spawn(async move { drop(sending.await) });
    }
    work
}

/// Follows every partition from where the reader stands.
fn follow_all(work: &mut JoinSet<()>, address: &str, partitions: u16, reader: &Arc<Mutex<Reader>>) {
    for partition in 0..=partitions {
        let (address, reader) = (address.to_owned(), Arc::clone(reader));
        work.spawn(async move {
            let path = follow::path(
                partition,
                &reader.lock().unwrap_or_else(PoisonError::into_inner).cursors,
            );
            let take = |line: &[u8]| take(&reader, line);
            drop(follow::lines(&address, &path, TOKEN, take).await);
        });
    }
}

fn take(reader: &Mutex<Reader>, line: &[u8]) -> Result<bool, Failure> {
    let range: ChangeRange = serde_json::from_slice(line)?;
    let mut reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
    reader.cursors.insert(range.partition.0, follow::cursor(&range));
    reader.picture.fold(&range);
    Ok(true)
}

/// One last server, left alone until it has said and delivered what was left, then killed too.
async fn drain(
    binary: &Path,
    (folder, orders_url): (&Path, &str),
    partitions: u16,
    reader: &Arc<Mutex<Reader>>,
) -> Result<(), Failure> {
    let mut server = start(binary, folder, orders_url).await?;
    let mut work = JoinSet::new();
    follow_all(&mut work, &server.address, partitions, reader);
    tokio::time::sleep(DRAIN).await;
    server.kill().await?;
    while work.join_next().await.is_some() {}
    Ok(())
}

#[expect(clippy::print_stderr, reason = "progress goes to stderr")]
fn progress(round: u32, rounds: u32, acknowledged: &Acknowledged) {
    if round.is_multiple_of(10) || round == rounds {
        let (signals, commands) = acknowledged.count();
        eprintln!("{round}/{rounds} kills, {signals} signals and {commands} commands acknowledged");
    }
}

/// Every partition of the run.
pub(crate) fn partitions(last: u16) -> impl Iterator<Item = Partition> {
    (0..=last).map(Partition)
}
