//! One partition's fold: what leaves is gathered, then archived, then the fold is kept.

use std::panic::resume_unwind;

use crate::archive::ArchiveError;
use crate::background;
use crate::domain::{ChangeRange, Epoch, Partition, Position, Timestamp};
use crate::journal::{Journal, SnapshotHead, Snapshots, Topic};
use crate::kept::PlacedRange;
use crate::picture::{Folded, PICTURE, Picture, Rows};
use crate::telemetry::Stopwatch;
use crate::wire::archive_v1::{Archived, Manifest};
use crate::wire::picture_v1;

use super::leaving::leaving;
use super::run::{ArchiverError, ArchiverParts};

/// Ranges read at once.
const READ_RANGES_MAX: usize = 256;
/// Cases that are gathered at the most before they are archived.
const GATHERED_MAX: usize = 1_024;
/// Kept folds of a partition: the newest, and one for whom it cannot be read.
const KEPT: usize = 2;
/// As whom it reads the changes.
const READER: &str = "archiver";

/// What one look at the changes found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looked {
    /// Something new was taken.
    Took {
        /// So many changes.
        changes: usize,
    },
    /// Nothing more was published.
    Nothing,
}

/// One partition as the archiver keeps it.
#[derive(Debug)]
pub(super) struct Shelving {
    parts: ArchiverParts,
    partition: Partition,
    manifest: Manifest,
    picture: Picture,
    /// The last entry of the changes that is folded.
    through: Position,
    gathered: Vec<Archived>,
    /// Since when something waits to be archived.
    since: Option<Stopwatch>,
    /// Changes folded since the fold was kept.
    unkept: u64,
}

impl Shelving {
    /// Begins where it ended: at the newest kept fold, which never leads what is archived.
    pub(super) fn begin(parts: ArchiverParts, partition: Partition) -> Result<Self, ArchiverError> {
        parts.needs.done(READER, partition, Position::START);
        let manifest = parts.segments.manifest(partition)?;
        let (picture, through) = (Picture::without_figures(), Position::START);
        let (gathered, since, unkept) = (Vec::new(), None, 0);
        let mut begun =
            Self { parts, partition, manifest, picture, through, gathered, since, unkept };
        begun.resume()?;
        Ok(begun)
    }

    fn resume(&mut self) -> Result<(), ArchiverError> {
        let start = self.journal().start(Topic::Changes, self.partition);
        let end = *self.journal().end(Topic::Changes, self.partition).borrow();
        let kept = match &self.parts.snapshots {
            Some(snapshots) => snapshots.newest(&self.head(end))?,
            None => None,
        };
        if let Some((head, bytes)) = kept.filter(|(head, _)| start <= head.position) {
            let picture = picture_v1::decode(&bytes)?;
            if picture.position(self.partition) <= self.archived_through() {
                (self.picture, self.through) = (picture.leaving_figures_out(), head.position);
                return Ok(());
            }
            tracing::warn!(partition = %self.partition, "the archive is older than what was kept");
        }
        self.through = start;
        if start != Position::START {
            self.ask_for_rows()?;
        }
        Ok(())
    }

    /// The changes no longer reach back to the beginning: asks for all rows to be said again.
    fn ask_for_rows(&self) -> Result<(), ArchiverError> {
        use crate::domain::Entry;
        tracing::warn!(partition = %self.partition, "the archiver asks for all rows");
        let entry = crate::wire::entry_v1::encode(&Entry::Restate)?;
        let append = self.journal().append(Topic::Journal, self.partition, vec![entry]);
        futures::executor::block_on(append.durable())?;
        Ok(())
    }

    fn journal(&self) -> &dyn Journal {
        &*self.parts.journal
    }

    fn epoch(&self) -> Epoch {
        self.journal().epoch()
    }

    fn archived_through(&self) -> Position {
        let ours = self.manifest.epoch == self.epoch();
        if ours { self.manifest.through } else { Position::START }
    }

    fn head(&self, position: Position) -> SnapshotHead {
        let (epoch, partition) = (self.epoch(), self.partition);
        SnapshotHead { epoch, core: PICTURE, partition, position }
    }

