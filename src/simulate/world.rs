//! The world: Liaoyang's size and names on ground that is made up.

use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::domain::{CameraId, GridCode, ItemCode, OrgCode, Outline, OutlineKind, Point, UnitId};

use super::allot::allot;
use super::carve::carve;
use super::lattice::{Axis, Block, Lattice};
use super::names::{Named, areas, communities, towns};
use super::{people, places};

/// First number of a community's special grids; base grids stay below.
const SPECIAL_FROM: u64 = 501;
/// Lattice columns; with the rows, about five cells for each micro-grid.
const COLUMNS: usize = 600;
/// Lattice rows of the southern, middle and northern bands, and their steps in decimetres: the
/// towns of the middle are small and dense.
const BANDS: [(usize, i32); 3] = [(220, 1_400), (180, 700), (200, 1_300)];
/// Step between columns, decimetres.
const COLUMN_STEP_DM: i32 = 1_150;
/// Which areas lie in which band, west to east.
const LAYOUT: [&[&str]; 3] =
    [&["211021", "211005"], &["211011", "211002", "211004", "211003"], &["211081"]];

/// How many of each there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Base grids 基础网格.
    pub grids: u64,
    /// Micro-grids 微网格.
    pub micro: u64,
    /// Special grids 专属网格.
    pub special: u64,
    /// Cameras.
    pub cameras: u32,
}

impl Size {
    /// Liaoyang's, as printed in 2023.
    pub const LIAOYANG: Self =
        Self { grids: 3_343, micro: 66_340, special: 16_209, cameras: 8_500 };
    /// A small one for tests: each community has one base grid, at least.
    pub const SMALL: Self = Self { grids: 800, micro: 2_000, special: 900, cameras: 200 };
}

/// A village or community.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Community {
    /// Its code.
    pub code: GridCode,
    /// Its real name.
    pub name: String,
    /// A point within it.
    pub centre: Point,
}

/// A camera of the register.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Camera {
    /// Its number.
    pub id: CameraId,
    /// Where it looks.
    pub point: Point,
    /// What its rules look for.
    pub items: Vec<ItemCode>,
}

/// A crew.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WorldUnit {
    /// Its number.
    pub id: UnitId,
    /// What it is called.
    pub name: String,
    /// Whose it is.
    pub org: OrgCode,
    /// The county it serves.
    pub county: GridCode,
}

/// A generated city.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct World {
    /// Counties, towns and communities with their outlines.
    pub areas: Vec<Outline>,
    /// Base, special and micro-grids.
    pub grids: Vec<Outline>,
    /// Villages and communities.
    pub communities: Vec<Community>,
    /// Cameras.
    pub cameras: Vec<Camera>,
    /// Crews.
    pub units: Vec<WorldUnit>,
}

impl World {
    /// The city of a seed, at Liaoyang's size.
    #[must_use]
    pub fn generate(seed: u64) -> Self {
        Self::of_size(seed, Size::LIAOYANG)
    }

    /// The city of a seed, at another size (at least as many grids as communities).
    #[must_use]
    pub fn of_size(seed: u64, size: Size) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let rows = Axis(BANDS.to_vec());
        let columns = Axis(vec![(COLUMNS, COLUMN_STEP_DM)]);
        let lattice = Lattice::new(&mut random, (&columns, &rows));
        let plan = Plan::new(&mut random, size);
        let mut world = Self {
            areas: Vec::new(),
            grids: Vec::new(),
            communities: Vec::new(),
            cameras: Vec::new(),
            units: people::units(&plan.areas),
        };
        let mut ground = Ground { random, lattice, world: &mut world, blocks: Vec::new() };
        ground.lay(&plan);
        ground.lay_special(size.special);
        ground.place_cameras(size.cameras);
        world
    }
}

/// Who is below whom, and how many leaves each has.
struct Plan {
    areas: Vec<Named>,
    towns: Vec<Named>,
    communities: Vec<Named>,
    /// Micro-grids of each base grid of each community.
    micro: Vec<Vec<u64>>,
}

