//! The role `processor`: in `all`, or alone until it has folded what is there.

use std::process::ExitCode;
use std::sync::Arc;

use tokio::runtime::Handle;

use crate::processor::{ProcessorError, ProcessorParts, begin_journal, run, run_until_end};

use super::arguments::LayerArguments;
use super::ground::Ground;
use super::launch::{self, Failure};
use super::roles::Roles;
use super::run::print;

fn parts(ground: &Ground) -> Result<ProcessorParts, Failure> {
    Ok(ProcessorParts {
        journal: Arc::clone(&ground.journal),
        snapshots: ground.snapshots_of("situation")?,
        needs: ground.needs.clone(),
        config: ground.config.processor.clone(),
        playbook: Arc::clone(&ground.config.playbook),
        partitions: ground.config.partitions.all().into_iter().collect(),
        retention_hours: ground.config.journal.retention_hours,
        metrics: ground.metrics.clone(),
        clock: ground.clock.clone(),
    })
}

/// Starts it on a thread of its own, once every journal has begun. Nobody may write before that: a
/// journal that is not empty adopts nothing, and its partition would have no rules.
pub(super) async fn start(roles: &mut Roles, ground: &Ground) -> Result<(), Failure> {
    let parts = parts(ground)?;
    let begun = tokio::task::spawn_blocking(move || begin_all(&parts).map(|()| parts));
    let (parts, stop, runtime) = (begun.await??, roles.stop(), Handle::current());
    roles.start_blocking("processor", move || run(&parts, &stop, &runtime));
    Ok(())
}

/// Begins the journal of each partition that has none.
fn begin_all(parts: &ProcessorParts) -> Result<(), ProcessorError> {
    for partition in &parts.partitions {
        begin_journal(&*parts.journal, *partition, &parts.playbook)?;
    }
    Ok(())
}

/// Folds and publishes what a stopped directory still holds.
pub(super) fn alone(layers: &LayerArguments, until_end: bool) -> ExitCode {
    if !until_end {
        return launch::needs_all("processor", "--until-end folds and publishes what is pending");
    }
    launch::run(layers, None, async |config| {
        let parts = parts(&Ground::open(config)?)?;
        let folding = tokio::task::spawn_blocking(move || run_until_end(&parts));
        let entries = folding.await??;
        Ok(print(&format!("{entries} entries were folded and published")))
    })
}
