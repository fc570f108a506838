//! The role `archiver`: in `all`, alone on a cluster, or alone to archive what is there. And the
//! index of whoever searches.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use crate::archive::{ArchiveError, Index, Segments};
use crate::archiver::{ArchiverParts, run, run_until_end};
use crate::background;
use crate::config::JournalKind;
use crate::domain::Partition;
use crate::journal::Topic;
use crate::outbound::{Road, run_owned};
use crate::shutdown::Stop;

use super::arguments::LayerArguments;
use super::ground::{Followed, Ground};
use super::launch::{self, Failure};
use super::roles::Roles;
use super::run::print;
use super::watched;

/// What it reads; nobody's page waits for it.
const FOLLOWED: Followed = Followed::patiently(&[Topic::Changes]);
/// Its fold is kept so many times less often than a gateway's picture: nobody waits for it to come
/// back.
const KEPT_RARELY: u64 = 2;
/// Indexes of processes that share a data directory.
const INDEXES_MAX: u32 = 8;

fn segments(ground: &Ground) -> Result<Segments, ArchiveError> {
    let config = &ground.config;
    Segments::in_store(&config.snapshots, config.found_again_in())
}

/// The index that this process searches; none of a journal in memory, which leaves nothing behind,
/// and none where it cannot be opened: what is open is shown all the same.
pub(super) fn index(ground: &Ground) -> Option<Arc<Index>> {
    if ground.keeps_nothing() {
        return None;
    }
    let opened = free_index(ground);
    let why = "the archive cannot be searched from here";
    opened.inspect_err(|error| tracing::error!(%error, "{why}")).ok().map(Arc::new)
}

/// The first index that no other process keeps.
fn free_index(ground: &Ground) -> Result<Index, ArchiveError> {
    let open =
        |directory: &Path| Index::open(directory, segments(ground)?, Arc::clone(&ground.vault));
    for number in 1..=INDEXES_MAX {
        let directory = ground.config.data_dir.join(format!("archive-index-{number}"));
        match open(&directory) {
            Err(ArchiveError::Held) => {}
            Err(error @ ArchiveError::Index(_)) => {
                tracing::warn!(%error, "the archive's index is made anew");
                std::fs::remove_dir_all(&directory)?;
                return open(&directory);
            }
            opened => return opened,
        }
    }
    Err(ArchiveError::Held)
}

fn parts(ground: &Ground) -> Result<ArchiverParts, Failure> {
    let config = &ground.config;
    Ok(ArchiverParts {
        journal: Arc::clone(&ground.journal),
        ranges: ground.ranges.clone(),
        segments: Arc::new(segments(ground)?),
        snapshots: ground.snapshots_of("archiver")?,
        needs: ground.needs.clone(),
        metrics: ground.metrics.clone(),
        clock: ground.clock.clone(),
        gather: Duration::from_secs(config.archive.gather_s),
        keep_days: config.archive.keep_days,
        keep_every_changes: config.gateway.snapshot_every_changes.saturating_mul(KEPT_RARELY),
    })
}

/// Starts the roads of the partitions it owns; none on a journal in memory.
pub(super) fn start(roles: &mut Roles, ground: &Ground) -> Result<(), Failure> {
    if ground.keeps_nothing() {
        return Ok(());
    }
    let (parts, partitions) = (parts(ground)?, ground.config.partitions.all());
    let ownership = ground.ownership(("archiver", Topic::Changes), partitions)?;
    let road = move |partition: Partition, stop: Stop| -> Road<Failure> {
        let parts = parts.clone();
        Box::pin(async move { run(parts, partition, stop).await.map_err(Failure::from) })
    };
    roles.start("archiver", run_owned(ownership, road, roles.stop()));
    Ok(())
}

/// On a cluster, one of several archivers; elsewhere it archives what a stopped directory holds.
pub(super) fn alone(layers: &LayerArguments, until_end: bool) -> ExitCode {
    if !until_end {
        // Before there are threads: they all give way to the city's own road.
        background::give_way_a_little();
    }
    launch::run(layers, None, async |config| {
        if until_end {
            let ground = Ground::open_for(config, FOLLOWED)?;
            let parts = parts(&ground)?;
            for partition in ground.config.partitions.all() {
                run_until_end(parts.clone(), partition)?;
            }
            let cases = ground.metrics.archiver_cases_total.get();
            return Ok(print(&format!("{cases} cases were archived")));
        }
        if config.journal.kind != JournalKind::Kafka {
            let alone = "--until-end archives what has left memory";
            return Ok(launch::needs_all("archiver", alone));
        }
        watched::alone(config, FOLLOWED, start).await
    })
}