impl Plan {
    fn new(random: &mut ChaCha8Rng, size: Size) -> Self {
        let communities = communities();
        let weights: Vec<u64> = communities.iter().map(|_| random.random_range(2..10)).collect();
        let grids = allot(size.grids, &weights);
        let weights: Vec<u64> = (0..size.grids).map(|_| random.random_range(3..10)).collect();
        let mut micro = allot(size.micro, &weights).into_iter();
        let micro = grids
            .iter()
            .map(|count| micro.by_ref().take(usize::try_from(*count).unwrap_or(0)).collect())
            .collect();
        Self { areas: areas(), towns: towns(), communities, micro }
    }

    /// Micro-grids below a place.
    fn leaves(&self, code: GridCode) -> u64 {
        let below = self.communities.iter().zip(&self.micro).filter(|(it, _)| code.holds(it.code));
        below.map(|(_, micro)| micro.iter().sum::<u64>()).sum()
    }
}

/// The places of `level` within `code`.
fn within(level: &[Named], code: GridCode) -> Vec<&Named> {
    level.iter().filter(|named| code.holds(named.code)).collect()
}

/// What is laid out on the lattice, piece by piece.
struct Ground<'a> {
    random: ChaCha8Rng,
    lattice: Lattice,
    world: &'a mut World,
    /// Each base grid's code and block.
    blocks: Vec<(GridCode, Block)>,
}

impl Ground<'_> {
    /// Lays out everything, county by county.
    fn lay(&mut self, plan: &Plan) {
        let mut bottom = 0;
        for ((rows, _), codes) in BANDS.iter().zip(LAYOUT) {
            let band = Block { left: 0, right: COLUMNS, bottom, top: bottom + rows };
            bottom += rows;
            let codes: Vec<GridCode> = codes.iter().filter_map(|code| code.parse().ok()).collect();
            let weights: Vec<u64> = codes.iter().map(|code| plan.leaves(*code)).collect();
            for (code, block) in codes.into_iter().zip(carve(band, &weights)) {
                self.lay_county(plan, code, block);
            }
        }
    }

    fn lay_county(&mut self, plan: &Plan, county: GridCode, block: Block) {
        self.lay_area(county, block);
        let towns = within(&plan.towns, county);
        let weights: Vec<u64> = towns.iter().map(|town| plan.leaves(town.code)).collect();
        for (town, block) in towns.iter().zip(carve(block, &weights)) {
            self.lay_area(town.code, block);
            let communities = within(&plan.communities, town.code);
            let weights: Vec<u64> = communities.iter().map(|it| plan.leaves(it.code)).collect();
            for (community, block) in communities.iter().zip(carve(block, &weights)) {
                self.lay_community(plan, community, block);
            }
        }
    }

    fn lay_community(&mut self, plan: &Plan, community: &Named, block: Block) {
        self.lay_area(community.code, block);
        let middle = (block.left + block.width() / 2, block.bottom + block.height() / 2);
        let centre = self.lattice.point(middle.0, middle.1);
        let (code, name) = (community.code, community.name.clone());
        self.world.communities.push(Community { code, name, centre });
        let at = plan.communities.iter().position(|it| it.code == community.code);
        let micro = at.and_then(|at| plan.micro.get(at)).cloned().unwrap_or_default();
        for ((number, leaves), block) in (1_u64..).zip(&micro).zip(carve(block, &micro)) {
            let Some(code) = below(community.code, GridCode::GRID, number) else { continue };
            self.lay_grid(code, OutlineKind::Base, block);
            self.blocks.push((code, block));
            let leaves = vec![1; usize::try_from(*leaves).unwrap_or(0)];
            for (number, block) in (1_u64..).zip(carve(block, &leaves)) {
                if let Some(code) = below(code, GridCode::MICRO, number) {
                    self.lay_grid(code, OutlineKind::Micro, block);
                }
            }
        }
    }

    fn lay_area(&mut self, code: GridCode, block: Block) {
        let ring = self.lattice.ring(block);
        self.world.areas.push(Outline { code, kind: OutlineKind::Area, ring });
    }

    fn lay_grid(&mut self, code: GridCode, kind: OutlineKind, block: Block) {
        let ring = self.lattice.ring(block);
        self.world.grids.push(Outline { code, kind, ring });
    }

    /// Special grids: each within one lattice cell of a base grid, numbered in their community.
    fn lay_special(&mut self, count: u64) {
        let room: Vec<u64> = self
            .blocks
            .iter()
            .map(|(_, block)| u64::try_from(block.cells()).unwrap_or(0))
            .collect();
        let shares = allot(count.max(room.len() as u64), &room);
        let mut numbers = std::collections::BTreeMap::new();
        let mut left = count;
        for ((code, block), share) in self.blocks.clone().into_iter().zip(shares) {
            let mut cells: Vec<_> = block.each_cell().collect();
            cells.shuffle(&mut self.random);
            for cell in cells.into_iter().take(usize::try_from(share.min(left)).unwrap_or(0)) {
                left -= 1;
                let community = code.prefix(GridCode::COMMUNITY);
                let number = numbers.entry(community).or_insert(SPECIAL_FROM);
                if let Some(code) = below(community, GridCode::GRID, *number) {
                    let ring = self.quad(cell);
                    self.world.grids.push(Outline { code, kind: OutlineKind::Special, ring });
                }
                *number += 1;
            }
        }
    }

    /// A quad well within a cell, anticlockwise.
    fn quad(&mut self, cell: (usize, usize)) -> Vec<Point> {
        let mut low = || self.random.random_range(8..30);
        let (west, south, east, north) = (low(), low(), 100 - low(), 100 - low());
        [(west, south), (east, south), (east, north), (west, north)]
            .map(|at| self.lattice.within(cell, at))
            .to_vec()
    }

    fn place_cameras(&mut self, count: u32) {
        for id in 1..=count {
            let at = self.random.random_range(0..self.blocks.len().max(1));
            let Some((_, block)) = self.blocks.get(at).copied() else { return };
            let column = self.random.random_range(block.left..block.right);
            let row = self.random.random_range(block.bottom..block.top);
            let point = self.lattice.within((column, row), (50, 50));
            let items = places::watched(id);
            self.world.cameras.push(Camera { id: CameraId(id), point, items });
        }
    }
}

