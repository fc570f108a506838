//! The role `processor`: in `all`, alone on a cluster, or alone until it has folded what is there.

use std::process::ExitCode;
use std::sync::Arc;

use tokio::runtime::Handle;

use crate::config::JournalKind;
use crate::journal::Topic;
use crate::processor::{ProcessorError, ProcessorParts, begin_journal, run, run_until_end};

use super::arguments::LayerArguments;
use super::ground::{Followed, Ground};
use super::launch::{self, Failure};
use super::roles::Roles;
use super::run::print;
use super::watched;

/// What it reads; of the changes it hears who else speaks, and its own words.
const FOLLOWED: Followed = Followed {
    patient: &[Topic::Changes],
    ..Followed::all_of(&[Topic::Journal, Topic::Changes, Topic::Quarantine])
};

/// How it runs alone.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct ProcessorArguments {
    /// Fold and publish what is pending, then end
    #[arg(long)]
    until_end: bool,
    /// Also follow the partitions of others, and speak where their owner is silent; the TURN-th
    /// standby waits TURN times as long
    #[arg(long, value_name = "TURN", num_args = 0..=1, default_missing_value = "1")]
    #[arg(value_parser = clap::value_parser!(u8).range(1..=100), conflicts_with = "until_end")]
    standby: Option<u8>,
}

fn parts(ground: &Ground, standby: Option<u8>) -> Result<ProcessorParts, Failure> {
    Ok(ProcessorParts {
        journal: Arc::clone(&ground.journal),
        snapshots: ground.snapshots_of("situation")?,
        needs: ground.needs.clone(),
        config: ground.config.processor.clone(),
        playbook: Arc::clone(&ground.config.playbook),
        partitions: ground.config.partitions.all().into_iter().collect(),
        standby,
        retention_hours: ground.config.journal.retention_hours,
        metrics: ground.metrics.clone(),
        health: ground.health.clone(),
        clock: ground.clock.clone(),
    })
}

/// Starts it on a thread of its own, once every journal has begun. Nobody may write before that: a
/// journal that is not empty adopts nothing, and its partition would have no rules.
pub(super) async fn start(roles: &mut Roles, ground: &Ground) -> Result<(), Failure> {
    let parts = parts(ground, None)?;
    let begun = tokio::task::spawn_blocking(move || begin_all(&parts).map(|()| parts));
    speak(roles, ground, begun.await??)
}

fn speak(roles: &mut Roles, ground: &Ground, parts: ProcessorParts) -> Result<(), Failure> {
    let all = ground.config.partitions.all();
    let ownership = ground.ownership(("processor", Topic::Journal), all)?;
    ground.health.waits("processor", "its partitions");
    let (stop, runtime) = (roles.stop(), Handle::current());
    roles.start_blocking("processor", move || run(&parts, ownership, &stop, &runtime));
    Ok(())
}

/// Begins the journal of each partition that has none.
fn begin_all(parts: &ProcessorParts) -> Result<(), ProcessorError> {
    for partition in &parts.partitions {
        begin_journal(&*parts.journal, *partition, &parts.playbook)?;
    }
    Ok(())
}

/// On a cluster, one of several processors; elsewhere only until the end of what a stopped
/// directory still holds.
pub(super) fn alone(layers: &LayerArguments, asked: ProcessorArguments) -> ExitCode {
    launch::run(layers, None, async |config| {
        if asked.until_end {
            let parts = parts(&Ground::open_for(config, FOLLOWED)?, None)?;
            let folding = tokio::task::spawn_blocking(move || run_until_end(&parts));
            let entries = folding.await??;
            return Ok(print(&format!("{entries} entries were folded and published")));
        }
        if config.journal.kind != JournalKind::Kafka {
            let alone = "--until-end folds and publishes what is pending";
            return Ok(launch::needs_all("processor", alone));
        }
        let start = |roles: &mut Roles, ground: &Ground| {
            speak(roles, ground, parts(ground, asked.standby)?)
        };
        watched::alone(config, FOLLOWED, start).await
    })
}
