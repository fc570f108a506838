//! The beat: once a second, that the server lives, how old its picture is, and the counts.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;

use crate::domain::{Partition, Tally};
use crate::journal::JournalError;
use crate::wire::socket_v1::{Beat, Figures, Told};

use super::super::gateway::Gateway;
use super::outbox::{Outbox, text_frame};
use super::ping::Wheel;

const EVERY: Duration = Duration::from_secs(1);

/// What is sent at a beat, framed.
#[derive(Debug, Default)]
struct Beaten {
    beat: Bytes,
    /// Each partition's counts, and how often they moved so far.
    figures: BTreeMap<Partition, (u64, Bytes)>,
}

/// Beats until asked to stop.
///
/// # Errors
/// None: it has the signature of a role.
pub async fn beat(gateway: Gateway) -> Result<(), JournalError> {
    let mut stop = gateway.parts.stop.clone();
    let mut said: BTreeMap<Partition, (Tally, u64, Bytes)> = BTreeMap::new();
    let mut wheel = Wheel::default();
    loop {
        if stop.rest(EVERY).await {
            return Ok(());
        }
        gateway.hubs.prune(gateway.parts.clock.now());
        let pages = i64::try_from(gateway.hubs.pages()).unwrap_or(i64::MAX);
        gateway.parts.metrics.gateway_pages.set(pages);
        if gateway.hubs.is_empty() {
            continue;
        }
        let beaten = beaten(&gateway, &mut said);
        wheel.turn();
        for hub in gateway.hubs.all() {
            wheel.ping(&hub);
            for page in hub.pages(|_| true) {
                bring(&page, &beaten, hub.view.sight.is_whole());
            }
            tokio::task::yield_now().await;
        }
    }
}

/// Gives a page the newest counts that it has not, where they are `its` to see, and the beat.
/// Counts are a whole county's: who is shown a part of one gets none. A page that is held or stuck
/// is passed over: only the newest counts, and the next beat brings it.
fn bring(page: &Outbox, beaten: &Beaten, its: bool) {
    let mut open = page.open();
    if open.held || open.is_stuck() {
        return;
    }
    let mut frames = Vec::new();
    for (partition, (number, text)) in beaten.figures.iter().filter(|_| its) {
        let given = open.figures.get(partition) == Some(number);
        if open.shows(*partition) && !given {
            open.figures.insert(*partition, *number);
            frames.extend_from_slice(text);
        }
    }
    let beat = beaten.beat.clone();
    let frames = if frames.is_empty() { beat } else { [&frames[..], &beat[..]].concat().into() };
    page.send_in(&mut open, frames);
}

fn beaten(gateway: &Gateway, said: &mut BTreeMap<Partition, (Tally, u64, Bytes)>) -> Beaten {
    let now = gateway.parts.clock.now();
    let mut behind_ms = BTreeMap::new();
    for (partition, county) in gateway.counties.iter() {
        behind_ms.insert(*partition, now.0.saturating_sub(county.reached().1.0).max(0));
        let tally = county.look(|rows| rows.tally.clone());
        let before = said.get(partition);
        if before.is_none_or(|(before, ..)| *before != tally) {
            let number = before.map_or(1, |(_, number, _)| number.saturating_add(1));
            let figures = Figures { partition: *partition, tally: &tally };
            let text = Told::Figures(figures).frame().unwrap_or_default();
            said.insert(*partition, (tally, number, text_frame(text)));
        }
    }
    let sources = &gateway.sources;
    let (heard, silent, canary) = (sources.heard(), sources.silent(now), gateway.canary.last());
    let beat = Beat { now, behind_ms, heard, silent, canary };
    let figures =
        said.iter().map(|(partition, (_, number, text))| (*partition, (*number, text.clone())));
    let beat = text_frame(Told::Beat(beat).frame().unwrap_or_default());
    Beaten { beat, figures: figures.collect() }
}
