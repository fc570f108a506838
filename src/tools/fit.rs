//! Fitting the points: logistic regression over bins, smoothed along ordered features.
//!
//! Each table has a curve common to all columns and a departure from it per column, both drawn to
//! zero by a penalty (departures more), so a column with few pairs keeps close to the common curve
//! and one with none takes it. Along ordered features the penalty is on steps between neighbours.
//! Strictness matters more than fit: the city's habits change from year to year.

use crate::domain::{Feature, FusionTable};

/// Pairs to learn from, side by side.
#[derive(Debug, Default)]
pub(super) struct Samples {
    /// How many tables each pair has a bin of.
    pub(super) tables: usize,
    pub(super) columns: Vec<u8>,
    /// `tables` bins a pair.
    pub(super) bins: Vec<u8>,
    /// Which report the pair belongs to.
    pub(super) report: Vec<u32>,
    /// The member it is compared with.
    pub(super) against: Vec<u32>,
    pub(super) same: Vec<bool>,
}

impl Samples {
    pub(super) fn len(&self) -> usize {
        self.columns.len()
    }

    pub(super) fn bins_of(&self, sample: usize) -> &[u8] {
        self.bins.get(sample * self.tables..(sample + 1) * self.tables).unwrap_or(&[])
    }
}

/// How strictly parameters are drawn together.
const ORDERED: f64 = 18.0;
const TAGS: f64 = 9.0;
const DEPARTURE: f64 = 3.0;
const INTERCEPT: f64 = 1.5;
/// Newton steps at most, and the gain below which they end.
const STEPS_MAX: usize = 25;
const GAIN_MIN: f64 = 0.05;
/// Pairs whose curvature is below this are left out of it.
const CURVATURE_MIN: f64 = 1e-6;

/// Where each table's parameters lie.
struct Layout {
    columns: usize,
    /// Offset and bins of each table; the item's table has one bin, a column's intercept.
    blocks: Vec<(usize, usize)>,
    width: usize,
}

/// The fitted log odds.
pub(super) struct Fitted {
    layout: Layout,
    beta: Vec<f64>,
    base: f64,
}

impl Layout {
    fn new(tables: &[FusionTable], columns: usize) -> Self {
        let mut width = 0;
        let mut blocks = Vec::new();
        for table in tables {
            let bins = if table.feature == Feature::Item { 1 } else { table.bins() };
            blocks.push((width, bins));
            width += bins * (columns + 1);
        }
        Self { columns, blocks, width }
    }

    /// The parameters that `sample` adds up: two for each table.
    fn active(&self, samples: &Samples, sample: usize, active: &mut Vec<usize>) {
        active.clear();
        let column = samples.columns.get(sample).copied().map_or(0, usize::from);
        for ((offset, bins), bin) in self.blocks.iter().zip(samples.bins_of(sample)) {
            let bin = usize::from(*bin).min(bins - 1);
            active.push(offset + bin);
            active.push(offset + bins * (column + 1) + bin);
        }
    }

    /// Adds the penalty to gradient and curvature, and gives its own value.
    fn penalty(
        &self,
        tables: &[FusionTable],
        beta: &[f64],
        slope: &mut [f64],
        bend: &mut Bend,
    ) -> f64 {
        let mut value = 0.0;
        for (table, (offset, bins)) in tables.iter().zip(&self.blocks) {
            let (strict, from) = strictness(table.feature);
            for layer in 0..=self.columns {
                let strict = match (layer, table.feature) {
                    (0, Feature::Item) => 1e6,
                    (0, _) | (_, Feature::Item) => strict,
                    _ => strict * DEPARTURE,
                };
                let start = offset + layer * bins;
                for bin in 0..*bins {
                    let at = start + bin;
                    let ordered = from.is_some_and(|from| from < bin);
                    let weight = if from == Some(bin) { strict / 4.0 } else { strict };
                    let step = if ordered { beta[at] - beta[at - 1] } else { beta[at] };
                    value += 0.5 * weight * step * step;
                    slope[at] += weight * step;
                    bend.add(at, at, weight);
                    if ordered {
                        slope[at - 1] -= weight * step;
                        bend.add(at - 1, at - 1, weight);
                        bend.add(at, at - 1, -weight);
                    }
                }
            }
        }
        value
    }
}

