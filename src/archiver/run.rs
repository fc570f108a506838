//! The role: one road a partition, each on a thread while it works.

use std::sync::Arc;
use std::time::Duration;

use crate::archive::{ArchiveError, Segments};
use crate::domain::Partition;
use crate::domain::time::DAY_MS;
use crate::journal::{Journal, JournalError, Needs, SnapshotError, Snapshots, Topic};
use crate::kept::Ranges;
use crate::shutdown::Stop;
use crate::telemetry::{Clock, Metrics, Stopwatch};
use crate::wire::WireError;

use super::shelving::{Looked, Shelving};

/// How often it looks after what waits, where nothing new comes.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Between two tries where the journal or the store does not answer.
const AGAIN_AFTER: Duration = Duration::from_secs(5);
/// Between two looks. Nobody waits for the archive: what comes meanwhile is taken in one; but while
/// much comes, so soon that others have the same ranges at hand.
const REST: Duration = Duration::from_millis(500);
const REST_AMID_MUCH: Duration = Duration::from_millis(50);
/// Changes in one look from which on that is much.
const MUCH: usize = 20;
/// How often it looks for what is too old.
const DROP_EVERY: Duration = Duration::from_hours(1);

/// Why the archiver cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum ArchiverError {
    /// The changes cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The archive cannot be written.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// Its own fold cannot be kept or read.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// What it kept is damaged.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// Its thread ended early.
    #[error("archiving broke off: {0}")]
    Thread(#[from] tokio::task::JoinError),
}

impl ArchiverError {
    /// Whether it may be otherwise in a moment.
    fn passes(&self) -> bool {
        match self {
            Self::Journal(error) => error.passes(),
            Self::Archive(
                ArchiveError::Store(_) | ArchiveError::Io(_) | ArchiveError::Overtaken { .. },
            )
            | Self::Snapshot(_) => true,
            Self::Archive(_) | Self::Wire(_) | Self::Thread(_) => false,
        }
    }
}

/// What the archiver works with.
#[derive(Debug, Clone)]
pub struct ArchiverParts {
    /// The journal whose changes it reads.
    pub journal: Arc<dyn Journal>,
    /// Its changes, shared with whoever reads them too.
    pub ranges: Ranges,
    /// Where it writes.
    pub segments: Arc<Segments>,
    /// Where its fold is kept; none of a journal in memory.
    pub snapshots: Option<Arc<Snapshots>>,
    /// What it tells of how far it is done with the changes.
    pub needs: Needs,
    /// What is measured.
    pub metrics: Metrics,
    /// What tells which cases are too old.
    pub clock: Clock,
    /// How long what left memory may gather before it is archived.
    pub gather: Duration,
    /// How long a case stays in the archive, in days.
    pub keep_days: u32,
    /// Changes folded between two kept folds, at the least.
    pub keep_every_changes: u64,
}

/// Archives one partition's ended cases until asked to stop. Where journal or store do not answer
/// for a while, begins again where it stood.
///
/// # Errors
/// Where the journal or the archive is broken.
pub async fn run(
    parts: ArchiverParts,
    partition: Partition,
    mut stop: Stop,
) -> Result<(), ArchiverError> {
    while !stop.is_asked() {
        match follow(&parts, partition, &mut stop).await {
            Err(error) if error.passes() => {
                parts.metrics.archiver_failures_total.inc();
                tracing::warn!(%partition, %error, "nothing is archived for now");
                stop.rest(AGAIN_AFTER).await;
            }
            ended => return ended,
        }
    }
    Ok(())
}

async fn follow(
    parts: &ArchiverParts,
    partition: Partition,
    stop: &mut Stop,
) -> Result<(), ArchiverError> {
    let mut end = parts.journal.end(Topic::Changes, partition);
    let begun = parts.clone();
    let mut shelving =
        tokio::task::spawn_blocking(move || Shelving::begin(begun, partition)).await??;
    let mut dropped: Option<Stopwatch> = None;
    while !stop.is_asked() {
        end.mark_unchanged();
        let drops = dropped.as_ref().is_none_or(|since| DROP_EVERY <= since.elapsed());
        if drops {
            dropped = Some(Stopwatch::start());
        }
        let oldest = parts.clock.now().plus_ms(-i64::from(parts.keep_days).saturating_mul(DAY_MS));
        let looked;
        (shelving, looked) = tokio::task::spawn_blocking(move || {
            let looked = shelving.take_some()?;
            let mut shelving = shelving.looked_after()?;
            if drops {
                shelving.drop_older(oldest)?;
            }
            Ok::<_, ArchiverError>((shelving, looked))
        })
        .await??;
        if looked == Looked::Nothing {
            tokio::select! {
                changed = end.changed() => if changed.is_err() { break },
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = stop.asked() => {}
            }
        }
        let much = matches!(looked, Looked::Took { changes } if MUCH <= changes);
        stop.rest(if much { REST_AMID_MUCH } else { REST }).await;
    }
    tokio::task::spawn_blocking(move || shelving.archive()).await?
}

/// Archives what was published so far.
///
/// # Errors
/// As [`run`].
pub fn run_until_end(parts: ArchiverParts, partition: Partition) -> Result<(), ArchiverError> {
    let mut shelving = Shelving::begin(parts, partition)?;
    while shelving.take_some()? != Looked::Nothing {
        shelving = shelving.looked_after()?;
    }
    shelving.archive()
}