/// The code numbered `number` below `code`, at the level of `digits`.
fn below(code: GridCode, digits: u8, number: u64) -> Option<GridCode> {
    let tail = usize::from(digits.checked_sub(code.digits())?);
    format!("{code}{number:0tail$}").parse().ok()
}

impl World {
    /// What a special grid is, by its code; none for other grids.
    #[must_use]
    pub fn special_kind(code: GridCode) -> Option<&'static str> {
        let number = code.to_string().get(12..15)?.parse::<u64>().ok()?;
        let which = usize::try_from(number.checked_sub(SPECIAL_FROM)?).ok()?;
        places::SPECIAL.get(which % places::SPECIAL.len()).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Digest;

    fn count(world: &World, kind: OutlineKind) -> usize {
        world.grids.iter().filter(|outline| outline.kind == kind).count()
    }

    #[test]
    fn the_city_has_liaoyangs_size() {
        let world = World::generate(1);
        assert_eq!(world.areas.len(), 7 + 50 + 714);
        assert_eq!(count(&world, OutlineKind::Base), 3_343);
        assert_eq!(count(&world, OutlineKind::Micro), 66_340);
        assert_eq!(count(&world, OutlineKind::Special), 16_209);
        assert_eq!(world.cameras.len(), 8_500);
        let codes: std::collections::BTreeSet<_> = world.grids.iter().map(|it| it.code).collect();
        assert_eq!(codes.len(), world.grids.len(), "codes are unique");
        assert!((300..=600).contains(&world.units.len()));
    }

    #[test]
    fn the_same_seed_gives_the_same_city_and_another_another() {
        let of = |seed| Digest::of(&World::of_size(seed, Size::SMALL));
        assert_eq!(of(7), of(7));
        assert_ne!(of(7), of(8));
    }
}
