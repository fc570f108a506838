//! Whether the grids fill their areas: no gap, no overlap, nothing outside its parent.
//!
//! A parent whose children's edges cancel to its own ring is tiled exactly, which is seen in linear
//! time; only where they do not are polygons intersected, to say where and how much.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use geo::{Area, BooleanOps, Coord, LineString, MultiPolygon, Polygon, unary_union};

use crate::domain::{GridCode, Outline, OutlineKind, Point};

/// Square metres below which a gap or overlap is the drawing's own roughness.
pub const TOLERANCE_M2: f64 = 10.0;
/// Square decimetres of a square metre.
const DM2_PER_M2: f64 = 100.0;

/// What is wrong with a grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wrong {
    /// Two children of one parent cover the same ground.
    Overlap,
    /// Ground of the parent that no child covers.
    Gap,
    /// A child covers ground that its parent does not.
    OutsideParent,
    /// Its parent has no outline.
    NoParent,
    /// Another outline has the same code.
    SameCode,
    /// It has fewer than three corners, or no area.
    NoArea,
}

/// One fault of the map.
#[derive(Debug, Clone, PartialEq)]
pub struct GridFault {
    /// Whose.
    pub code: GridCode,
    /// The other grid it concerns.
    pub other: Option<GridCode>,
    /// What.
    pub wrong: Wrong,
    /// How much ground, square metres.
    pub area_m2: f64,
}

impl fmt::Display for GridFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, area) = (self.code, self.area_m2);
        let other = self.other.map_or_else(|| "its parent".to_owned(), |code| code.to_string());
        match self.wrong {
            Wrong::Overlap => {
                write!(f, "{code} and {other} both cover {area:.0} m²; ground belongs to one grid")
            }
            Wrong::Gap => write!(f, "{area:.0} m² of {code} lie in no grid below it; fill them"),
            Wrong::OutsideParent => {
                write!(f, "{area:.0} m² of {code} lie outside {other}; draw it within, or move it")
            }
            Wrong::NoParent => {
                write!(f, "{code} is in no {other}; give that an outline, or correct the code")
            }
            Wrong::SameCode => write!(f, "{code} has two outlines; a code names one grid"),
            Wrong::NoArea => write!(f, "{code} has no area; a ring has three corners or more"),
        }
    }
}

/// The faults of a city's outlines, by code; none where each area is filled exactly once.
#[must_use]
pub fn check_grids(outlines: &[Outline]) -> Vec<GridFault> {
    let mut faults = Vec::new();
    let sound = sound_outlines(outlines, &mut faults);
    let levels: BTreeSet<u8> =
        sound.values().filter(|it| it.kind != OutlineKind::Special).map(|it| level(it)).collect();
    let mut families: BTreeMap<GridCode, Vec<&Outline>> = BTreeMap::new();
    for outline in sound.values() {
        let parent_level = match outline.kind {
            OutlineKind::Special => Some(GridCode::COMMUNITY),
            _ => levels.range(..outline.code.digits()).next_back().copied(),
        };
        let Some(parent_level) = parent_level.filter(|level| levels.contains(level)) else {
            continue;
        };
        families.entry(outline.code.prefix(parent_level)).or_default().push(outline);
    }
    for (parent, children) in families {
        match sound.get(&parent) {
            Some(outline) => check_family(outline, &children, &mut faults),
            None => faults.extend(children.iter().map(|child| no_parent(child, parent))),
        }
    }
    if let Some(top) = levels.first() {
        let roots: Vec<&Outline> =
            sound.values().copied().filter(|outline| level(outline) == *top).collect();
        overlaps(&roots, &mut faults);
    }
    faults.sort_by_key(|fault| (fault.code, fault.wrong, fault.other));
    faults
}

fn level(outline: &Outline) -> u8 {
    outline.code.digits()
}

fn no_parent(child: &Outline, parent: GridCode) -> GridFault {
    GridFault { code: child.code, other: Some(parent), wrong: Wrong::NoParent, area_m2: 0.0 }
}

