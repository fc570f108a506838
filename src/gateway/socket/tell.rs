//! Bringing news to pages: each page is given what its hub has beyond where it stands.
//!
//! A few tellers share the pages between them. A teller goes from page to page and writes what the
//! socket takes at once: no task is woken, nothing is queued, and a change costs a page one write.
//! A page whose socket is full is passed over; its own task goes on where it stood.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::domain::Partition;
use crate::journal::JournalError;
use crate::telemetry::Stopwatch;

use super::super::fanout::Found;
use super::super::gateway::Gateway;
use super::hubs::Hub;
use super::outbox::{Outbox, Places};

/// Deltas a page is given at once, of each partition.
const FRAMES_MAX: usize = 64;
/// Pages a teller goes to before others have a turn.
const PAGES_AT_ONCE: usize = 64;
/// The shortest rest after a round: a page of many partitions is told of them in one write.
const REST_MIN: Duration = Duration::from_millis(2);
/// The longest rest after a round. A round among many pages takes long; as long a rest lets
/// deltas gather, so that they share a write, and leaves the core half free.
const REST_MAX: Duration = Duration::from_millis(10);

/// How many tellers there are: one for each core.
#[must_use]
pub fn tellers() -> u64 {
    std::thread::available_parallelism().map_or(1, |cores| u64::try_from(cores.get()).unwrap_or(1))
}

/// Tells its share of the pages, one in `tellers`, until asked to stop.
///
/// # Errors
/// None: it has the signature of a role.
pub async fn tell(gateway: Gateway, (share, tellers): (u64, u64)) -> Result<(), JournalError> {
    let mut stop = gateway.parts.stop.clone();
    let mut news = gateway.hubs.news();
    loop {
        tokio::select! {
            () = stop.asked() => return Ok(()),
            moved = news.changed() => drop(moved),
        }
        let round = Stopwatch::start();
        for hub in gateway.hubs.all() {
            let pages = hub.pages(|session| session % tellers == share);
            tell_all(&gateway, &hub, pages).await;
        }
        tokio::time::sleep((round.elapsed() / 4).clamp(REST_MIN, REST_MAX)).await;
    }
}

async fn tell_all(gateway: &Gateway, hub: &Hub, pages: Vec<Arc<Outbox>>) {
    let newest = hub.newest();
    let mut next = None;
    for some in pages.chunks(PAGES_AT_ONCE) {
        let (mut frames, mut writes) = (0, 0);
        for page in some {
            let brought = bring(hub, page, (&newest, &mut next));
            frames += brought;
            writes += u64::from(0 < brought);
        }
        gateway.parts.metrics.gateway_frames_sent_total.inc_by(frames);
        gateway.parts.metrics.gateway_writes_total.inc_by(writes);
        tokio::task::yield_now().await;
    }
}

/// Gives a page what it has not been given, unless its own task is at that; returns how many
/// frames that was. `next` is what the page before it was given: mostly the same.
fn bring(hub: &Hub, page: &Outbox, (newest, next): (&Places, &mut Option<Next>)) -> u64 {
    let mut open = page.open();
    if open.held || open.is_stuck() {
        return 0;
    }
    if next.as_ref().is_none_or(|next| next.from != open.through) {
        *next = Some(news(hub, &open.through, newest));
    }
    let Some(Next { to, frames, bytes, cut, .. }) = next else { return 0 };
    if *cut {
        // More than goes into one, or it is no longer kept: the page's own task sees to it.
        open.held = true;
        page.need();
    } else if 0 < *frames {
        open.through.clone_from(to);
        page.send_in(&mut open, bytes.clone());
        return *frames;
    }
    0
}

/// What comes next for the pages that stand at one place, joined so that it costs one write.
#[derive(Debug)]
pub(super) struct Next {
    from: Places,
    /// Where they stand then.
    pub(super) to: Places,
    /// How many deltas that is.
    pub(super) frames: u64,
    /// The deltas.
    pub(super) bytes: Bytes,
    /// Whether more comes after these.
    pub(super) cut: bool,
    /// A partition whose next delta is no longer kept.
    pub(super) behind: Option<Partition>,
}

/// What a hub has for pages that stand at `from`.
pub(super) fn news(hub: &Hub, from: &Places, newest: &Places) -> Next {
    let (mut to, mut lines) = (from.clone(), Vec::new());
    let (mut cut, mut behind) = (false, None);
    for (partition, through) in &mut to {
        let moved = newest.iter().any(|(there, place)| there == partition && *through < *place);
        let Some(channel) = hub.channel(*partition).filter(|_| moved) else { continue };
        match channel.frames.after(*through, FRAMES_MAX) {
            Found::Lines(found) => {
                cut |= FRAMES_MAX <= found.len();
                *through = found.last().map_or(*through, |line| line.place);
                lines.extend(found);
            }
            Found::Behind => behind = Some(*partition),
        }
    }
    let bytes = match lines.as_slice() {
        [one] => one.what.clone(),
        many => many.iter().map(|line| &line.what[..]).collect::<Vec<_>>().concat().into(),
    };
    let frames = u64::try_from(lines.len()).unwrap_or(0);
    Next { from: from.clone(), to, frames, bytes, cut: cut || behind.is_some(), behind }
}
