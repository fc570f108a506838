//! What the gateway's rooms share: the pictures, the newest ranges, the door.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::{Semaphore, watch};

use crate::access::Door;
use crate::archive::Index;
use crate::config::Config;
use crate::domain::{Entry, Epoch, Partition, Position, Timestamp};
use crate::journal::{Journal, Needs, Snapshots, Topic};
use crate::kept::{PlacedRange, Ranges};
use crate::picture::{Picture, Rows};
use crate::registers::Sheets;
use crate::shutdown::Stop;
use crate::telemetry::{Clock, Health, Metrics};
use crate::vault::Vault;
use crate::wire::entry_v1;
use crate::wire::projection::Projection;

use super::city::CityPages;
use super::fanout::Fanout;
use super::follow::RangeLine;
use super::pending::Pending;
use super::refused::Problem;
use super::registers::Shelf;
use super::rules::RuleFiles;
use super::socket::{Became, Canary, Hubs, Moves, Presence, Sources, fold_noting};

/// What a gateway is made of.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The checked configuration.
    pub config: Arc<Config>,
    /// Where changes are read and commands are written.
    pub journal: Arc<dyn Journal>,
    /// Its changes, shared with whoever reads them too.
    pub ranges: Ranges,
    /// Where pictures are kept; none of a journal in memory.
    pub snapshots: Option<Arc<Snapshots>>,
    /// How far the readers of the changes are done with them.
    pub needs: Needs,
    /// The keys of sealed words.
    pub vault: Arc<Vault>,
    /// The archive as it is searched; none of a journal in memory.
    pub archive: Option<Arc<Index>>,
    /// Where the registers' sheets lie; none of a journal in memory.
    pub registers: Option<Arc<Sheets>>,
    /// What is measured.
    pub metrics: Metrics,
    /// When a command arrives.
    pub clock: Clock,
    /// What `/readyz` asks.
    pub health: Health,
    /// When streams end.
    pub stop: Stop,
    /// What pages read of the city.
    pub city: CityPages,
    /// Whether it only shows: commands are refused.
    pub read_only: bool,
    /// Where rules are written that may be proposed; none where it only shows.
    pub rules: Option<RuleFiles>,
}

/// The gateway: shows the pictures and carries commands in. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Gateway {
    pub(super) parts: Arc<Parts>,
    pub(super) door: Arc<Door>,
    pub(super) counties: Arc<BTreeMap<Partition, County>>,
    pub(super) followers: Arc<Semaphore>,
    pub(super) projection: Projection,
    pub(super) hubs: Arc<Hubs>,
    pub(super) presence: Arc<Presence>,
    pub(super) sources: Arc<Sources>,
    pub(super) canary: Arc<Canary>,
    pub(super) shelf: Arc<Shelf>,
    /// One picture is kept at a time: it costs a core while it lasts.
    pub(super) keeping: Arc<Semaphore>,
    sessions: Arc<AtomicU64>,
}

/// One partition as the gateway keeps it.
#[derive(Debug)]
pub(super) struct County {
    partition: Partition,
    picture: RwLock<Picture>,
    pub(super) pending: Pending,
    nothing: Rows,
    pub(super) fanout: Fanout<RangeLine>,
    /// Whether the picture holds all that was there at the start.
    ready: watch::Sender<bool>,
}

