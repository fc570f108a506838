//! One view of one partition: its newest deltas and its snapshot, encoded once for all pages.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use crate::domain::{Case, Partition, Position, Timestamp, Unit};
use crate::telemetry::Metrics;
use crate::wire::WireError;
use crate::wire::pages::UnitRow;
use crate::wire::projection::Projection;
use crate::wire::rows::{MovedRow, PageKind, PageRow};
use crate::wire::socket_v1::{Delta, Page, Told};

use super::super::fanout::{Fanout, Line};
use super::super::gateway::County;
use super::hubs::View;
use super::moves::Moves;
use super::outbox::text_frame;

/// Rows of one page of a snapshot.
const PAGE_ROWS_MAX: usize = 500;
/// Deltas after a snapshot that a new page may be sent; beyond it a newer snapshot is made.
const TAIL_FRAMES_MAX: usize = 256;

/// All rows of a view, as pages.
#[derive(Debug)]
pub(super) struct Snapshot {
    /// Through this position.
    pub(super) through: Position,
    /// The journal's time there.
    pub(super) at: Timestamp,
    /// The pages, framed.
    pub(super) pages: Vec<Bytes>,
}

/// One view of one partition.
#[derive(Debug)]
pub(super) struct Channel {
    partition: Partition,
    pub(super) frames: Fanout<Bytes>,
    /// Through which position deltas were made.
    pushed: Mutex<Position>,
    /// Where all rows were last said again.
    restated: Mutex<Position>,
    snapshot: tokio::sync::Mutex<Option<Arc<Snapshot>>>,
}

/// What a channel encodes with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Encoding<'a> {
    pub(super) view: &'a View,
    pub(super) plane: &'a Projection,
    pub(super) metrics: &'a Metrics,
}

impl Channel {
    /// A channel whose deltas begin after `reached`.
    pub(super) fn new(partition: Partition, reached: Position, frames_max: usize) -> Self {
        let frames = Fanout::new(reached, frames_max);
        Self {
            partition,
            frames,
            pushed: Mutex::new(reached),
            restated: Mutex::default(),
            snapshot: tokio::sync::Mutex::default(),
        }
    }

    /// Where all rows were last said again: who stands before it needs them anew.
    pub(super) fn restated(&self) -> Position {
        *self.restated.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shares what a batch moved. What moves nothing in this view is not sent; the next delta then
    /// begins earlier.
    pub(super) fn push(&self, moves: &Moves, encoding: Encoding<'_>) -> Result<(), WireError> {
        let mut pushed = self.pushed.lock().unwrap_or_else(PoisonError::into_inner);
        if moves.to <= *pushed {
            return Ok(());
        }
        if moves.restated {
            *pushed = moves.to;
            *self.restated.lock().unwrap_or_else(PoisonError::into_inner) = moves.to;
            self.frames.begin_after(moves.to);
            return Ok(());
        }
        let delta = self.delta(moves, *pushed, encoding);
        if delta.is_empty() {
            return Ok(());
        }
        let what = text_frame(Told::Delta(delta).frame()?);
        *pushed = moves.to;
        self.frames.push(Line { place: moves.to, since: moves.from, weight: what.len(), what });
        encoding.metrics.gateway_frames_encoded_total.inc();
        Ok(())
    }

    fn delta(&self, moves: &Moves, from: Position, encoding: Encoding<'_>) -> Delta {
        let Encoding { view, plane, .. } = encoding;
        let (mut came, mut cases, mut gone) = (Vec::new(), Vec::new(), Vec::new());
        for (id, (before, now)) in &moves.cases {
            let before = before.as_deref().filter(|case| view.shows(case));
            match (before, now.as_deref().filter(|case| view.shows(case))) {
                (None, None) => {}
                (Some(_), None) => gone.push(*id),
                (None, Some(now)) => came.push(PageRow::new(view.cut(), now, plane)),
                (Some(before), Some(now)) => {
                    cases.push(MovedRow::new(view.cut(), (before, now), plane));
                }
            }
        }
        let (mut units, mut answers) = (Vec::new(), Vec::new());
        if view.page == PageKind::Desk {
            let whole = view.sight.is_whole();
            let theirs = moves.units.iter().filter(|_| whole);
            units.extend(
                theirs.map(|(unit, about)| view.unit(self.partition, unit, about.as_deref())),
            );
            // An answer about no case that there is tells nothing of one.
            let told = moves.answers.iter().filter(|(_, about)| match about {
                Some(it) => view.shows(it),
                None => whole,
            });
            answers.extend(told.map(|(answer, _)| answer.clone()));
        }
        let (partition, to, at) = (self.partition, moves.to, moves.at);
        Delta { partition, from, to, at, came, cases, gone, units, answers }
    }

    /// The rows as pages: those of a moment ago, where the deltas since then are still shared.
    pub(super) async fn snapshot(
        &self,
        county: &County,
        encoding: Encoding<'_>,
    ) -> Result<Arc<Snapshot>, WireError> {
        let mut kept = self.snapshot.lock().await;
        if let Some(kept) = kept.as_ref().filter(|kept| self.follows(kept)) {
            return Ok(Arc::clone(kept));
        }
        let made = Arc::new(self.make_snapshot(county, encoding)?);
        *kept = Some(Arc::clone(&made));
        Ok(made)
    }

    /// Whether a page that takes `kept` can go on with the deltas, and not too many of them.
    fn follows(&self, kept: &Snapshot) -> bool {
        self.frames.count_after(kept.through).is_some_and(|frames| frames <= TAIL_FRAMES_MAX)
    }

    fn make_snapshot(
        &self,
        county: &County,
        encoding: Encoding<'_>,
    ) -> Result<Snapshot, WireError> {
        let Encoding { view, plane, metrics } = encoding;
        // Under the lock only what must be of one moment; encoding comes after.
        let (cases, units, through, at) = county.look_at(|rows, through, at| {
            let cases: Vec<Arc<Case>> =
                rows.cases.values().filter(|case| view.shows(case)).cloned().collect();
            let units: Vec<UnitRow> = match view.page {
                PageKind::Desk if view.sight.is_whole() => {
                    let about = |unit: &Unit| rows.cases.get(&unit.engaged()?).map(Arc::as_ref);
                    let row = |unit| view.unit(self.partition, unit, about(unit));
                    rows.units.values().map(row).collect()
                }
                PageKind::Desk | PageKind::Wall => Vec::new(),
            };
            (cases, units, through, at)
        });
        let of = cases.len().div_ceil(PAGE_ROWS_MAX).max(1);
        let mut pages = Vec::with_capacity(of);
        let mut units = Some(units);
        for number in 1..=of {
            let rows: Vec<PageRow> = cases
                .iter()
                .skip((number - 1) * PAGE_ROWS_MAX)
                .take(PAGE_ROWS_MAX)
                .map(|case| PageRow::new(view.cut(), case, plane))
                .collect();
            let units = units.take().unwrap_or_default();
            let page = Page { partition: self.partition, number, of, at, cases: &rows, units };
            pages.push(text_frame(Told::Page(page).frame()?));
        }
        metrics.gateway_snapshot_pages_total.inc_by(u64::try_from(of).unwrap_or(0));
        Ok(Snapshot { through, at, pages })
    }
}