/// Outlines that can be compared: one a code, each with an area.
fn sound_outlines<'a>(
    outlines: &'a [Outline],
    faults: &mut Vec<GridFault>,
) -> BTreeMap<GridCode, &'a Outline> {
    let mut sound = BTreeMap::new();
    for outline in outlines {
        let fault = |wrong| GridFault { code: outline.code, other: None, wrong, area_m2: 0.0 };
        if twice_area(&outline.ring) == 0 {
            faults.push(fault(Wrong::NoArea));
        } else if sound.insert(outline.code, outline).is_some() {
            faults.push(fault(Wrong::SameCode));
        }
    }
    sound
}

/// Twice the signed area of a ring, exactly (the shoelace formula).
fn twice_area(ring: &[Point]) -> i128 {
    edges(ring)
        .map(|(from, to)| {
            i128::from(from.x_dm) * i128::from(to.y_dm)
                - i128::from(to.x_dm) * i128::from(from.y_dm)
        })
        .sum()
}

fn edges(ring: &[Point]) -> impl Iterator<Item = (Point, Point)> + '_ {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// One parent and everything directly below it.
fn check_family(parent: &Outline, children: &[&Outline], faults: &mut Vec<GridFault>) {
    let (special, tiles): (Vec<&Outline>, Vec<&Outline>) =
        children.iter().copied().partition(|child| child.kind == OutlineKind::Special);
    let ground = polygon(parent);
    if !tiles.is_empty() && !tiles_exactly(parent, &tiles) {
        overlaps(&tiles, faults);
        for child in &tiles {
            outside(parent, &ground, child, faults);
        }
        let covered = unary_union(&tiles.iter().map(|child| polygon(child)).collect::<Vec<_>>());
        let gap = MultiPolygon::from(ground.clone()).difference(&covered);
        push(faults, (parent.code, None), Wrong::Gap, gap.unsigned_area());
    }
    for child in &special {
        outside(parent, &ground, child, faults);
    }
    overlaps(&special, faults);
}

/// Whether the children's edges cancel to the parent's ring: then they tile it exactly.
fn tiles_exactly(parent: &Outline, children: &[&Outline]) -> bool {
    let mut open: BTreeSet<(Point, Point)> = BTreeSet::new();
    for child in children {
        for (from, to) in counterclockwise(&child.ring) {
            // An edge met twice in one direction is an overlap: leave it to the slow way.
            if !open.remove(&(to, from)) && !open.insert((from, to)) {
                return false;
            }
        }
    }
    open == counterclockwise(&parent.ring).into_iter().collect()
}

fn counterclockwise(ring: &[Point]) -> Vec<(Point, Point)> {
    if 0 <= twice_area(ring) {
        edges(ring).collect()
    } else {
        edges(ring).map(|(from, to)| (to, from)).collect()
    }
}

fn outside(parent: &Outline, ground: &Polygon<f64>, child: &Outline, faults: &mut Vec<GridFault>) {
    let beyond = polygon(child).difference(ground).unsigned_area();
    push(faults, (child.code, Some(parent.code)), Wrong::OutsideParent, beyond);
}

/// Ground that two of `outlines` share, for neighbours whose boxes meet.
fn overlaps(outlines: &[&Outline], faults: &mut Vec<GridFault>) {
    let mut by_west: Vec<(Bounds, &Outline)> =
        outlines.iter().map(|outline| (Bounds::of(&outline.ring), *outline)).collect();
    by_west.sort_by_key(|(bounds, outline)| (bounds.west, outline.code));
    for (at, (bounds, outline)) in by_west.iter().enumerate() {
        let polygon_of = polygon(outline);
        let following = by_west.iter().skip(at + 1);
        for (other_bounds, other) in following.take_while(|(next, _)| next.west < bounds.east) {
            if bounds.meets(other_bounds) {
                let shared = polygon_of.intersection(&polygon(other)).unsigned_area();
                let (first, second) = (outline.code.min(other.code), outline.code.max(other.code));
                push(faults, (first, Some(second)), Wrong::Overlap, shared);
            }
        }
    }
}

fn push(
    faults: &mut Vec<GridFault>,
    (code, other): (GridCode, Option<GridCode>),
    wrong: Wrong,
    ground_dm2: f64,
) {
    let area_m2 = ground_dm2 / DM2_PER_M2;
    if TOLERANCE_M2 < area_m2 {
        faults.push(GridFault { code, other, wrong, area_m2 });
    }
}

