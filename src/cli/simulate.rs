//! `simulate`: a stretch of the city's life by seed, as files.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::domain::Timestamp;
use crate::simulate::{DayOptions, Scenario, World, day, write_files};

use super::run::{broken, print};

/// What to simulate.
#[derive(Debug, clap::Args)]
pub(super) struct SimulateArguments {
    /// Decides everything that chance decides: the same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How long a stretch, in hours
    #[arg(long, default_value_t = 24, value_name = "N")]
    hours: u32,
    /// When it begins (RFC 3339)
    #[arg(long, default_value = "2026-06-01T00:00:00+08:00", value_parser = moment)]
    start: Timestamp,
    /// What kind of day it is
    #[arg(long, value_enum, default_value = "ordinary")]
    scenario: Scenario,
    /// Where the files are written: FEED.ndjson for each feed, and truth.csv
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    let read: jiff::Timestamp = text.parse().map_err(|error: jiff::Error| error.to_string())?;
    Ok(Timestamp(read.as_millisecond()))
}

/// Writes the files and says what is in them.
pub(super) fn run(asked: &SimulateArguments) -> ExitCode {
    let world = World::generate(asked.seed);
    let options = DayOptions {
        hours: asked.hours,
        scenario: asked.scenario,
        ..DayOptions::of_seed(asked.seed, asked.start)
    };
    let (sent, truths) = day(&world, &options);
    match write_files(&asked.out, &sent, &truths) {
        Ok(written) => {
            let line = |(name, lines): (&String, &usize)| {
                format!("{} {lines} lines", asked.out.join(name).display())
            };
            print(&written.iter().map(line).collect::<Vec<_>>().join("\n"))
        }
        Err(error) => broken(&format!("{}: {error}", asked.out.display())),
    }
}
