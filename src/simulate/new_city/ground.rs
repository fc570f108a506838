//! The made-up city's outlines: counties and towns as areas, communities as its smallest grids.

use crate::domain::{Outline, OutlineKind};

use super::super::carve::carve;
use super::super::lattice::{Axis, Block, Lattice};
use super::plan::{Place, Plan};

/// Lattice columns and rows, and the step between them in decimetres.
const COLUMNS: usize = 120;
const ROWS: usize = 90;
const STEP_DM: i32 = 1_000;

/// Every outline, each place's before those within it.
pub(super) fn outlines(plan: &mut Plan) -> Vec<Outline> {
    let axis = |steps| Axis(vec![(steps, STEP_DM)]);
    let lattice = Lattice::new(&mut plan.random, (&axis(COLUMNS), &axis(ROWS)));
    let whole = Block { left: 0, right: COLUMNS, bottom: 0, top: ROWS };
    let mut outlines = Vec::new();
    let mut lay = |place: &Place, kind, block| {
        let code = place.code.parse().ok();
        outlines.extend(code.map(|code| Outline { code, kind, ring: lattice.ring(block) }));
    };
    for (county, block) in carved(plan, (&plan.city, whole), &plan.counties) {
        lay(county, OutlineKind::Area, block);
        for (town, block) in carved(plan, (county, block), &plan.towns) {
            lay(town, OutlineKind::Area, block);
            for (community, block) in carved(plan, (town, block), &plan.communities) {
                lay(community, OutlineKind::Base, block);
            }
        }
    }
    outlines
}

/// The places of `level` within one, each with its block.
fn carved<'a>(
    plan: &Plan,
    (around, block): (&Place, Block),
    level: &'a [Place],
) -> Vec<(&'a Place, Block)> {
    let within: Vec<&Place> = level.iter().filter(|it| around.holds(it)).collect();
    let weights: Vec<u64> = within.iter().map(|it| plan.leaves(it)).collect();
    within.into_iter().zip(carve(block, &weights)).collect()
}
