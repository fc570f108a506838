//! When a picture is kept: at the start, where it took long to get there, then from time to time.

use std::sync::Arc;
use std::thread::JoinHandle;

use crate::background;
use crate::domain::time::HOUR_MS;
use crate::domain::{Entry, Partition, Position};
use crate::journal::{JournalError, Snapshots, Topic};
use crate::kept::{KeepError, KeptPicture, KeptPictures, Retention, needs_all};
use crate::picture::Rows;
use crate::wire::entry_v1;

use super::gateway::{County, Gateway};

/// A picture being kept.
type UnderWay = JoinHandle<Result<Option<Position>, KeepError>>;

/// Has one partition's picture kept.
#[derive(Debug)]
pub(super) struct Keeper {
    gateway: Gateway,
    partition: Partition,
    /// Ranges and changes folded since the newest kept picture.
    unkept: u64,
    under_way: Option<UnderWay>,
}

impl Keeper {
    /// Gives `county` the newest kept picture; returns after which entry of the changes it goes on.
    ///
    /// # Errors
    /// Where the journal is broken, or no longer holds what a picture is made of and this gateway
    /// may not ask for it.
    pub(super) async fn begin(
        gateway: &Gateway,
        (partition, county): (Partition, &County),
    ) -> Result<(Self, Position), JournalError> {
        let keeper = Self { gateway: gateway.clone(), partition, unkept: 0, under_way: None };
        needs_all(&gateway.parts.needs, partition);
        if let Some(KeptPicture { picture, through }) = keeper.newest().await {
            tracing::info!(%partition, %through, "a kept picture is gone on from");
            county.begin(picture);
            return Ok((keeper, through));
        }
        let start = gateway.parts.journal.start(Topic::Changes, partition);
        if start != Position::START {
            keeper.ask_for_rows(start).await?;
        }
        Ok((keeper, start))
    }

    /// The newest kept picture; none where there is none to be used.
    async fn newest(&self) -> Option<KeptPicture> {
        let snapshots = self.snapshots()?;
        let (journal, partition) = (Arc::clone(&self.gateway.parts.journal), self.partition);
        let reading = tokio::task::spawn_blocking(move || {
            KeptPictures { journal: &*journal, snapshots: &snapshots, partition }.newest()
        });
        match reading.await {
            Ok(Ok(kept)) => kept,
            Ok(Err(error)) => {
                tracing::warn!(%partition, %error, "no kept picture can be read");
                None
            }
            Err(error) => {
                tracing::error!(%partition, %error, "reading a kept picture failed");
                None
            }
        }
    }

    fn snapshots(&self) -> Option<Arc<Snapshots>> {
        self.gateway.parts.snapshots.clone()
    }

    /// Where pictures are to be kept; nowhere by one that only shows.
    fn may_keep(&self) -> Option<Arc<Snapshots>> {
        self.snapshots().filter(|_| !self.gateway.parts.read_only)
    }

    /// The changes no longer reach back to the beginning: asks for all rows to be said again.
    async fn ask_for_rows(&self, start: Position) -> Result<(), JournalError> {
        let (partition, parts) = (self.partition, &self.gateway.parts);
        if parts.read_only {
            let (topic, after) = (Topic::Changes, Position::START);
            return Err(JournalError::Removed { topic, partition, after, start });
        }
        tracing::warn!(%partition, %start, "no kept picture reaches so far: asking for all rows");
        // An entry without a field is always representable.
        let entry = entry_v1::encode(&Entry::Restate).unwrap_or_default();
        parts.journal.append(Topic::Journal, partition, vec![entry]).durable().await.map(drop)
    }

    /// Notes what was folded.
    pub(super) fn note(&mut self, folded: usize) {
        self.unkept = self.unkept.saturating_add(u64::try_from(folded).unwrap_or(u64::MAX));
    }

    /// Keeps the picture as it stands at the start, where that took long: a gateway that dies again
    /// and again does not begin further back each time. Nobody waits for the picture yet.
    pub(super) async fn keep_begun(&mut self, county: &County, through: Position) {
        let Some(snapshots) = self.may_keep().filter(|_| self.is_due(county)) else { return };
        self.unkept = 0;
        let (journal, partition) = (Arc::clone(&self.gateway.parts.journal), self.partition);
        let kept = KeptPicture { picture: county.picture(), through };
        let writing = tokio::task::spawn_blocking(move || {
            KeptPictures { journal: &*journal, snapshots: &snapshots, partition }.put(&kept)?;
            Ok(Some(kept.through))
        });
        told(partition, writing.await.ok());
    }

    /// Whether enough was folded. A picture costs by its rows, so there are as many changes to one
    /// at the least: what is kept again and again is not more than what came.
    fn is_due(&self, county: &County) -> bool {
        let every = self.gateway.parts.config.gateway.snapshot_every_changes;
        every <= self.unkept && county.look(Rows::count) <= self.unkept
    }

    /// Has the picture kept where that is due and no other partition's is being kept.
    pub(super) fn look_after(&mut self, county: &County) {
        if let Some(ended) = self.under_way.take_if(|under_way| under_way.is_finished()) {
            told(self.partition, ended.join().ok());
        }
        if self.under_way.is_none() && self.is_due(county) {
            self.start();
        }
    }

    fn start(&mut self) {
        let Some(snapshots) = self.may_keep() else { return };
        let Ok(turn) = Arc::clone(&self.gateway.keeping).try_acquire_owned() else { return };
        self.unkept = 0;
        let (parts, partition) = (Arc::clone(&self.gateway.parts), self.partition);
        let kept_ms = i64::from(parts.config.journal.retention_hours).saturating_mul(HOUR_MS);
        let retention = Retention {
            kept: parts.config.gateway.snapshots_kept,
            before: parts.clock.now().plus_ms(-kept_ms),
            needs: parts.needs.clone(),
        };
        let work = move || {
            let _turn = turn;
            KeptPictures { journal: &*parts.journal, snapshots: &snapshots, partition }
                .go_on(&retention, &parts.stop)
        };
        match background::run("picture", work) {
            Ok(under_way) => self.under_way = Some(under_way),
            Err(error) => tracing::warn!(%partition, %error, "no thread to keep a picture"),
        }
    }
}

/// Tells what became of a picture that was to be kept; none where the attempt itself broke off.
fn told(partition: Partition, ended: Option<Result<Option<Position>, KeepError>>) {
    match ended {
        Some(Ok(Some(through))) => tracing::info!(%partition, %through, "a picture is kept"),
        Some(Ok(None)) => {}
        Some(Err(error)) => tracing::warn!(%partition, %error, "a picture could not be kept"),
        None => tracing::error!(%partition, "keeping a picture broke off"),
    }
}
