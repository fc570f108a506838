//! Following one partition's changes: fold the picture, encode the range, share it.
//!
//! **Invariant, a frame never lies.** A range is shared only after the picture holds it, and one
//! that does not join on to the picture is ignored and counted: it will come again.

use std::time::Duration;

use bytes::Bytes;

use crate::access::is_open;
use crate::domain::{CaseId, Change, ChangeRange, Partition, Position};
use crate::journal::{JournalError, Topic};
use crate::kept::PlacedRange;
use crate::picture::{Folded, Rows};
use crate::telemetry::{Metrics, Stage};
use crate::wire::lines;

use super::fanout::Line;
use super::gateway::{County, Gateway, part_name};
use super::keeper::Keeper;
use super::others::{change_names_seen, cut_change};
use super::socket::{Became, Moves, sources_of};

/// Ranges one read brings.
const READ_RANGES_MAX: usize = 64;
/// Between two tellings: ranges come hundreds of times a second, and each telling costs every page
/// a write.
const TOLD_EVERY: Duration = Duration::from_millis(2);
/// Between two tries where the journal does not answer.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Follows `partition` until asked to stop.
///
/// # Errors
/// Where the journal is broken, or holds what this build cannot read.
pub async fn follow(gateway: Gateway, partition: Partition) -> Result<(), JournalError> {
    let Ok(county) = gateway.county(partition) else { return Ok(()) };
    let parts = &gateway.parts;
    let mut stop = parts.stop.clone();
    let mut end = parts.journal.end(Topic::Changes, partition);
    let (mut keeper, mut cursor) = Keeper::begin(&gateway, (partition, county)).await?;
    // Ready once the picture holds what was journalled before; where nobody folds the journal, once
    // it holds what was published.
    let (published, mut journalled) = (*end.borrow(), Position::START);
    if !parts.read_only {
        journalled = newest_end(&gateway, partition).await?;
    }
    let mut ready = false;
    while !stop.is_asked() {
        let found = match parts.ranges.read(partition, cursor, READ_RANGES_MAX) {
            Err(error) if error.passes() => {
                tracing::warn!(%partition, %error, "the picture stands still");
                tokio::time::sleep(AGAIN_AFTER).await;
                continue;
            }
            found => found?,
        };
        let (moves, folded) = take(&gateway, county, &found, ready)?;
        cursor = found.last().map_or(cursor, |last| last.place);
        gateway.tell(partition, &moves);
        keeper.note(folded);
        if ready {
            keeper.look_after(county);
        } else if published <= cursor && journalled <= county.reached().0 {
            keeper.keep_begun(county, cursor).await;
            ready = true;
            county.fanout.begin_after(cursor);
            gateway.sources.begin(&county.look(sources_of));
            county.be_ready();
            parts.health.ready(&part_name(partition));
        }
        if found.is_empty() {
            tokio::select! {
                () = stop.asked() => {}
                end_moved = end.changed() => end_moved.map_err(|_| JournalError::Closed)?,
            }
        } else if !ready {
            tokio::task::yield_now().await;
        } else {
            // What comes meanwhile is told in one.
            tokio::time::sleep(TOLD_EVERY).await;
        }
    }
    Ok(())
}

/// The end of the journal, waited for where it is not to be learnt at once.
async fn newest_end(gateway: &Gateway, partition: Partition) -> Result<Position, JournalError> {
    let mut stop = gateway.parts.stop.clone();
    loop {
        match gateway.parts.journal.newest_end(Topic::Journal, partition) {
            Err(error) if error.passes() && !stop.is_asked() => {
                tracing::warn!(%partition, %error, "the end of the journal is not known yet");
                stop.rest(AGAIN_AFTER).await;
            }
            end => return end,
        }
    }
}

/// Takes ranges into the picture, and shares those that joined on. Returns what moved, and
/// how much was folded: ranges, and the changes in them.
fn take(
    gateway: &Gateway,
    county: &County,
    ranges: &[PlacedRange],
    ready: bool,
) -> Result<(Moves, usize), JournalError> {
    let (moves, became) = county.fold(ranges);
    for (PlacedRange { place, range }, became) in ranges.iter().zip(became) {
        let Became { folded, sign_of_life } = became;
        if folded != Folded::Taken && !sign_of_life {
            let dropped = &gateway.parts.metrics.gateway_dropped_total;
            dropped.with_label_values(&[reason(folded)]).inc();
        } else if ready {
            // What is read again at the start was pushed long ago.
            share(gateway, county, (*place, range))?;
        }
    }
    let folded = ranges.iter().map(|placed| placed.range.changes.len().saturating_add(1)).sum();
    Ok((moves, folded))
}