/// The penalty of a feature, and the bin its order begins at.
fn strictness(feature: Feature) -> (f64, Option<usize>) {
    match feature {
        Feature::Item => (INTERCEPT, None),
        Feature::Words => (ORDERED, Some(1)),
        Feature::Time | Feature::Distance | Feature::Rank | Feature::Crowd | Feature::Length => {
            (ORDERED, Some(0))
        }
        _ => (TAGS, None),
    }
}

/// A symmetric matrix, its lower triangle.
struct Bend {
    width: usize,
    cells: Vec<f64>,
}

impl Bend {
    fn new(width: usize) -> Self {
        Self { width, cells: vec![0.0; width * width] }
    }

    fn add(&mut self, a: usize, b: usize, value: f64) {
        let (row, column) = if a < b { (b, a) } else { (a, b) };
        self.cells[row * self.width + column] += value;
    }

    /// Solves for `right` by Cholesky; the matrix is positive by its penalty.
    fn solve(mut self, right: &[f64]) -> Vec<f64> {
        let n = self.width;
        for row in 0..n {
            for column in 0..=row {
                let (above, below) = self.cells.split_at(row * n);
                let other = if column == row { &below[..n] } else { &above[column * n..][..n] };
                let dot: f64 = below[..column].iter().zip(other).map(|(a, b)| a * b).sum();
                let left = self.cells[row * n + column] - dot;
                self.cells[row * n + column] = if row == column {
                    left.max(1e-9).sqrt()
                } else {
                    left / self.cells[column * n + column]
                };
            }
        }
        let mut solved = right.to_vec();
        for row in 0..n {
            let dot: f64 = (0..row).map(|k| self.cells[row * n + k] * solved[k]).sum();
            solved[row] = (solved[row] - dot) / self.cells[row * n + row];
        }
        for row in (0..n).rev() {
            let dot: f64 = (row + 1..n).map(|k| self.cells[k * n + row] * solved[k]).sum();
            solved[row] = (solved[row] - dot) / self.cells[row * n + row];
        }
        solved
    }
}

/// Fits tables to `samples`; `told` hears of each step.
pub(super) fn fit(
    tables: &[FusionTable],
    columns: usize,
    samples: &Samples,
    mut told: impl FnMut(usize, f64),
) -> Fitted {
    let layout = Layout::new(tables, columns);
    let positive = samples.same.iter().filter(|same| **same).count().max(1);
    let negative = (samples.len() - positive.min(samples.len())).max(1);
    let base = (count(positive) / count(negative)).ln();
    let mut fitted = Fitted { beta: vec![0.0; layout.width], layout, base };
    let mut loss = f64::INFINITY;
    for step in 0..STEPS_MAX {
        let (now, slope, bend) = fitted.look(tables, samples);
        told(step, now);
        if loss - now < GAIN_MIN {
            break;
        }
        loss = now;
        let ahead = bend.solve(&slope);
        let from = fitted.beta.clone();
        let mut stride = 1.0;
        for _ in 0..6 {
            for ((beta, from), ahead) in fitted.beta.iter_mut().zip(&from).zip(&ahead) {
                *beta = from - stride * ahead;
            }
            if fitted.loss(tables, samples) <= now {
                break;
            }
            stride /= 2.0;
        }
    }
    fitted
}

fn count(many: usize) -> f64 {
    u32::try_from(many).map_or(f64::from(u32::MAX), f64::from)
}

impl Fitted {
    /// The log odds that a sample is one matter.
    pub(super) fn odds(&self, samples: &Samples, sample: usize, active: &mut Vec<usize>) -> f64 {
        self.layout.active(samples, sample, active);
        active.iter().fold(self.base, |sum, at| sum + self.beta[*at])
    }

