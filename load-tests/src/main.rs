//! Bounded load and faults on a loopback Liandong: `corridor`, `fanout`, `storm`, `stalled`,
//! `returns` and `crash`; and what its parts cost: `figures`, `archive` and
//! `registers`.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod agree;
mod archive;
mod board;
#[cfg(feature = "kafka")]
mod chaos;
#[cfg(feature = "kafka")]
mod cluster;
mod cores;
mod corridor;
mod crash;
#[cfg(feature = "kafka")]
mod failover;
mod fanout;
mod follow;
mod glass;
mod http;
mod link;
mod loading;
mod orders;
mod page;
mod parts;
mod picture;
mod raw;
mod returns;
mod server;
mod signals;
mod stalled;
mod storm;
#[cfg(feature = "kafka")]
mod throughput;
mod usage;
mod verify;
#[cfg(feature = "kafka")]
mod warm;

use clap::{Parser, Subcommand};

/// Why a run could not be made: printed and the process ends with 1.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Measures a real server on this machine and prints one JSON line.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    run: Run,
}

#[derive(Debug, Subcommand)]
enum Run {
    /// Open-loop signals in, deltas out: latency from arrival to page.
    Corridor(corridor::Options),
    /// The corridor on a Kafka cluster, beside a bare round trip through the same brokers.
    #[cfg(feature = "kafka")]
    KafkaCorridor(corridor::OptionsOnKafka),
    /// Kills the owner of partitions on a cluster again and again: how long until another speaks.
    #[cfg(feature = "kafka")]
    Failover(failover::Options),
    /// What a CPU-second carries from reports to changes, beside a peer on Kafka Streams.
    #[cfg(feature = "kafka")]
    Throughput(throughput::Options),
    /// The client that `throughput` starts for itself.
    #[cfg(feature = "kafka")]
    #[command(hide = true)]
    DropAll(throughput::DropAllOptions),
    /// Processes, brokers and disks fail on a cluster under load; checks that nothing was lost.
    #[cfg(feature = "kafka")]
    Chaos(chaos::Options),
    /// Many pages on one view, every change to each, beside a bare writer to raw sockets.
    Fanout(fanout::Options),
    /// What figures cost: entries a second through core and picture, and bytes of a month.
    Figures(parts::figures::Options),
    /// A city's closed cases of years: what they take, and how long a search among them.
    Archive(archive::Options),
    /// What a register of a whole city costs: from a clerk's file to the table that is looked up.
    Registers(parts::registers::Options),
    /// Every page returns at once, first with nothing and then from where it stood.
    Storm(storm::Options),
    /// Some pages stop reading: what the others notice of it, and how those come back.
    Stalled(stalled::Options),
    /// Pages are killed and return, then the server: all end with the same picture.
    Returns(returns::Options),
    /// The bare writer that `fanout` starts for itself.
    #[command(hide = true)]
    RawWriter(raw::Options),
    /// Kills the server again and again under load; checks that nothing was lost or doubled.
    Crash(crash::Options),
}

#[tokio::main]
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the result is the output")]
async fn main() -> std::process::ExitCode {
    // Who interrupts a run still has everything ended that it started.
    let result = tokio::select! {
        result = run(Arguments::parse().run) => result,
        _ = tokio::signal::ctrl_c() => Err("interrupted".into()),
    };
    match result {
        Ok((line, passed)) => {
            if !line.is_empty() {
                println!("{line}");
            }
            if passed { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
        }
        Err(failure) => {
            eprintln!("load-tests: {failure}");
            std::process::ExitCode::FAILURE
        }
    }
}

async fn run(run: Run) -> Result<(String, bool), Failure> {
    match run {
        Run::Corridor(options) => corridor::run(options).await,
        #[cfg(feature = "kafka")]
        Run::KafkaCorridor(options) => corridor::run_on_kafka(options).await,
        #[cfg(feature = "kafka")]
        Run::Failover(options) => failover::run(options).await,
        #[cfg(feature = "kafka")]
        Run::Throughput(options) => throughput::run(options).await,
        #[cfg(feature = "kafka")]
        Run::DropAll(options) => throughput::drop_all(&options),
        #[cfg(feature = "kafka")]
        Run::Chaos(options) => chaos::run(options).await,
        Run::Fanout(options) => fanout::run(options).await,
        Run::Figures(options) => parts::figures::run(&options),
        Run::Archive(options) => archive::run(&options),
        Run::Registers(options) => parts::registers::run(&options),
        Run::Storm(options) => storm::run(options).await,
        Run::Stalled(options) => stalled::run(options).await,
        Run::Returns(options) => returns::run(options).await,
        // Its pages leave when they have what they came for: nothing to tell.
        Run::RawWriter(options) => Ok((String::new(), raw::run(&options).is_ok())),
        Run::Crash(options) => crash::run(options).await,
    }
}

/// A quantile of microseconds, in milliseconds.
#[expect(clippy::cast_precision_loss, reason = "microseconds of a run of minutes")]
pub(crate) fn ms(histogram: &hdrhistogram::Histogram<u64>, quantile: f64) -> f64 {
    histogram.value_at_quantile(quantile) as f64 / 1_000.0
}

/// The middle one; of an even number the lower of the two.
#[cfg(feature = "kafka")]
pub(crate) fn median(all: impl Iterator<Item = f64>) -> f64 {
    let mut all: Vec<f64> = all.collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}