/// A range as those who follow over HTTP take it.
#[derive(Debug, Clone)]
pub(super) struct RangeLine {
    /// After this position of the journal …
    pub(super) from: Position,
    /// … through this one.
    pub(super) to: Position,
    /// With everything in it.
    pub(super) whole: Bytes,
    /// Without the rows of restricted cases and canaries.
    pub(super) open: Bytes,
}

impl RangeLine {
    /// The line at its place in the topic of changes.
    pub(super) fn at(self, place: Position) -> Line<Self> {
        // A range tells all that is in it: whoever stands before it can take it.
        Line { place, since: place, weight: self.whole.len(), what: self }
    }
}

/// Shares a range that the picture holds with all who follow over HTTP.
fn share(
    gateway: &Gateway,
    county: &County,
    (place, range): (Position, &ChangeRange),
) -> Result<(), JournalError> {
    gateway.sources.hear(range);
    gateway.canary.hear(range, gateway.parts.clock.now());
    observe(gateway, range);
    if !county.fanout.is_followed() {
        // Who comes later reads from the journal what was not encoded for nobody.
        county.fanout.begin_after(place);
        return Ok(());
    }
    let lane = (Topic::Changes, range.partition);
    let damaged = |error| JournalError::damaged(lane, place, error);
    let whole = lines::encode(range).map_err(damaged)?;
    let open = county.look(|rows| open_line(rows, range, &whole));
    county.fanout.push(RangeLine { from: range.from, to: range.to, whole, open }.at(place));
    Ok(())
}

fn reason(folded: Folded) -> &'static str {
    match folded {
        Folded::Taken => "taken",
        Folded::Seen => "range_seen",
        Folded::Gap => "range_apart",
        Folded::OtherEpoch => "range_of_other_epoch",
    }
}

/// Notes how long the signals of a range took to get here.
fn observe(gateway: &Gateway, range: &ChangeRange) {
    let metrics = &gateway.parts.metrics;
    let now = gateway.parts.clock.now();
    let arrived = range.changes.iter().filter_map(|placed| match &placed.change {
        Change::TicketMoved { ticket } if ticket.admitted_at == placed.at => {
            Some(ticket.arrived_at)
        }
        _ => None,
    });
    metrics.corridor_each(Stage::Pushed, arrived, now);
    let label = Metrics::partition_label(range.partition);
    let offset = i64::try_from(range.to.offset).unwrap_or(i64::MAX);
    metrics.gateway_position_offset.with_label_values(&[&label]).set(offset);
}

/// The line of a range for those who see what everybody sees: the same bytes where nothing in it
/// is hidden from them, the range without what is hidden, and what names it, otherwise.
pub(super) fn open_line(rows: &Rows, range: &ChangeRange, whole: &Bytes) -> Bytes {
    // A case that nobody knows any more may have been hidden.
    let hidden = |case: CaseId| rows.cases.get(&case).is_none_or(|row| !is_open(row));
    let shown = |change: &Change| match change {
        Change::CaseMoved { case, .. } => is_open(case),
        Change::TicketMoved { ticket } => !hidden(ticket.case),
        Change::CommandAnswered { case: Some(case), .. } => !hidden(*case),
        _ => true,
    };
    let seen = |case: CaseId| !hidden(case);
    let whole_to_them = |change: &Change| shown(change) && change_names_seen(change, seen);
    let all = range.changes.iter().all(|placed| whole_to_them(&placed.change))
        && range.orders.iter().all(|order| !hidden(order.case));
    if all {
        return whole.clone();
    }
    let mut open = range.clone();
    open.changes.retain(|placed| shown(&placed.change));
    open.changes.iter_mut().for_each(|placed| cut_change(&mut placed.change, seen));
    open.orders.retain(|order| !hidden(order.case));
    lines::encode(&open).unwrap_or_default()
}

/// Whether a range brings a follower at `through` anything, a sign of life included.
pub(super) fn joins(through: Position, (from, to): (Position, Position)) -> bool {
    from <= through && (through < to || from == to && to == through)
}
