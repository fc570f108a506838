//! What was closed where: to see whether the same matter comes back to the same place.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::time::DAY_MS;
use crate::domain::{ByNumber, CaseId, ItemCode, Point, Timestamp};

/// How long after a case closed the same matter counts as having come back.
pub(super) const BACK_WITHIN_MS: i64 = 30 * DAY_MS;
/// The side of a cell, in decimetres: no smaller than the radius that is looked through, so that
/// nine cells are enough.
const CELL_DM: i32 = 4_000;

/// A matter at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Spot {
    pub(super) item: ItemCode,
    pub(super) point: Point,
}

/// Closed cases by item and cell.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Near {
    cells: BTreeSet<(ItemCode, i32, i32, CaseId)>,
    closed: ByNumber<CaseId, (Spot, Timestamp)>,
}

impl Near {
    /// `case` is closed since then, or no longer.
    pub(super) fn set(&mut self, case: CaseId, closed: Option<(Spot, Timestamp)>) {
        if let Some((spot, _)) = self.closed.remove(&case) {
            let (x, y) = cell(spot.point);
            self.cells.remove(&(spot.item, x, y, case));
        }
        if let Some((spot, at)) = closed {
            let (x, y) = cell(spot.point);
            self.cells.insert((spot.item, x, y, case));
            self.closed.insert(case, (spot, at));
        }
    }

    /// Cases of the same item that closed at most 30 days before `opened`, within `radius_dm`.
    pub(super) fn before(&self, spot: Spot, opened: Timestamp, radius_dm: u32) -> Vec<CaseId> {
        let (x, y) = cell(spot.point);
        let reach = i32::try_from(radius_dm).unwrap_or(i32::MAX);
        let steps = reach.saturating_add(CELL_DM).saturating_sub(1).checked_div(CELL_DM);
        let steps = steps.unwrap_or(1).clamp(1, 4);
        let mut found = Vec::new();
        for x in x.saturating_sub(steps)..=x.saturating_add(steps) {
            let first = CaseId { partition: crate::domain::Partition(0), number: 0 };
            let (low, high) = (y.saturating_sub(steps), y.saturating_add(steps));
            let from = (spot.item, x, low, first);
            let row = self.cells.range(from..).take_while(|(item, cell_x, cell_y, _)| {
                (*item, *cell_x) == (spot.item, x) && *cell_y <= high
            });
            found.extend(row.map(|(.., case)| *case).filter(|case| {
                self.closed.get(case).is_some_and(|(other, closed)| {
                    let age = opened.ms_since(*closed);
                    (0..=BACK_WITHIN_MS).contains(&age)
                        && other.point.distance_dm(spot.point) <= u64::from(radius_dm)
                })
            }));
        }
        found
    }
}

fn cell(point: Point) -> (i32, i32) {
    (point.x_dm.div_euclid(CELL_DM), point.y_dm.div_euclid(CELL_DM))
}