/// The box around a ring.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    west: i32,
    east: i32,
    south: i32,
    north: i32,
}

impl Bounds {
    fn of(ring: &[Point]) -> Self {
        let (xs, ys) = (|| ring.iter().map(|at| at.x_dm), || ring.iter().map(|at| at.y_dm));
        Self {
            west: xs().min().unwrap_or(0),
            east: xs().max().unwrap_or(0),
            south: ys().min().unwrap_or(0),
            north: ys().max().unwrap_or(0),
        }
    }

    fn meets(&self, other: &Self) -> bool {
        self.west < other.east
            && other.west < self.east
            && self.south < other.north
            && other.south < self.north
    }
}

fn polygon(outline: &Outline) -> Polygon<f64> {
    let corner = |point: &Point| Coord { x: f64::from(point.x_dm), y: f64::from(point.y_dm) };
    Polygon::new(LineString::new(outline.ring.iter().map(corner).collect()), Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::{Size, World};

    fn square(code: &str, kind: OutlineKind, (x, y): (i32, i32), (w, h): (i32, i32)) -> Outline {
        let ring = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
            .map(|(x_dm, y_dm)| Point { x_dm, y_dm })
            .to_vec();
        Outline { code: code.parse().unwrap(), kind, ring }
    }

    fn said(outlines: &[Outline]) -> Vec<(String, Wrong, i64)> {
        #[expect(clippy::cast_possible_truncation, reason = "whole square metres of a small test")]
        let whole = |area: f64| area.round() as i64;
        check_grids(outlines)
            .iter()
            .map(|fault| (fault.code.to_string(), fault.wrong, whole(fault.area_m2)))
            .collect()
    }

    /// A community of 1,000 by 1,000 dm with two grids, the first of two micro-grids.
    fn community() -> Vec<Outline> {
        vec![
            square("211002001001", OutlineKind::Area, (0, 0), (1_000, 1_000)),
            square("211002001001001", OutlineKind::Base, (0, 0), (500, 1_000)),
            square("211002001001002", OutlineKind::Base, (500, 0), (500, 1_000)),
            square("211002001001001001", OutlineKind::Micro, (0, 0), (500, 400)),
            square("211002001001001002", OutlineKind::Micro, (0, 400), (500, 600)),
            square("211002001001501", OutlineKind::Special, (600, 600), (200, 200)),
        ]
    }

    #[test]
    fn a_filled_community_has_no_fault() {
        assert_eq!(said(&community()), []);
    }

    #[test]
    fn each_fault_is_found_and_measured() {
        let mut broken = community();
        broken[2] = square("211002001001002", OutlineKind::Base, (400, 0), (500, 1_000));
        broken[4] = square("211002001001001002", OutlineKind::Micro, (0, 400), (600, 500));
        broken[5] = square("211002001001501", OutlineKind::Special, (900, 900), (200, 200));
        broken.push(square("211002001002001", OutlineKind::Base, (2_000, 0), (100, 100)));
        broken.push(square("211002001001001", OutlineKind::Base, (0, 0), (500, 1_000)));
        broken.push(square("211002001001003", OutlineKind::Base, (0, 0), (0, 100)));
        assert_eq!(
            said(&broken),
            [
                ("211002001001".into(), Wrong::Gap, 1_000),
                ("211002001001001".into(), Wrong::Overlap, 1_000),
                ("211002001001001".into(), Wrong::Gap, 500),
                ("211002001001001".into(), Wrong::SameCode, 0),
                ("211002001001003".into(), Wrong::NoArea, 0),
                ("211002001001501".into(), Wrong::OutsideParent, 300),
                ("211002001002001".into(), Wrong::NoParent, 0),
                ("211002001001001002".into(), Wrong::OutsideParent, 500),
            ]
        );
    }

    #[test]
    fn the_generated_city_is_filled_exactly() {
        let world = World::of_size(3, Size::SMALL);
        let outlines: Vec<Outline> = world.areas.into_iter().chain(world.grids).collect();
        assert_eq!(said(&outlines), []);
    }
}
