//! Who sees the same: one hub for each view that some page has, and its channels.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use dashmap::DashMap;
use tokio::sync::watch;

use crate::access::Sight;
use crate::domain::{Case, Partition, Position, Timestamp};
use crate::wire::rows::PageKind;

use super::super::gateway::Gateway;
use super::channel::{Channel, Encoding};
use super::moves::Moves;

/// How long a hub goes on for pages that may return.
const KEPT_MS: i64 = 120_000;

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
    pulse: watch::Sender<u64>,
    pages: AtomicUsize,
    left_at: AtomicI64,
}

impl Hub {
    /// The channel of a partition.
    pub(super) fn channel(&self, partition: Partition) -> Option<&Channel> {
        self.channels.get(&partition)
    }

    /// Beats when a channel has something new.
    pub(super) fn pulse(&self) -> watch::Receiver<u64> {
        self.pulse.subscribe()
    }

    /// Wakes the pages.
    pub(super) fn wake(&self) {
        self.pulse.send_modify(|beats| *beats = beats.wrapping_add(1));
    }
}

/// A page's place at a hub; given back when dropped.
#[derive(Debug)]
pub(super) struct Seat {
    pub(super) hub: Arc<Hub>,
    clock: crate::telemetry::Clock,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.hub.left_at.store(self.clock.now().0, Ordering::Release);
        self.hub.pages.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The hubs of a gateway.
#[derive(Debug, Default)]
pub(in crate::gateway) struct Hubs(DashMap<View, Arc<Hub>>);

impl Hubs {
    /// A seat at the hub of `view`, made where it is new. `reached` says where each partition is.
    pub(super) fn sit(
        &self,
        view: View,
        reached: impl Fn() -> Vec<(Partition, Position)>,
        (frames_max, clock): (usize, &crate::telemetry::Clock),
    ) -> Seat {
        let hub = self.0.entry(view.clone()).or_insert_with(|| {
            let channel =
                |(partition, position)| (partition, Channel::new(partition, position, frames_max));
            let channels = reached().into_iter().map(channel).collect();
            let (pages, left_at) = (AtomicUsize::new(0), AtomicI64::new(0));
            Arc::new(Hub { view, channels, pulse: watch::Sender::new(0), pages, left_at })
        });
        hub.pages.fetch_add(1, Ordering::AcqRel);
        Seat { hub: Arc::clone(&hub), clock: clock.clone() }
    }

    /// Every hub.
    pub(super) fn all(&self) -> Vec<Arc<Hub>> {
        self.0.iter().map(|hub| Arc::clone(&hub)).collect()
    }

    /// Whether anybody is shown anything.
    pub(in crate::gateway) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many pages there are.
    pub(super) fn pages(&self) -> usize {
        self.0.iter().map(|hub| hub.pages.load(Ordering::Acquire)).sum()
    }

    /// Ends hubs whose last page left long ago.
    pub(super) fn prune(&self, now: Timestamp) {
        self.0.retain(|_, hub| {
            let left_at = hub.left_at.load(Ordering::Acquire);
            0 < hub.pages.load(Ordering::Acquire) || now.0 <= left_at.saturating_add(KEPT_MS)
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
            hub.wake();
        }
    }
}
