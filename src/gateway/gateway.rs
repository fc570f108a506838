//! What the gateway's rooms share: the pictures, the newest ranges, the door.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::Semaphore;

use crate::access::Door;
use crate::config::Config;
use crate::domain::{ChangeRange, Partition, Position, Timestamp};
use crate::journal::{Journal, Topic};
use crate::picture::{Folded, Picture, Rows};
use crate::shutdown::Stop;
use crate::telemetry::{Clock, Health, Metrics};
use crate::vault::Vault;
use crate::wire::projection::Projection;

use super::fanout::Fanout;
use super::pending::Pending;
use super::refused::Problem;

/// What a gateway is made of.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The checked configuration.
    pub config: Arc<Config>,
    /// Where changes are read and commands are written.
    pub journal: Arc<dyn Journal>,
    /// The keys of sealed words.
    pub vault: Arc<Vault>,
    /// What is measured.
    pub metrics: Metrics,
    /// When a command arrives.
    pub clock: Clock,
    /// What `/readyz` asks.
    pub health: Health,
    /// When streams end.
    pub stop: Stop,
    /// Whether it only shows: commands are refused.
    pub read_only: bool,
}

/// The gateway: shows the pictures and carries commands in. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Gateway {
    pub(super) parts: Arc<Parts>,
    pub(super) door: Arc<Door>,
    pub(super) counties: Arc<BTreeMap<Partition, County>>,
    pub(super) followers: Arc<Semaphore>,
    pub(super) projection: Projection,
}

/// One partition as the gateway keeps it.
#[derive(Debug)]
pub(super) struct County {
    partition: Partition,
    picture: RwLock<Picture>,
    pub(super) pending: Pending,
    nothing: Rows,
    pub(super) fanout: Fanout,
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
            parts: Arc::new(parts),
        }
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
    fn new(partition: Partition, fanout: Fanout) -> Self {
        let (picture, pending) = (RwLock::default(), Pending::default());
        Self { partition, picture, pending, nothing: Rows::default(), fanout }
    }

    /// Folds a range into the picture.
    pub(super) fn fold(&self, range: &ChangeRange) -> Folded {
        self.picture.write().unwrap_or_else(PoisonError::into_inner).fold(range)
    }

    /// What `look` finds in the rows as they stand.
    pub(super) fn look<T>(&self, look: impl FnOnce(&Rows) -> T) -> T {
        let picture = self.picture.read().unwrap_or_else(PoisonError::into_inner);
        look(picture.rows(self.partition).unwrap_or(&self.nothing))
    }

    /// The position the picture stands at, and the journal's time there.
    pub(super) fn reached(&self) -> (Position, Timestamp) {
        let picture = self.picture.read().unwrap_or_else(PoisonError::into_inner);
        (picture.position(self.partition), picture.at(self.partition))
    }
}
