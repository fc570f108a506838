//! The beat: once a second, that the server lives, how old its picture is, and the counts.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use tokio::sync::watch;

use crate::domain::{Partition, Tally};
use crate::journal::JournalError;
use crate::wire::socket_v1::{Beat, Figures, frame};

use super::super::gateway::Gateway;

const EVERY: Duration = Duration::from_secs(1);

/// What is sent at a beat.
#[derive(Debug, Default)]
pub(super) struct Beaten {
    /// The beat.
    pub(super) beat: Utf8Bytes,
    /// Each partition's counts, and how often they moved so far.
    pub(super) figures: BTreeMap<Partition, (u64, Utf8Bytes)>,
}

/// The newest beat.
#[derive(Debug, Default)]
pub(in crate::gateway) struct Beats(watch::Sender<Arc<Beaten>>);

impl Beats {
    /// To read, or to wait for the next.
    pub(super) fn subscribe(&self) -> watch::Receiver<Arc<Beaten>> {
        self.0.subscribe()
    }
}

/// Beats until asked to stop.
///
/// # Errors
/// None: it has the signature of a role.
pub async fn beat(gateway: Gateway) -> Result<(), JournalError> {
    let mut stop = gateway.parts.stop.clone();
    let mut said: BTreeMap<Partition, (Tally, u64, Utf8Bytes)> = BTreeMap::new();
    loop {
        tokio::select! {
            () = stop.asked() => return Ok(()),
            () = tokio::time::sleep(EVERY) => {}
        }
        gateway.hubs.prune(gateway.parts.clock.now());
        let pages = i64::try_from(gateway.hubs.pages()).unwrap_or(i64::MAX);
        gateway.parts.metrics.gateway_pages.set(pages);
        if gateway.hubs.is_empty() {
            continue;
        }
        gateway.beats.0.send_replace(Arc::new(beaten(&gateway, &mut said)));
    }
}

fn beaten(gateway: &Gateway, said: &mut BTreeMap<Partition, (Tally, u64, Utf8Bytes)>) -> Beaten {
    let now = gateway.parts.clock.now();
    let mut behind_ms = BTreeMap::new();
    for (partition, county) in gateway.counties.iter() {
        behind_ms.insert(*partition, now.0.saturating_sub(county.reached().1.0).max(0));
        let tally = county.look(|rows| rows.tally.clone());
        let before = said.get(partition);
        if before.is_none_or(|(before, ..)| *before != tally) {
            let number = before.map_or(1, |(_, number, _)| number.saturating_add(1));
            let figures = Figures { partition: *partition, tally: &tally };
            let text = frame("figures", &figures).unwrap_or_default();
            said.insert(*partition, (tally, number, text.into()));
        }
    }
    let beat = Beat { now, behind_ms, silent: gateway.sources.silent(now) };
    let figures =
        said.iter().map(|(partition, (_, number, text))| (*partition, (*number, text.clone())));
    Beaten { beat: frame("beat", &beat).unwrap_or_default().into(), figures: figures.collect() }
}
