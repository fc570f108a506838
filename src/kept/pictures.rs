//! Keeps a partition's picture, so that whoever follows its changes starts in seconds.
//!
//! The live picture is never stalled for it: a second fold goes on from the newest kept picture to
//! the end of the changes and writes what it got (`docs/decisions/0005`). Behind the oldest kept
//! picture, and behind what every other reader is done with, old changes are removed.

use crate::domain::{Partition, Position, Timestamp};
use crate::journal::{
    Journal, JournalError, Needs, SnapshotError, SnapshotHead, Snapshots, Topic, remove_older,
};
use crate::picture::{PICTURE, Picture};
use crate::shutdown::Stop;
use crate::wire::{WireError, change_v1, picture_v1};

/// Ranges read at once.
const READ_RANGES_MAX: usize = 512;
/// As whom the gateway reads the changes.
const READER: &str = "gateway";

/// A picture was not kept: the next try may do better.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The changes cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Pictures cannot be written or read.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// What is stored is not what was written.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// Nothing was folded yet.
    #[error("the changes have no beginning that a picture can be made from")]
    NoBeginning,
}

/// The kept pictures of a partition, and what they are made of.
#[derive(Debug, Clone, Copy)]
pub struct KeptPictures<'a> {
    /// Whose changes they are made of.
    pub journal: &'a dyn Journal,
    /// Where they lie.
    pub snapshots: &'a Snapshots,
    /// Of which partition they are.
    pub partition: Partition,
}

/// A picture, and the last entry of the changes folded into it.
#[derive(Debug, Default)]
pub struct KeptPicture {
    /// The picture.
    pub picture: Picture,
    /// The last entry of the changes in it.
    pub through: Position,
}

/// How many are kept, and what may leave the changes behind them.
#[derive(Debug, Clone)]
pub struct Retention {
    /// How many pictures.
    pub kept: usize,
    /// Changes from before then may leave.
    pub before: Timestamp,
    /// What readers of the changes still need.
    pub needs: Needs,
}

impl KeptPictures<'_> {
    /// The newest kept picture that the changes go on from; none where there is none.
    ///
    /// # Errors
    /// Where they cannot be listed or read.
    pub fn newest(&self) -> Result<Option<KeptPicture>, KeepError> {
        let end = *self.journal.end(Topic::Changes, self.partition).borrow();
        let Some((head, bytes)) = self.snapshots.newest(&self.head(end))? else { return Ok(None) };
        let start = self.journal.start(Topic::Changes, self.partition);
        if head.position < start {
            let (partition, through) = (self.partition, head.position);
            tracing::warn!(%partition, %through, %start, "a kept picture is too old to go on from");
            return Ok(None);
        }
        match picture_v1::decode(&bytes) {
            Ok(picture) => Ok(Some(KeptPicture { picture, through: head.position })),
            Err(error) => {
                tracing::warn!(partition = %self.partition, %error, "a kept picture is unreadable");
                Ok(None)
            }
        }
    }

    /// Goes on from the newest kept picture to the end of the changes, keeps that, and removes what
    /// nobody needs. Returns through which entry of the changes it is; none where it was stopped.
    ///
    /// # Errors
    /// Where the changes cannot be read, or the picture not be written.
    pub fn go_on(&self, retention: &Retention, stop: &Stop) -> Result<Option<Position>, KeepError> {
        let mut kept = self.newest()?.unwrap_or_default();
        let began = kept.through;
        let end = *self.journal.end(Topic::Changes, self.partition).borrow();
        while kept.through < end {
            if stop.is_asked() || !self.fold_some(&mut kept)? {
                return Ok(None);
            }
        }
        if began < kept.through {
            self.put(&kept)?;
        }
        self.retain(kept.through, retention)?;
        Ok(Some(kept.through))
    }

    fn fold_some(&self, kept: &mut KeptPicture) -> Result<bool, KeepError> {
        let start = self.journal.start(Topic::Changes, self.partition);
        let after = kept.through.max(start);
        let found = self.journal.read(Topic::Changes, self.partition, after, READ_RANGES_MAX)?;
        for stored in &found {
            kept.picture.fold(&change_v1::decode(&stored.bytes)?);
        }
        kept.through = found.last().map_or(kept.through, |stored| stored.position);
        Ok(!found.is_empty())
    }

    /// Writes a picture.
    ///
    /// # Errors
    /// Where it cannot be written, or holds nothing yet.
    pub fn put(&self, kept: &KeptPicture) -> Result<(), KeepError> {
        if kept.picture.position(self.partition) == Position::START {
            return Err(KeepError::NoBeginning);
        }
        Ok(self.snapshots.put(&self.head(kept.through), &picture_v1::encode(&kept.picture)?)?)
    }

    fn retain(&self, through: Position, retention: &Retention) -> Result<(), KeepError> {
        let Some(oldest) = self.snapshots.prune(&self.head(through), retention.kept)? else {
            return Ok(());
        };
        retention.needs.done(READER, self.partition, oldest);
        let limit = retention.needs.all_done(self.partition);
        let lane = (Topic::Changes, self.partition);
        Ok(remove_older(self.journal, lane, (retention.before, limit))?)
    }

    fn head(&self, position: Position) -> SnapshotHead {
        let (epoch, partition) = (self.journal.epoch(), self.partition);
        SnapshotHead { epoch, core: PICTURE, partition, position }
    }
}

/// That this gateway needs all the changes of `partition`, until it has kept a picture.
pub fn needs_all(needs: &Needs, partition: Partition) {
    needs.done(READER, partition, Position::START);
}
