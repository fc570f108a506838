//! Returns: pages are killed under load and come back from where they stood; then the server is
//! killed and started again, and all come back by themselves. In the end all show the same.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use liandong::telemetry::Stopwatch;
use rand::seq::SliceRandom as _;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use tokio::task::JoinSet;

use crate::Failure;
use crate::agree::differing;
use crate::glass::{change_last, until};
use crate::link::{Counts, Kind, Link, Wish};
use crate::loading::{self, Acknowledged, Pace};
use crate::server::{Server, binary, free_port};
use crate::signals::Maker;

/// What pages are, in turn.
const KINDS: [Kind; 3] = [
    Kind { hello: "\"page\":\"wall\"", narrow: false },
    Kind { hello: "\"page\":\"desk\",\"token\":\"demo-shift-leader\"", narrow: false },
    Kind { hello: "\"page\":\"wall\",\"partitions\":[1,2,3,4,5,6,7]", narrow: false },
];
/// Counties of the demo's city.
const COUNTIES: u16 = 7;
/// Five signals in 100 ms, and a command in 20 ms: about 100 changes a second.
const SIGNALS: Pace = Pace { spots: 600, rest: Duration::from_millis(100) };
const COMMANDS: Pace = Pace { spots: 600, rest: Duration::from_millis(20) };
/// Within what time pages are killed, and how long each is away: briefly.
const KILLED_WITHIN_MS: u64 = 3_000;
const AWAY_MS: RangeInclusive<u64> = 20..=1_500;
/// How long the load runs before the server is killed.
const LIFE_MS: RangeInclusive<u64> = 300..=3_000;
/// How long it is away: pages come too early, into its start, and after it.
const GONE_MS: RangeInclusive<u64> = 0..=2_000;

/// Options of the returns.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Pages: walls, desks and walls of the counties in turn.
    #[arg(long, default_value_t = 200)]
    pages: usize,
    /// How often pages and then the server are killed.
    #[arg(long, default_value_t = 5)]
    rounds: u64,
    /// Decides who is killed and when.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The server's binary; by default the one beside this.
    #[arg(long)]
    server: Option<PathBuf>,
}

/// The printed line.
#[derive(Debug, Default, Serialize)]
struct Line {
    bench: &'static str,
    pages: usize,
    rounds: u64,
    cases: usize,
    signals_acknowledged: usize,
    commands_acknowledged: usize,
    /// Pages that were killed, and partitions that they were sent whole though they were away
    /// briefly.
    pages_killed: usize,
    snapshots_after_a_moment: u64,
    #[serde(flatten)]
    counts: Counts,
    /// Comparisons of a page with a fresh one, and how many differ.
    compared: usize,
    digests_differ: usize,
    /// Pages that did not come back, or not to the end.
    lost: usize,
    /// From each restart of the server until its last page was live.
    live_after_s: Vec<f64>,
    held: bool,
}

/// What is before the server, and the server's place.
struct Room {
    program: PathBuf,
    folder: tempfile::TempDir,
    address: String,
    pages: Vec<Link>,
    acknowledged: Acknowledged,
    random: ChaCha8Rng,
    maker: Maker,
}

/// Runs it.
pub(crate) async fn run(options: Options) -> Result<(String, bool), Failure> {
    let folder = tempfile::tempdir()?;
    let (program, address) =
        (binary(options.server.clone())?, format!("127.0.0.1:{}", free_port()?));
    let mut server = start(&program, folder.path(), (&address, options.pages)).await?;
    let acknowledged = Acknowledged::default();
    loading::enrol(&address, COUNTIES, &acknowledged).await?;
    let pages = (0..options.pages)
        .zip(KINDS.iter().cycle())
        .map(|(seed, kind)| Link::open(&address, kind, u64::try_from(seed).unwrap_or(0)))
        .collect();
    let (random, maker) = (ChaCha8Rng::seed_from_u64(options.seed), Maker::new(3, "last"));
    let mut room = Room { program, folder, address, pages, acknowledged, random, maker };
    room.all_live().await?;
    let (pages, rounds) = (options.pages, options.rounds);
    let mut line = Line { bench: "returns", pages, rounds, ..Line::default() };
    for round in 0..options.rounds {
        let load = room.load(round * 2);
        room.kill_pages(&mut line).await?;
        drop(load);
        room.compare(&mut line).await?;
        let load = room.load(round * 2 + 1);
        let lives = room.random.random_range(LIFE_MS);
        tokio::time::sleep(Duration::from_millis(lives)).await;
        server.kill().await?;
        drop(load);
        server = room.restart(&mut line).await?;
        room.compare(&mut line).await?;
        room.sum(&mut line);
        tell(&serde_json::to_string(&line)?);
    }
    drop(server);
    let held = line.held;
    Ok((serde_json::to_string(&line)?, held))
}

