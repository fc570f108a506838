//! Who sees the same: one hub for each view that some page has, and its channels.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dashmap::DashMap;
use tokio::sync::watch;

use crate::access::Sight;
use crate::domain::{Case, Partition, Position, Timestamp, Unit};
use crate::telemetry::Clock;
use crate::wire::pages::UnitRow;
use crate::wire::rows::{Cut, PageKind};

use super::super::gateway::Gateway;
use super::channel::{Channel, Encoding};
use super::moves::Moves;
use super::outbox::{Outbox, Places};

/// How long a hub goes on for pages that may return.
const KEPT_MS: i64 = 120_000;

/// A session's number.
pub(super) type SessionId = u64;

/// What pages of one kind and one sight are shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct View {
    pub(super) page: PageKind,
    pub(super) sight: Sight,
}

impl View {
    /// Whether it shows `case`. Merged cases are part of another.
    pub(super) fn shows(&self, case: &Case) -> bool {
        self.sight.has(case)
    }

    /// How its rows are cut.
    pub(super) fn cut(&self) -> Cut {
        Cut { page: self.page, names_others: self.sight.has_all() }
    }

    /// The row of `unit`, which works on `about`, where that is a case.
    pub(super) fn unit(&self, partition: Partition, unit: &Unit, about: Option<&Case>) -> UnitRow {
        let mut unit = unit.clone();
        unit.assignment = unit.assignment.filter(|_| self.sight.has_order(&unit.org, about));
        UnitRow { partition, unit }
    }

    /// Whether it shows what may be a case.
    pub(super) fn shows_any(&self, case: Option<&Case>) -> bool {
        case.is_some_and(|case| self.shows(case))
    }
}

/// One view, all partitions.
#[derive(Debug)]
pub(super) struct Hub {
    pub(super) view: View,
    channels: BTreeMap<Partition, Channel>,
    pages: Mutex<BTreeMap<SessionId, Arc<Outbox>>>,
    left_at: AtomicI64,
}

impl Hub {
    /// The channel of a partition.
    pub(super) fn channel(&self, partition: Partition) -> Option<&Channel> {
        self.channels.get(&partition)
    }

    /// Each partition's newest place.
    pub(super) fn newest(&self) -> Places {
        let channels = self.channels.iter();
        channels.map(|(partition, channel)| (*partition, channel.frames.newest())).collect()
    }

    /// The pages of the sessions that are `ours`.
    pub(super) fn pages(&self, ours: impl Fn(SessionId) -> bool) -> Vec<Arc<Outbox>> {
        let pages = self.seated();
        let ours = pages.iter().filter(|(session, _)| ours(**session));
        ours.map(|(_, page)| Arc::clone(page)).collect()
    }

    fn seated(&self) -> MutexGuard<'_, BTreeMap<SessionId, Arc<Outbox>>> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A page's place at a hub; given back when dropped.
#[derive(Debug)]
pub(super) struct Seat {
    pub(super) hub: Arc<Hub>,
    session: SessionId,
    clock: Clock,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.hub.left_at.store(self.clock.now().0, Ordering::Release);
        self.hub.seated().remove(&self.session);
    }
}

/// The hubs of a gateway.
#[derive(Debug, Default)]
pub(in crate::gateway) struct Hubs {
    views: DashMap<View, Arc<Hub>>,
    news: watch::Sender<u64>,
}

impl Hubs {
    /// Seats `page` at the hub of `view`, made where it is new. `reached` says where each partition
    /// is.
    pub(super) fn sit(
        &self,
        (view, session, page): (View, SessionId, Arc<Outbox>),
        reached: impl Fn() -> Vec<(Partition, Position)>,
        (frames_max, clock): (usize, &Clock),
    ) -> Seat {
        // Seated under the view's lock: a hub that is about to be pruned has nobody.
        let hub = self.views.entry(view.clone()).or_insert_with(|| {
            let channel =
                |(partition, position)| (partition, Channel::new(partition, position, frames_max));
            let channels = reached().into_iter().map(channel).collect();
            Arc::new(Hub { view, channels, pages: Mutex::default(), left_at: AtomicI64::new(0) })
        });
        hub.seated().insert(session, page);
        Seat { hub: Arc::clone(&hub), session, clock: clock.clone() }
    }

    /// Every hub.
    pub(super) fn all(&self) -> Vec<Arc<Hub>> {
        self.views.iter().map(|hub| Arc::clone(&hub)).collect()
    }

    /// Beats when some hub has something new.
    pub(super) fn news(&self) -> watch::Receiver<u64> {
        self.news.subscribe()
    }

    /// Whether anybody is shown anything.
    pub(in crate::gateway) fn is_empty(&self) -> bool {
        self.views.is_empty()
    }

    /// How many pages there are.
    pub(super) fn pages(&self) -> usize {
        self.views.iter().map(|hub| hub.seated().len()).sum()
    }

    /// Ends hubs whose last page left long ago.
    pub(super) fn prune(&self, now: Timestamp) {
        self.views.retain(|_, hub| {
            let left_at = hub.left_at.load(Ordering::Acquire);
            !hub.seated().is_empty() || now.0 <= left_at.saturating_add(KEPT_MS)
        });
    }
}

impl Gateway {
    /// Tells every hub what moved in a partition.
    pub(in crate::gateway) fn tell(&self, partition: Partition, moves: &Moves) {
        if moves.is_empty() {
            return;
        }
        for hub in self.hubs.all() {
            let encoding =
                Encoding { view: &hub.view, plane: &self.projection, metrics: &self.parts.metrics };
            let Some(channel) = hub.channel(partition) else { continue };
            if let Err(error) = channel.push(moves, encoding) {
                tracing::error!(%partition, %error, "a delta cannot be encoded");
            }
        }
        self.hubs.news.send_modify(|beats| *beats = beats.wrapping_add(1));
    }
}