    /// Takes some of what is new.
    pub(super) fn take_some(&mut self) -> Result<Looked, ArchiverError> {
        let found = self.parts.ranges.read(self.partition, self.through, READ_RANGES_MAX)?;
        if found.is_empty() {
            return Ok(Looked::Nothing);
        }
        for PlacedRange { place, range } in &found {
            self.take(range);
            self.through = *place;
        }
        Ok(Looked::Took { changes: found.iter().map(|placed| placed.range.changes.len()).sum() })
    }

    fn take(&mut self, range: &ChangeRange) {
        let seen = self.picture.position(self.partition);
        let nothing = Rows::default();
        let rows = self.picture.rows(self.partition).unwrap_or(&nothing);
        let leaving = leaving(rows, range, seen);
        if self.picture.fold(range) != Folded::Taken {
            return;
        }
        let changes = u64::try_from(range.changes.len()).unwrap_or(u64::MAX);
        self.unkept = self.unkept.saturating_add(changes).saturating_add(1);
        self.parts.metrics.archiver_unknown_total.inc_by(leaving.unknown);
        let archived = self.archived_through();
        let new = leaving.cases.into_iter().filter(|case| archived < case.position);
        self.gathered.extend(new);
        if !self.gathered.is_empty() {
            self.since.get_or_insert_with(Stopwatch::start);
        }
    }

    /// Archives what was gathered where it is enough or has waited long enough, and keeps the fold
    /// where much was folded: on a thread that gives way, for all rows are written.
    pub(super) fn looked_after(mut self) -> Result<Self, ArchiverError> {
        let waited = self.since.as_ref().is_some_and(|it| self.parts.gather <= it.elapsed());
        if waited || GATHERED_MAX <= self.gathered.len() {
            self.archive()?;
        }
        if !self.is_due() {
            return Ok(self);
        }
        let keeping = background::run("archiver", move || self.keep().map(|()| self));
        keeping.map_err(ArchiveError::Io)?.join().unwrap_or_else(|panic| resume_unwind(panic))
    }

    /// Whether enough was folded to keep the fold again. It costs by its rows, so there are as many
    /// changes to one at the least.
    fn is_due(&self) -> bool {
        let rows = self.picture.rows(self.partition).map_or(0, Rows::count);
        self.parts.keep_every_changes.max(rows) <= self.unkept
    }

    /// Archives all that was gathered.
    pub(super) fn archive(&mut self) -> Result<(), ArchiverError> {
        let to = self.picture.position(self.partition);
        if self.gathered.is_empty() && to <= self.archived_through() {
            return Ok(());
        }
        let (epoch, cases) = (self.epoch(), self.gathered.clone());
        let manifest = (self.partition, &mut self.manifest);
        let count = self.parts.segments.append(manifest, (epoch, to), cases)?;
        self.gathered.clear();
        self.since = None;
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        self.parts.metrics.archiver_cases_total.inc_by(count);
        Ok(())
    }

    /// Keeps the fold, and says how far the changes are not needed any more. What left through it
    /// is archived first.
    pub(super) fn keep(&mut self) -> Result<(), ArchiverError> {
        self.unkept = 0;
        self.archive()?;
        let Some(snapshots) = self.parts.snapshots.clone() else { return Ok(()) };
        if self.picture.position(self.partition) == Position::START {
            return Ok(());
        }
        let head = self.head(self.through);
        put(&snapshots, &head, &self.picture)?;
        if let Some(oldest) = snapshots.prune(&head, KEPT)? {
            self.parts.needs.done(READER, self.partition, oldest);
        }
        Ok(())
    }

    /// Drops what was archived before `before`.
    pub(super) fn drop_older(&mut self, before: Timestamp) -> Result<(), ArchiverError> {
        let manifest = (self.partition, &mut self.manifest);
        let dropped = self.parts.segments.drop_older(manifest, before)?;
        self.parts.metrics.archiver_expired_total.inc_by(dropped);
        Ok(())
    }
}

fn put(snapshots: &Snapshots, head: &SnapshotHead, picture: &Picture) -> Result<(), ArchiverError> {
    Ok(snapshots.put(head, &picture_v1::encode(picture)?)?)
}