impl Gateway {
    /// A gateway that has read nothing yet.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let lines_max = parts.config.gateway.tail_ranges_max;
        let county = |partition| {
            parts.health.waits(&part_name(partition), "the tail of the changes");
            let before = parts.journal.start(Topic::Changes, partition);
            let fanout = Fanout::new(before, lines_max);
            (partition, County::new(partition, fanout))
        };
        let counties = parts.config.partitions.all().into_iter().map(county).collect();
        Self {
            door: Arc::new(Door::new(&parts.config)),
            counties: Arc::new(counties),
            followers: Arc::new(Semaphore::new(parts.config.gateway.followers_max)),
            projection: Projection::new(parts.config.city.lat0, parts.config.city.lon0),
            hubs: Arc::default(),
            presence: Arc::default(),
            sources: Arc::default(),
            canary: Arc::default(),
            shelf: Arc::default(),
            keeping: Arc::new(Semaphore::new(1)),
            sessions: Arc::default(),
            parts: Arc::new(parts),
        }
    }

    /// The number of a new session.
    pub(super) fn next_session(&self) -> u64 {
        self.sessions.fetch_add(1, Ordering::AcqRel).saturating_add(1)
    }

    /// Waits until every picture holds all that was there at the start: a page that is shown less
    /// would take it for the city.
    pub(super) async fn until_ready(&self) {
        for county in self.counties.values() {
            // The county is there as long as the gateway.
            drop(county.ready.subscribe().wait_for(|ready| *ready).await);
        }
    }

    /// Journals `entry`, and says where; not later than a request may wait for its answer.
    pub(super) async fn journal(
        &self,
        partition: Partition,
        entry: &Entry,
    ) -> Result<(Position, Epoch), Problem> {
        let bytes = entry_v1::encode(entry).map_err(Problem::broken)?;
        let within = Duration::from_millis(self.parts.config.http.answer_within_ms);
        let journal = &self.parts.journal;
        let pending = journal.append(Topic::Journal, partition, vec![bytes]);
        let appended = pending.durable_within(within).await?;
        Ok((appended.first, journal.epoch()))
    }

    /// The county of `partition`.
    pub(super) fn county(&self, partition: Partition) -> Result<&County, Problem> {
        let unknown = || Problem::unknown(format!("there is no partition {partition}"));
        self.counties.get(&partition).ok_or_else(unknown)
    }
}

/// What a partition's follower is called in `/readyz`.
pub(super) fn part_name(partition: Partition) -> String {
    format!("gateway/{partition}")
}

impl County {
    fn new(partition: Partition, fanout: Fanout<RangeLine>) -> Self {
        let (picture, pending) = (RwLock::default(), Pending::default());
        let ready = watch::Sender::new(false);
        Self { partition, picture, pending, nothing: Rows::default(), fanout, ready }
    }

    /// Begins with a picture that was kept.
    pub(super) fn begin(&self, kept: Picture) {
        *self.picture.write().unwrap_or_else(PoisonError::into_inner) = kept;
    }

    /// The picture holds all that was there at the start.
    pub(super) fn be_ready(&self) {
        self.ready.send_replace(true);
    }

    /// The picture as it stands.
    pub(super) fn picture(&self) -> Picture {
        self.picture.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Folds ranges into the picture, all at one moment; says what they moved and what became of
    /// each.
    pub(super) fn fold(&self, ranges: &[PlacedRange]) -> (Moves, Vec<Became>) {
        let mut picture = self.picture.write().unwrap_or_else(PoisonError::into_inner);
        fold_noting(&mut picture, self.partition, ranges)
    }

    /// What `look` finds in the rows as they stand.
    pub(super) fn look<T>(&self, look: impl FnOnce(&Rows) -> T) -> T {
        let picture = self.picture.read().unwrap_or_else(PoisonError::into_inner);
        look(picture.rows(self.partition).unwrap_or(&self.nothing))
    }

    /// What `look` finds in the rows, at which position and journal's time.
    pub(super) fn look_at<T>(&self, look: impl FnOnce(&Rows, Position, Timestamp) -> T) -> T {
        let picture = self.picture.read().unwrap_or_else(PoisonError::into_inner);
        let rows = picture.rows(self.partition).unwrap_or(&self.nothing);
        look(rows, picture.position(self.partition), picture.at(self.partition))
    }

    /// The position the picture stands at, and the journal's time there.
    pub(super) fn reached(&self) -> (Position, Timestamp) {
        let picture = self.picture.read().unwrap_or_else(PoisonError::into_inner);
        (picture.position(self.partition), picture.at(self.partition))
    }
}
