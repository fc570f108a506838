//! Bounded load and faults on a loopback Liandong: `corridor`.

mod corridor;
mod follow;
mod http;
mod measure;
mod seeing;
mod sending;
mod server;
mod signals;

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
    /// Open-loop signals in, changes out: latency from arrival to follower.
    Corridor(corridor::Options),
}

#[tokio::main]
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the result is the output")]
async fn main() -> std::process::ExitCode {
    let result = match Arguments::parse().run {
        Run::Corridor(options) => corridor::run(options).await,
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