    fn loss(&self, tables: &[FusionTable], samples: &Samples) -> f64 {
        let mut active = Vec::new();
        let mut unused = vec![0.0; self.beta.len()];
        let mut nothing = Bend::new(self.beta.len());
        let penalty = self.layout.penalty(tables, &self.beta, &mut unused, &mut nothing);
        (0..samples.len()).fold(penalty, |sum, sample| {
            let odds = self.odds(samples, sample, &mut active);
            sum + surprise(odds, samples.same[sample])
        })
    }

    /// The loss, its gradient and its curvature.
    fn look(&self, tables: &[FusionTable], samples: &Samples) -> (f64, Vec<f64>, Bend) {
        let mut slope = vec![0.0; self.beta.len()];
        let mut bend = Bend::new(self.beta.len());
        let mut loss = self.layout.penalty(tables, &self.beta, &mut slope, &mut bend);
        let mut active = Vec::new();
        for sample in 0..samples.len() {
            let odds = self.odds(samples, sample, &mut active);
            let same = samples.same[sample];
            loss += surprise(odds, same);
            let share = 1.0 / (1.0 + (-odds).exp());
            let error = share - if same { 1.0 } else { 0.0 };
            for at in &active {
                slope[*at] += error;
            }
            let curvature = share * (1.0 - share);
            if CURVATURE_MIN < curvature {
                for (nth, a) in active.iter().enumerate() {
                    for b in &active[..=nth] {
                        bend.add(*a, *b, curvature);
                    }
                }
            }
        }
        (loss, slope, bend)
    }

    /// The points of one table, 16 to a factor e, a row a column.
    pub(super) fn points(&self, table: usize) -> Vec<Vec<f64>> {
        let (offset, bins) = self.layout.blocks[table];
        let row = |column: usize| {
            let departures = offset + bins * (column + 1);
            let of = |bin: usize| self.beta[offset + bin] + self.beta[departures + bin];
            (0..bins).map(|bin| 16.0 * of(bin)).collect()
        };
        (0..self.layout.columns).map(row).collect()
    }

    /// The points every pair begins with.
    pub(super) fn base_points(&self) -> f64 {
        16.0 * self.base
    }
}

/// −ln of the likelihood of `same` at these odds.
fn surprise(odds: f64, same: bool) -> f64 {
    let against = if same { -odds } else { odds };
    if against > 30.0 { against } else { against.exp().ln_1p() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One ordered table of four bins; in column 0 later bins are more often one matter.
    fn fitted() -> Fitted {
        let table =
            FusionTable { feature: Feature::Time, edges: vec![1, 2, 3], points: Vec::new() };
        let mut samples = Samples { tables: 1, ..Samples::default() };
        for number in 0..40_000_u32 {
            let bin = u8::try_from(number % 4).unwrap();
            samples.columns.push(0);
            samples.bins.push(bin);
            samples.report.push(number);
            samples.against.push(0);
            samples.same.push(number / 4 % 100 < 2 * (u32::from(bin) + 1));
        }
        fit(&[table], 2, &samples, |_, _| {})
    }

    #[test]
    fn points_follow_the_odds() {
        let points = fitted().points(0);
        assert!(points[0].is_sorted(), "{points:?}");
        // From 2 % to 8 % is a factor 4.26 of odds: 16 ln 4.26 = 23 points.
        let between = points[0][3] - points[0][0];
        assert!((18.0..=24.0).contains(&between), "{between}");
    }

    #[test]
    fn a_column_without_pairs_takes_the_common_curve() {
        let points = fitted().points(0);
        let between = |column: usize| points[column][3] - points[column][0];
        assert!(between(0) * 0.6 < between(1), "{points:?}");
    }

    #[test]
    fn cholesky_solves() {
        let mut bend = Bend::new(2);
        bend.add(0, 0, 4.0);
        bend.add(0, 1, 2.0);
        bend.add(1, 1, 3.0);
        let solved = bend.solve(&[8.0, 7.0]);
        assert!((solved[0] - 1.25).abs() < 1e-9 && (solved[1] - 1.5).abs() < 1e-9, "{solved:?}");
    }
}
