//! `replay`: the room of a stopped directory as it stood.

use std::process::ExitCode;

use crate::domain::{Case, Partition, Position};
use crate::tools::replay::{Replayed, replay};

use super::arguments::LayerArguments;
use super::ground::Ground;
use super::launch;
use super::run::{misused, print};

/// What to replay.
#[derive(Debug, clap::Args)]
pub(super) struct ReplayArguments {
    /// Only this partition
    #[arg(long, value_name = "NUMBER")]
    partition: Option<u16>,
    /// Through this position, such as 1042.0 (needs --partition)
    #[arg(long, value_name = "POSITION", requires = "partition")]
    until: Option<Position>,
    /// List the open cases as they stood
    #[arg(long)]
    cases: bool,
}

/// Folds, holds the published digests against the fold, and prints what it got. Fails where one
/// differs.
pub(super) fn run(layers: &LayerArguments, asked: &ReplayArguments) -> ExitCode {
    launch::run(layers, None, async |config| {
        let ground = Ground::open(config)?;
        let all = ground.config.partitions.all();
        let only = asked.partition.map(Partition);
        if let Some(partition) = only.filter(|partition| !all.contains(partition)) {
            return Ok(misused(&format!("there is no partition {partition}")));
        }
        let mut differs = false;
        for partition in all.into_iter().filter(|it| only.is_none_or(|only| only == *it)) {
            let replayed = replay(&*ground.journal, partition, asked.until)?;
            differs |= replayed.differs.is_some();
            print(&replayed.to_string());
            if asked.cases {
                list(&replayed);
            }
        }
        Ok(if differs { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    })
}

fn list(replayed: &Replayed) {
    for case in replayed.situation.cases().filter(|case| !case.state.is_ended()) {
        print(&line(case));
    }
}

/// One case in one line.
fn line(case: &Case) -> String {
    let item = case.item.map_or_else(|| "-".to_owned(), |item| item.to_string());
    let grid = case.place.grid.map_or_else(|| "-".to_owned(), |grid| grid.to_string());
    let (id, state, tickets) = (case.id, format!("{:?}", case.state), case.tickets);
    format!("{id:<12} {state:<12} {item:<8} {grid:<20} {tickets} ticket(s)")
}
