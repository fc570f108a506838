//! Which grid holds a point: outlines in a tree of boxes, then exact crossing in integers.
//!
//! **Invariant.** Where outlines share an edge, a point on it belongs to exactly one of them: an
//! outline holds its western and southern edges and not its eastern and northern ones. A special
//! grid wins over the base grid and its micro-grids; a micro-grid wins over its base grid.

use std::collections::BTreeSet;

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::domain::{GridCode, Outline, OutlineKind, Point};

/// A box, and which outline it bounds. In 64 bits, so that no extent overflows.
type Bounds = GeomWithData<Rectangle<[i64; 2]>, usize>;

/// The city's grids, by place and by code.
#[derive(Debug)]
pub struct Places {
    outlines: Vec<Outline>,
    /// Of all outlines but the areas'.
    boxes: RTree<Bounds>,
    /// Every code there is, and every code one level up from one.
    codes: BTreeSet<GridCode>,
}

/// Where a point lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// In this grid: the special one, else the micro-grid, else the base grid.
    Grid(GridCode),
    /// In a city without outlines, where every point is inside.
    Anywhere,
    /// In none of the city's grids.
    Outside,
}

impl Places {
    /// The places of these outlines; of none, any point is inside.
    #[must_use]
    pub fn new(outlines: Vec<Outline>) -> Self {
        // Areas hold no report, and each lies about hundreds of grids: the tree is quicker without.
        let grids = outlines.iter().enumerate().filter(|(_, it)| it.kind != OutlineKind::Area);
        let boxes = grids.filter_map(bounds).collect();
        let levels = [GridCode::COUNTY, GridCode::TOWN, GridCode::COMMUNITY, GridCode::GRID];
        let mut codes = BTreeSet::new();
        for outline in &outlines {
            codes.insert(outline.code);
            codes.extend(levels.map(|digits| outline.code.prefix(digits)));
        }
        Self { boxes: RTree::bulk_load(boxes), outlines, codes }
    }

    /// A city without outlines: any place on earth is inside.
    #[must_use]
    pub fn open() -> Self {
        Self::new(Vec::new())
    }

    /// Whether the city has no outlines.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.outlines.is_empty()
    }

    /// Whether the city has this grid, or places this long within it.
    #[must_use]
    pub fn knows(&self, code: GridCode) -> bool {
        self.codes.contains(&code)
    }

    /// Where `point` lies.
    #[must_use]
    pub fn find(&self, point: Point) -> Found {
        if self.is_open() {
            return Found::Anywhere;
        }
        self.lookup(point).map_or(Found::Outside, Found::Grid)
    }

    /// The grid that holds `point`, where one does.
    #[must_use]
    pub fn lookup(&self, point: Point) -> Option<GridCode> {
        let at = AABB::from_point([i64::from(point.x_dm), i64::from(point.y_dm)]);
        let mut found = [None; 3];
        for bounds in self.boxes.locate_in_envelope_intersecting(&at) {
            let Some(outline) = self.outlines.get(bounds.data) else { continue };
            let [special, micro, base] = &mut found;
            let layer = match outline.kind {
                OutlineKind::Special => special,
                OutlineKind::Micro => micro,
                OutlineKind::Base => base,
                OutlineKind::Area => continue,
            };
            // Overlapping outlines of one layer are a fault of the map: the lowest code has it.
            let earlier = layer.is_none_or(|code| outline.code < code);
            if earlier && holds(&outline.ring, point) {
                *layer = Some(outline.code);
            }
        }
        let [special, micro, base] = found;
        let of_base = |code: &GridCode| base.is_none_or(|base: GridCode| base.holds(*code));
        special.or(micro.filter(of_base)).or(base)
    }
}

fn bounds((index, outline): (usize, &Outline)) -> Option<Bounds> {
    let corner = |point: &Point| [i64::from(point.x_dm), i64::from(point.y_dm)];
    if outline.ring.len() < 3 {
        return None;
    }
    let envelope = AABB::from_points(outline.ring.iter().map(corner).collect::<Vec<_>>().iter());
    let rectangle = Rectangle::from_corners(envelope.lower(), envelope.upper());
    Some(GeomWithData::new(rectangle, index))
}

/// Whether `ring` holds `point`: an odd number of its edges lie east of it. Exact, in integers.
#[must_use]
pub fn holds(ring: &[Point], point: Point) -> bool {
    let mut inside = false;
    let Some(mut from) = ring.last() else { return false };
    for to in ring {
        if (from.y_dm <= point.y_dm) != (to.y_dm <= point.y_dm) && lies_west(point, *from, *to) {
            inside = !inside;
        }
        from = to;
    }
    inside
}

