//! Which room answers which subcommand, and how a process ends.

use std::fmt::Display;
use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::tools::{ToolError, assess, calibrate, timelines};

use super::arguments::{Arguments, Sub};
use super::{
    all, archiver, cluster, configuration, demo, gateway, ingest, new_city, outbound, processor,
    replay, schemas, simulate,
};

/// Reads the command line and does what it says.
#[must_use]
pub fn main() -> ExitCode {
    let Arguments { layers, subcommand } = Arguments::parse();
    match subcommand {
        Sub::All => all::run(&layers),
        Sub::Demo(options) => demo::run(&layers, options),
        Sub::Assess(asked) => told(|out| assess::run(&asked, out)),
        Sub::Calibrate(asked) => told(|out| calibrate::run(&asked, out)),
        Sub::Timelines(asked) => match layers.load(Some(asked.feed.profile())) {
            Ok(sound) => told(|out| timelines::run(&asked, &sound.config, out)),
            Err(faults) => broken(&faults),
        },
        Sub::Simulate(asked) => simulate::run(&asked),
        Sub::NewCity(asked) => new_city::run(&asked),
        Sub::Ingest(asked) => ingest::alone(&layers, &asked),
        Sub::Processor(asked) => processor::alone(&layers, asked),
        Sub::Outbound { until_end } => outbound::alone(&layers, until_end),
        Sub::Archiver { until_end } => archiver::alone(&layers, until_end),
        Sub::Replay(asked) => replay::run(&layers, &asked),
        Sub::Gateway { read_only } => gateway::alone(&layers, read_only),
        Sub::Topics(what) => cluster::run(&layers, what),
        Sub::Schemas(asked) => schemas::run(&asked),
        Sub::CheckConfig => configuration::check(&layers),
        Sub::CheckRegister(asked) => configuration::check_register(&layers, &asked),
        Sub::PrintConfig { token_digest } => configuration::show(&layers, token_digest),
    }
}

/// What a tool tells, line by line.
fn told(tool: impl FnOnce(&mut std::io::StdoutLock<'_>) -> Result<(), ToolError>) -> ExitCode {
    match tool(&mut std::io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => broken(&error),
    }
}

/// Prints what was asked for; a reader that hangs up early is no fault of ours.
pub(super) fn print(text: &str) -> ExitCode {
    match writeln!(std::io::stdout().lock(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => broken(&error),
        _ => ExitCode::SUCCESS,
    }
}

/// Says that the call was wrong.
pub(super) fn misused(why: &impl Display) -> ExitCode {
    drop(writeln!(std::io::stderr().lock(), "liandong: {why}"));
    ExitCode::from(2)
}

/// Says why nothing more can be done.
pub(super) fn broken(why: &impl Display) -> ExitCode {
    // Nobody is left to tell where even standard error is gone.
    drop(writeln!(std::io::stderr().lock(), "liandong: {why}"));
    ExitCode::FAILURE
}
