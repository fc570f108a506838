//! After a scene: everything comes to rest, and every promise is held against the journal.

use std::time::Duration;

use liandong::domain::{Partition, Position};
use liandong::journal::{Journal, Topic};
use liandong::telemetry::Stopwatch;
use serde::Serialize;

use super::room::{COUNTIES, Room};
use crate::Failure;
use crate::cluster::open_journal;
use crate::verify::{Findings, all_acted, hold_journal};

/// How long what was acknowledged may take to be published and delivered once all run again.
const REST_WITHIN: Duration = Duration::from_mins(3);
/// What has not moved for so long is at rest.
const QUIET: Duration = Duration::from_secs(4);
/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// What is left after a scene.
#[derive(Debug, Serialize)]
pub(super) struct Held {
    signals_acknowledged: usize,
    commands_acknowledged: usize,
    #[serde(flatten)]
    findings: Findings,
    orders_acted: usize,
    order_repeats: u64,
    /// Ranges that said nothing new: of those who had spoken before, or spoke beside another.
    ranges_dropped: u64,
    ranges_taken: u64,
    /// Processes that ended though nobody killed them; each was started again.
    ended_themselves: u64,
    pub(super) sound: bool,
}

/// Ends the load, waits until all is said, ends every process, and reads the journal.
pub(super) async fn hold(room: &mut Room) -> Result<Held, Failure> {
    room.load.end().await;
    room.look_after()?;
    for role in room.expected.clone() {
        room.centre.ready(role).await?;
    }
    let opening = room.centre.cluster().clone();
    let journal = tokio::task::spawn_blocking(move || open_journal(&opening)).await??;
    all_said(room, &*journal).await?;
    // Orders of the last ranges are still under way, and so may be what a standby said.
    let received = room.received.clone();
    quiet("orders", || u64::try_from(received.counts().acted).unwrap_or(0)).await?;
    for role in room.expected.clone() {
        room.centre.end(role).await?;
    }
    quiet("changes", || room.reader.heard().records()).await?;
    let heard = room.reader.heard();
    let findings = hold_journal(&*journal, COUNTIES, &room.load.acknowledged, &heard.picture)?;
    let (signals_acknowledged, commands_acknowledged) = room.load.acknowledged.count();
    let orders = room.received.counts();
    let sound = findings.sound()
        && all_acted(&findings, &room.received.ids())
        && heard.unreadable == 0
        && 0 < signals_acknowledged;
    Ok(Held {
        signals_acknowledged,
        commands_acknowledged,
        findings,
        orders_acted: orders.acted,
        order_repeats: orders.repeats,
        ranges_taken: heard.taken,
        ranges_dropped: heard.dropped,
        ended_themselves: room.ended_themselves,
        sound,
    })
}

/// Waits until everything that the journal holds now is in the changes.
async fn all_said(room: &Room, journal: &dyn Journal) -> Result<(), Failure> {
    let end = |number| *journal.end(Topic::Journal, Partition(number)).borrow();
    let ends: Vec<_> = (0..=COUNTIES).map(|number| (number, end(number))).collect();
    let waited = Stopwatch::start();
    loop {
        let said = {
            let heard = room.reader.heard();
            let reached = |number| heard.lanes.get(number).map_or(Position::START, |it| it.reached);
            ends.iter().filter(|(number, end)| reached(number) < *end).count()
        };
        if said == 0 {
            return Ok(());
        }
        if REST_WITHIN < waited.elapsed() {
            return Err(format!("{said} partitions did not say all they were told").into());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Waits until `count` stands still.
async fn quiet(what: &str, count: impl Fn() -> u64) -> Result<(), Failure> {
    let (waited, mut still) = (Stopwatch::start(), Stopwatch::start());
    let mut last = count();
    while still.elapsed() < QUIET {
        if REST_WITHIN < waited.elapsed() {
            return Err(format!("{what} do not come to rest").into());
        }
        tokio::time::sleep(LOOK_EVERY).await;
        let now = count();
        if now != last {
            (last, still) = (now, Stopwatch::start());
        }
    }
    Ok(())
}
