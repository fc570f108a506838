//! Bounded load and faults on a loopback Liandong: `corridor`, `fanout`, `storm`, `stalled`,
//! `returns` and `crash`.

mod agree;
mod board;
mod cores;
mod corridor;
mod crash;
mod fanout;
mod follow;
mod glass;
mod http;
mod link;
mod loading;
mod orders;
mod page;
mod picture;
mod raw;
mod returns;
mod server;
mod signals;
mod stalled;
mod storm;
mod usage;
mod verify;

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
    /// Many pages on one view, every change to each, beside a bare writer to raw sockets.
    Fanout(fanout::Options),
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
    let result = match Arguments::parse().run {
        Run::Corridor(options) => corridor::run(options).await,
        Run::Fanout(options) => fanout::run(options).await,
        Run::Storm(options) => storm::run(options).await,
        Run::Stalled(options) => stalled::run(options).await,
        Run::Returns(options) => returns::run(options).await,
        Run::RawWriter(options) => return written(raw::run(&options)),
        Run::Crash(options) => crash::run(options).await,
    };
    match result {
        Ok((line, passed)) => {
            println!("{line}");
            if passed { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
        }
        Err(failure) => {
            eprintln!("load-tests: {failure}");
            std::process::ExitCode::FAILURE
        }
    }
}

/// How the bare writer ended. Its pages leave when they have what they came for.
fn written(result: Result<(), Failure>) -> std::process::ExitCode {
    result.map_or(std::process::ExitCode::FAILURE, |()| std::process::ExitCode::SUCCESS)
}

/// A quantile of microseconds, in milliseconds.
#[expect(clippy::cast_precision_loss, reason = "microseconds of a run of minutes")]
pub(crate) fn ms(histogram: &hdrhistogram::Histogram<u64>, quantile: f64) -> f64 {
    histogram.value_at_quantile(quantile) as f64 / 1_000.0
}
