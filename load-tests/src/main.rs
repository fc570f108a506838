//! Bounded load and faults on a loopback Liandong: `corridor` and `crash`.

mod corridor;
mod crash;
mod disk;
mod follow;
mod http;
mod loading;
mod measure;
mod orders;
mod seeing;
mod sending;
mod server;
mod signals;
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
    /// Open-loop signals in, changes out: latency from arrival to follower.
    Corridor(corridor::Options),
    /// Kills the server again and again under load; checks that nothing was lost or doubled.
    Crash(crash::Options),
}

#[tokio::main]
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the result is the output")]
async fn main() -> std::process::ExitCode {
    let result = match Arguments::parse().run {
        Run::Corridor(options) => corridor::run(options).await,
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
