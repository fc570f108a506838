//! The lattice that every outline runs along: neighbours share its points, so nothing gaps.
//!
//! Columns and rows of points, bent by slow waves and shaken by noise, in whole decimetres.
//! Synthetic: it follows no real border.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use crate::domain::Point;

/// Lattice steps between two knots of the slow waves.
const WAVE_STEPS: usize = 40;

/// A block of lattice cells: columns `left..right`, rows `bottom..top`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Block {
    pub(super) left: usize,
    pub(super) right: usize,
    pub(super) bottom: usize,
    pub(super) top: usize,
}

impl Block {
    pub(super) fn width(&self) -> usize {
        self.right - self.left
    }

    pub(super) fn height(&self) -> usize {
        self.top - self.bottom
    }

    pub(super) fn cells(&self) -> usize {
        self.width() * self.height()
    }

    /// Its cells, each as column and row.
    pub(super) fn each_cell(self) -> impl Iterator<Item = (usize, usize)> {
        (self.bottom..self.top)
            .flat_map(move |row| (self.left..self.right).map(move |column| (column, row)))
    }
}

/// The points.
#[derive(Debug)]
pub(super) struct Lattice {
    columns: usize,
    points: Vec<Point>,
}

/// Where the lines of one axis stand before they are bent: `(steps, step_dm)` after each other.
#[derive(Debug, Clone)]
pub(super) struct Axis(pub(super) Vec<(usize, i32)>);

impl Axis {
    fn steps(&self) -> usize {
        self.0.iter().map(|(steps, _)| steps).sum()
    }

    /// Each line's place and the step beside it, centred on 0.
    fn lines(&self) -> Vec<(i32, i32)> {
        let length: i32 =
            self.0.iter().map(|(steps, step)| i32::try_from(*steps).unwrap_or(0) * step).sum();
        let mut at = -length / 2;
        let mut lines = Vec::with_capacity(self.steps() + 1);
        for (steps, step) in &self.0 {
            for _ in 0..*steps {
                lines.push((at, *step));
                at += step;
            }
        }
        let last = self.0.last().map_or(0, |(_, step)| *step);
        lines.push((at, last));
        lines
    }
}

impl Lattice {
    /// A lattice along two axes, bent and shaken by `random`.
    pub(super) fn new(random: &mut ChaCha8Rng, (x, y): (&Axis, &Axis)) -> Self {
        let (columns, rows) = (x.lines(), y.lines());
        let least = |lines: &[(i32, i32)]| lines.iter().map(|(_, step)| *step).min().unwrap_or(0);
        let waves_x = Waves::new(random, (columns.len(), rows.len()), least(&columns) * 5);
        let waves_y = Waves::new(random, (columns.len(), rows.len()), least(&rows) * 5);
        let mut points = Vec::with_capacity(columns.len() * rows.len());
        for (row, (y, step_y)) in rows.iter().enumerate() {
            for (column, (x, step_x)) in columns.iter().enumerate() {
                let mut shake = |step: i32| random.random_range(-step / 5..=step / 5);
                points.push(Point {
                    x_dm: x + waves_x.at(column, row) + shake(*step_x),
                    y_dm: y + waves_y.at(column, row) + shake(*step_y),
                });
            }
        }
        Self { columns: columns.len(), points }
    }

    /// The point of a column and row.
    pub(super) fn point(&self, column: usize, row: usize) -> Point {
        let point = self.points.get(row * self.columns + column);
        point.copied().unwrap_or(Point { x_dm: 0, y_dm: 0 })
    }

    /// The outline of a block: every lattice point on its border, anticlockwise.
    pub(super) fn ring(&self, block: Block) -> Vec<Point> {
        let Block { left, right, bottom, top } = block;
        let south = (left..right).map(|column| (column, bottom));
        let east = (bottom..top).map(|row| (right, row));
        let north = (left + 1..=right).rev().map(|column| (column, top));
        let west = (bottom + 1..=top).rev().map(|row| (left, row));
        south
            .chain(east)
            .chain(north)
            .chain(west)
            .map(|(column, row)| self.point(column, row))
            .collect()
    }

    /// A point within a cell: `u` and `v` of 100 from its south-western corner.
    pub(super) fn within(&self, (column, row): (usize, usize), (u, v): (i64, i64)) -> Point {
        let corner = |right: usize, up: usize| self.point(column + right, row + up);
        let mix = |pick: fn(Point) -> i32| {
            let at = |right, up| i64::from(pick(corner(right, up)));
            let south = at(0, 0) * (100 - u) + at(1, 0) * u;
            let north = at(0, 1) * (100 - u) + at(1, 1) * u;
            i32::try_from((south * (100 - v) + north * v) / 10_000).unwrap_or(0)
        };
        Point { x_dm: mix(|point| point.x_dm), y_dm: mix(|point| point.y_dm) }
    }
}

/// Slow displacement: knots at random heights, mixed smoothly between, in whole decimetres.
#[derive(Debug)]
struct Waves {
    across: usize,
    knots: Vec<i32>,
}

impl Waves {
    fn new(random: &mut ChaCha8Rng, (columns, rows): (usize, usize), height: i32) -> Self {
        let (across, up) = (columns / WAVE_STEPS + 2, rows / WAVE_STEPS + 2);
        let knots = (0..across * up).map(|_| random.random_range(-height..=height)).collect();
        Self { across, knots }
    }

    fn at(&self, column: usize, row: usize) -> i32 {
        let (i, u) = (column / WAVE_STEPS, smooth(column % WAVE_STEPS));
        let (j, v) = (row / WAVE_STEPS, smooth(row % WAVE_STEPS));
        let knot = |right: usize, up: usize| {
            let knot = self.knots.get((j + up) * self.across + i + right);
            i64::from(knot.copied().unwrap_or(0))
        };
        let south = knot(0, 0) * (1_000 - u) + knot(1, 0) * u;
        let north = knot(0, 1) * (1_000 - u) + knot(1, 1) * u;
        i32::try_from((south * (1_000 - v) + north * v) / 1_000_000).unwrap_or(0)
    }
}

/// Smoothstep in thousandths: 3t² − 2t³.
fn smooth(step: usize) -> i64 {
    let t = i64::try_from(step * 1_000 / WAVE_STEPS).unwrap_or(0);
    (3 * t * t * 1_000 - 2 * t * t * t) / 1_000_000
}
