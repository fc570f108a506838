//! Kills the owner of partitions under load, again and again: how long until another speaks.
//!
//! Time counts from the kill to the first range with changes that goes beyond all before it, as a
//! client of the brokers reads it. One processor lives through the whole run; the other is killed,
//! returns, and is given partitions again.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use hdrhistogram::Histogram;
use liandong::telemetry::Stopwatch;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use crate::cluster::{Brokers, Centre, Load, On, Reader, Role};
use crate::glass::lay_cases;
use crate::loading::Pace;
use crate::server::binary;
use crate::signals::Maker;
use crate::{Failure, ms};

/// Counties of the demo's city: partitions 1 to this. 0 is the city's own, where nothing happens.
const COUNTIES: u16 = 7;
/// Connections that send signals.
const SENDERS: u64 = 4;
/// How long the group may take to move partitions, and the new owner to restore them.
const MOVED_WITHIN: Duration = Duration::from_mins(2);
/// Between two looks at what was read.
const LOOK_EVERY: Duration = Duration::from_millis(2);
/// Ranges with changes in the last second before a kill that make a partition a busy one.
const BUSY: usize = 3;
/// Of a speaker's name, what is its own; above it stands its turn.
const OWN: u64 = (1 << 56) - 1;

/// Options of the failover.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// How often the owner is killed; by default 50, or 3 where it is cold.
    #[arg(long)]
    rounds: Option<usize>,
    /// Nobody stands by: the group must notice, and the other restore.
    #[arg(long)]
    cold: bool,
    /// Open cases laid before; by default 2,000, or 100,000 where it is cold.
    #[arg(long)]
    cases: Option<u64>,
    /// How long a member may be silent before the group moves its partitions, milliseconds: told to
    /// classic groups, and what the brokers were told for others.
    #[arg(long, default_value_t = 6_000)]
    session_ms: u64,
    /// How the group is run: auto, consumer or classic.
    #[arg(long, default_value = "auto")]
    protocol: String,
    /// p99 that must be held, milliseconds; where it is cold, the longest beyond the session.
    #[arg(long)]
    limit_ms: Option<u64>,
    /// Decides when each kill falls.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The server's binary; by default the one beside this.
    #[arg(long)]
    server: Option<PathBuf>,
}

/// The printed line.
#[derive(Debug, Serialize)]
struct Line {
    bench: &'static str,
    cold: bool,
    protocol: String,
    session_ms: u64,
    kills: usize,
    cases: u64,
    /// Partitions that fell silent, in all kills: each is one sample.
    partitions: u64,
    p50_ms: f64,
    p99_ms: f64,
    max_ms: f64,
    /// The last partition of each kill.
    last_p50_ms: f64,
    last_p99_ms: f64,
    /// Of a cold one: the longest, without the session that the group waits.
    beyond_session_ms: f64,
    /// Ranges that said nothing new, in all returns of the owner and the most in one.
    dropped_by_returns: u64,
    dropped_by_return_max: u64,
    /// Of these, such as had changes in them.
    dropped_full: u64,
    /// Ranges that came before their time.
    early: u64,
    unreadable: u64,
    signals_acknowledged: usize,
    passed: bool,
}

/// What the kills showed.
#[derive(Debug)]
struct Measured {
    each: Histogram<u64>,
    last: Histogram<u64>,
    dropped: Vec<u64>,
}

/// A city of two processors.
#[derive(Debug)]
struct Pair {
    centre: Centre,
    reader: Reader,
    dies: Role,
    /// What is its own in the name of who lives.
    name: u64,
}

/// Runs it.
pub(crate) async fn run(options: Options) -> Result<(String, bool), Failure> {
    let brokers = Brokers::start(1).await?;
    let folder = tempfile::tempdir()?;
    let program = binary(options.server.clone())?;
    let settings = [
        ("LIANDONG_GROUP__PROTOCOL", options.protocol.clone()),
        ("LIANDONG_GROUP__SESSION_MS", options.session_ms.to_string()),
        ("LIANDONG_CANARY__EVERY_S", "0".to_owned()),
    ];
    let on = On { brokers: &brokers.addresses(), replicas: 1, prefix: "failover" };
    let centre = Centre::found((&program, folder.path()), on, &settings).await?;
    let mut pair = Pair::start(centre, options.cold).await?;
    let cases = options.cases.unwrap_or(if options.cold { 100_000 } else { 2_000 });
    let ingest = pair.centre.address(Role::INGEST)?;
    lay_cases(&ingest, &mut Maker::dense(1, "f", cases), (0, cases)).await?;
    pair.centre.start(pair.dies).await?;
    let mut load = Load::default();
    load.signals(&ingest, SENDERS, Pace { spots: 20_000, rest: Duration::from_millis(20) });
    let rounds = options.rounds.unwrap_or(if options.cold { 3 } else { 50 });
    let measured = kill_all(&mut pair, rounds, options.seed).await?;
    load.end().await;
    let line = line(&options, (cases, rounds), &measured, (&pair, &load));
    Ok((serde_json::to_string(&line)?, line.passed))
}

impl Pair {
    /// Starts who lives, alone, so that whoever speaks is that one, and ingest.
    async fn start(mut centre: Centre, cold: bool) -> Result<Self, Failure> {
        let [dies, second] = Role::PROCESSORS;
        let [standby, ..] = Role::STANDBYS;
        let lives = if cold { second } else { standby };
        centre.start(lives).await?;
        centre.start(Role::INGEST).await?;
        let reader = Reader::open(centre.cluster(), COUNTIES)?;
        let mut pair = Self { centre, reader, dies, name: 0 };
        pair.wait("somebody speaks", |pair| pair.speaker(1).is_some()).await?;
        pair.name = pair.speaker(1).unwrap_or_default();
        Ok(pair)
    }