async fn start(
    program: &Path,
    folder: &Path,
    (address, pages): (&str, usize),
) -> Result<Server, Failure> {
    let places = [("LIANDONG_GATEWAY__FOLLOWERS_MAX", (pages * 2 + 8).to_string())];
    Server::start_at(address, (program, folder), &places, None).await
}

impl Room {
    /// Signals and commands, until this is dropped or the server is gone.
    fn load(&self, seed: u64) -> JoinSet<()> {
        let mut work = JoinSet::new();
        let maker = Maker::new(seed, &format!("l{seed}"));
        let (address, acknowledged) = (self.address.clone(), self.acknowledged.clone());
        let signals = loading::send_signals(address, (maker, SIGNALS), acknowledged);
        work.spawn(async move { drop(signals.await) });
        let (address, acknowledged) = (self.address.clone(), self.acknowledged.clone());
        // No seed of one load is another's: the ids of commands are made of it.
        let commands = loading::send_commands(address, (1_000 + seed, COMMANDS), acknowledged);
        work.spawn(async move { drop(commands.await) });
        work
    }

    async fn all_live(&self) -> Result<(), Failure> {
        until("every page is live", || Ok(self.pages.iter().all(Link::is_live))).await
    }

    /// Kills half of the pages, each at a moment of its own, and lets each return after another.
    async fn kill_pages(&mut self, line: &mut Line) -> Result<(), Failure> {
        let before: Counts = self.counts();
        let mut numbers: Vec<usize> = (0..self.pages.len()).collect();
        numbers.shuffle(&mut self.random);
        numbers.truncate(self.pages.len().div_ceil(2));
        let mut moments = Vec::with_capacity(numbers.len() * 2);
        for number in &numbers {
            let killed = self.random.random_range(0..KILLED_WITHIN_MS);
            let away = self.random.random_range(AWAY_MS);
            moments.push((killed, *number, Wish::Away));
            moments.push((killed + away, *number, Wish::Read));
        }
        moments.sort_by_key(|(at, ..)| *at);
        let clock = Stopwatch::start();
        for (at, number, wish) in moments {
            let early = Duration::from_millis(at).saturating_sub(clock.elapsed());
            tokio::time::sleep(early).await;
            self.pages.get(number).ok_or("no such page")?.wish(wish);
        }
        self.all_live().await?;
        line.pages_killed += numbers.len();
        line.snapshots_after_a_moment += self.counts().snapshots - before.snapshots;
        Ok(())
    }

    /// Starts the server again, and waits until every page has come back by itself.
    async fn restart(&mut self, line: &mut Line) -> Result<Server, Failure> {
        let cut = || Ok(!self.pages.iter().any(Link::is_live));
        until("every page knows that the server is gone", cut).await?;
        let gone = self.random.random_range(GONE_MS);
        tokio::time::sleep(Duration::from_millis(gone)).await;
        let clock = Stopwatch::start();
        let (folder, place) = (self.folder.path(), (&*self.address, self.pages.len()));
        let server = start(&self.program, folder, place).await?;
        self.all_live().await?;
        line.live_after_s.push(clock.elapsed().as_secs_f64());
        Ok(server)
    }

    /// Holds what each page shows against a fresh one of its kind.
    async fn compare(&mut self, line: &mut Line) -> Result<(), Failure> {
        let last = change_last(&self.address, &mut self.maker).await?;
        let fresh: Vec<Link> =
            KINDS.iter().map(|kind| Link::open(&self.address, kind, 0)).collect();
        let all = || fresh.iter().chain(&self.pages);
        let stand = || Ok(all().all(|page| page.stands(&last)));
        drop(until("every page stands where all stand", stand).await);
        line.lost += all().filter(|page| !page.stands(&last)).count();
        for (kind, fresh) in fresh.iter().enumerate() {
            let same = self.pages.iter().skip(kind).step_by(KINDS.len());
            let same: Vec<&Link> = std::iter::once(fresh).chain(same).collect();
            line.compared += same.len() - 1;
            line.digests_differ += differing(&same, &last).await?;
            line.cases = fresh.seen().picture.cases();
        }
        Ok(())
    }

    fn counts(&self) -> Counts {
        self.pages.iter().map(|page| page.seen().counts).sum()
    }

    /// What came of it all.
    fn sum(&self, line: &mut Line) {
        line.counts = self.counts();
        (line.signals_acknowledged, line.commands_acknowledged) = self.acknowledged.count();
        let broken = [
            line.snapshots_after_a_moment,
            line.counts.gaps,
            line.counts.unreadable,
            line.counts.too_slow,
        ];
        line.held = broken.iter().all(|count| *count == 0)
            && line.digests_differ + line.lost == 0
            // Without these, nothing was tried.
            && 0 < line.counts.tails
            && 0 < line.counts.deltas
            && 0 < line.commands_acknowledged
            && 0 < line.compared
            && 0 < line.cases;
    }
}

#[expect(clippy::print_stderr, reason = "progress of a bench goes to stderr")]
fn tell(what: &str) {
    eprintln!("{what}");
}