/// Whether `point` lies strictly west of the edge from `a` to `b`, which its parallel crosses.
fn lies_west(point: Point, a: Point, b: Point) -> bool {
    // Always from south to north, so that two outlines judge a shared edge alike.
    let (south, north) = if a.y_dm < b.y_dm { (a, b) } else { (b, a) };
    let wide = |left: i32, right: i32| i128::from(left) - i128::from(right);
    let across = wide(north.x_dm, south.x_dm) * wide(point.y_dm, south.y_dm);
    let along = wide(point.x_dm, south.x_dm) * wide(north.y_dm, south.y_dm);
    along < across
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ring(corners: &[(i32, i32)]) -> Vec<Point> {
        corners.iter().map(|(x_dm, y_dm)| Point { x_dm: *x_dm, y_dm: *y_dm }).collect()
    }

    fn square(code: &str, kind: OutlineKind, (x, y): (i32, i32), side: i32) -> Outline {
        let corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)];
        Outline { code: code.parse().unwrap(), kind, ring: ring(&corners) }
    }

    fn at(x_dm: i32, y_dm: i32) -> Point {
        Point { x_dm, y_dm }
    }

    fn city() -> Places {
        Places::new(vec![
            square("211002001001001", OutlineKind::Base, (0, 0), 100),
            square("211002001001002", OutlineKind::Base, (100, 0), 100),
            square("211002001001001001", OutlineKind::Micro, (0, 0), 50),
            square("211002001001001002", OutlineKind::Micro, (50, 0), 50),
            square("211002001001902", OutlineKind::Special, (40, 40), 20),
        ])
    }

    #[test]
    fn special_wins_over_micro_and_micro_over_base() {
        let found = |x, y| city().lookup(at(x, y)).map(|code| code.to_string());
        assert_eq!(found(10, 10).as_deref(), Some("211002001001001001"));
        assert_eq!(found(10, 90).as_deref(), Some("211002001001001"));
        assert_eq!(found(45, 45).as_deref(), Some("211002001001902"));
        assert_eq!(found(150, 10).as_deref(), Some("211002001001002"));
        assert_eq!(found(201, 10), None);
        assert_eq!(city().find(at(-1, 10)), Found::Outside);
        assert_eq!(Places::open().find(at(-1, 10)), Found::Anywhere);
    }

    #[test]
    fn a_shared_edge_belongs_to_one_and_the_outer_ones_to_the_west_and_south() {
        let found = |x, y| city().lookup(at(x, y)).map(|code| code.to_string());
        assert_eq!(found(100, 10).as_deref(), Some("211002001001002"));
        assert_eq!(found(0, 0).as_deref(), Some("211002001001001001"));
        assert_eq!(found(200, 10), None);
        assert_eq!(found(10, 100), None);
    }

    #[test]
    fn a_code_is_known_with_everything_above_it() {
        let city = city();
        for known in ["211002", "211002001", "211002001001", "211002001001001001"] {
            assert!(city.knows(known.parse().unwrap()), "{known}");
        }
        assert!(!city.knows("211002002".parse().unwrap()));
        assert!(!city.knows("211002001001001003".parse().unwrap()));
    }

    #[test]
    fn the_largest_ring_does_not_overflow() {
        let (low, high) = (i32::MIN, i32::MAX);
        let ring = ring(&[(low, low), (high, low), (high, high), (low, high)]);
        assert!(holds(&ring, at(0, 0)) && holds(&ring, at(low, low)));
        assert!(!holds(&ring, at(high, 0)));
        assert!(!holds(&[], at(0, 0)));
    }

    proptest! {
        /// A fan of triangles around a centre tiles a polygon: whatever slant their shared edges
        /// have, each point of it lies in exactly one of them.
        #[test]
        fn a_point_lies_in_exactly_one_of_a_tiling(
            (cx, cy) in (-900..900_i32, -900..900_i32),
            (x, y) in (-1_000..1_000_i32, -1_000..1_000_i32),
            radius in proptest::collection::vec(0..1_000_i32, 8),
        ) {
            let r = |index: usize| radius[index];
            let frame = [
                (-1_000, -1_000), (r(0), -1_000), (1_000, -1_000), (1_000, r(1)), (1_000, 1_000),
                (-r(2), 1_000), (-1_000, 1_000), (-1_000, -r(3)),
            ];
            let holding = (0..8).filter(|index| {
                let next = frame[(index + 1) % 8];
                holds(&ring(&[frame[*index], next, (cx, cy)]), at(x, y))
            });
            prop_assert_eq!(holding.count(), 1);
        }

        /// The tree finds what looking at every outline finds.
        #[test]
        fn the_tree_agrees_with_looking_everywhere(
            corners in proptest::collection::vec(((-50..50_i32, -50..50_i32), 1..40_i32), 1..30),
            (x, y) in (-60..60_i32, -60..60_i32),
        ) {
            let outlines: Vec<_> = corners.iter().enumerate().map(|(index, (corner, side))| {
                square(&format!("211002001001{index:03}"), OutlineKind::Base, *corner, *side)
            }).collect();
            let expected =
                outlines.iter().filter(|it| holds(&it.ring, at(x, y))).map(|it| it.code).min();
            prop_assert_eq!(Places::new(outlines).lookup(at(x, y)), expected);
        }
    }
}