    /// Who speaks for a partition, without its turn.
    fn speaker(&self, partition: u16) -> Option<u64> {
        self.reader.heard().lanes.get(&partition).map(|lane| lane.speaker & OWN)
    }

    /// The busy partitions for which who dies speaks.
    fn of_the_other(&self) -> Vec<u16> {
        let second_ago = self.reader.now_us().saturating_sub(1_000_000);
        let heard = self.reader.heard();
        let of_other = heard.lanes.iter().filter(|(partition, lane)| {
            let lately = lane.lately.iter().filter(|it| second_ago < it.at_us && 0 < it.changes);
            **partition != 0 && lane.speaker & OWN != self.name && BUSY <= lately.count()
        });
        of_other.map(|(partition, _)| *partition).collect()
    }

    /// When who lives first said something new for each of `partitions` after `killed_us`; none
    /// while it has not for all.
    fn spoke_at(&self, partitions: &[u16], killed_us: u64) -> Option<Vec<u64>> {
        let heard = self.reader.heard();
        let first = |partition: &u16| {
            let mut lately = heard.lanes.get(partition)?.lately.iter();
            let ours = lately
                .find(|it| killed_us < it.at_us && it.speaker & OWN == self.name && 0 < it.changes);
            ours.map(|it| it.at_us)
        };
        partitions.iter().map(first).collect()
    }

    async fn wait(&self, words: &str, done: impl Fn(&Self) -> bool) -> Result<(), Failure> {
        let waited = Stopwatch::start();
        while !done(self) {
            if MOVED_WITHIN < waited.elapsed() {
                return Err(format!("{words}: not within {} s", MOVED_WITHIN.as_secs()).into());
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(())
    }
}

async fn kill_all(pair: &mut Pair, rounds: usize, seed: u64) -> Result<Measured, Failure> {
    let (each, last) = (Histogram::new(3)?, Histogram::new(3)?);
    let mut measured = Measured { each, last, dropped: Vec::new() };
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    for round in 1..=rounds {
        let returned_with = pair.reader.heard().dropped;
        pair.wait("the owner speaks", |pair| !pair.of_the_other().is_empty()).await?;
        // The group may still be moving partitions, and kills fall anywhere between two ranges.
        let settling = Duration::from_millis(1_000 + random.random_range(0..500));
        tokio::time::sleep(settling).await;
        if 1 < round {
            measured.dropped.push(pair.reader.heard().dropped - returned_with);
        }
        kill_one(pair, &mut measured).await?;
        tell(&format!("kill {round}/{rounds}: last after {} ms", ms(&measured.last, 1.0).max(0.0)));
        pair.centre.start(pair.dies).await?;
    }
    let returned_with = pair.reader.heard().dropped;
    pair.wait("the owner speaks", |pair| !pair.of_the_other().is_empty()).await?;
    measured.dropped.push(pair.reader.heard().dropped - returned_with);
    Ok(measured)
}

async fn kill_one(pair: &mut Pair, measured: &mut Measured) -> Result<(), Failure> {
    let silent = pair.of_the_other();
    pair.reader.heard().forget();
    let killed_us = pair.reader.now_us();
    pair.centre.kill(pair.dies).await?;
    pair.wait("another speaks", |pair| pair.spoke_at(&silent, killed_us).is_some()).await?;
    let spoke = pair.spoke_at(&silent, killed_us).unwrap_or_default();
    for at in &spoke {
        measured.each.record(at - killed_us)?;
    }
    measured.last.record(spoke.iter().max().map_or(0, |at| at - killed_us))?;
    Ok(())
}

#[expect(clippy::print_stderr, reason = "progress goes to stderr")]
fn tell(what: &str) {
    eprintln!("{what}");
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds that a person gave")]
fn line(
    options: &Options,
    (cases, kills): (u64, usize),
    measured: &Measured,
    (pair, load): (&Pair, &Load),
) -> Line {
    let heard = pair.reader.heard();
    let (p99_ms, max_ms) = (ms(&measured.each, 0.99), ms(&measured.each, 1.0));
    let beyond_session_ms = if options.cold { max_ms - options.session_ms as f64 } else { 0.0 };
    let limit_ms = options.limit_ms.unwrap_or(if options.cold { 10_000 } else { 1_000 }) as f64;
    let in_time = if options.cold { beyond_session_ms <= limit_ms } else { p99_ms <= limit_ms };
    let whole = heard.unreadable == 0 && kills <= usize::try_from(measured.each.len()).unwrap_or(0);
    Line {
        bench: "failover",
        cold: options.cold,
        protocol: options.protocol.clone(),
        session_ms: options.session_ms,
        kills,
        cases,
        partitions: measured.each.len(),
        p50_ms: ms(&measured.each, 0.5),
        p99_ms,
        max_ms,
        last_p50_ms: ms(&measured.last, 0.5),
        last_p99_ms: ms(&measured.last, 0.99),
        beyond_session_ms,
        dropped_by_returns: measured.dropped.iter().sum(),
        dropped_by_return_max: measured.dropped.iter().max().copied().unwrap_or(0),
        dropped_full: heard.dropped_full,
        early: heard.early,
        unreadable: heard.unreadable,
        signals_acknowledged: load.acknowledged.count().0,
        passed: whole && in_time,
    }
}
