//! From sums to values: integers in ten-thousandths; a share of few is hidden.

use super::ask::Sums;
use super::facts::{Fact, Span};
use super::table::{Figure, How, Term, figure};

/// A share of fewer is not shown: it would say something of one of them (`domain.md` 4.6).
pub const HIDDEN_BELOW: i64 = 5;
/// Parts of one in a value.
pub const VALUE_SCALE: i64 = 10_000;
/// Parts of one while parts are weighed.
const FINE_SCALE: i64 = 100_000_000;

/// How a score is weighed: points that sum to 100, and thousandths that sum to 1,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weights {
    /// Of K10.
    pub handled: u32,
    /// Of K11.
    pub in_time: u32,
    /// Of 1 − K13.
    pub reworked: u32,
    /// Of 1 − K12.
    pub overdue: u32,
    /// Of 1 − K14.
    pub extended: u32,
    /// Of K19.
    pub response: u32,
    /// Of K20.
    pub solved: u32,
    /// Of K21.
    pub satisfied: u32,
}

impl Default for Weights {
    /// Jinniu's 30/20/20/20/10 and Jungar's 30/35/35.
    fn default() -> Self {
        Self {
            handled: 30,
            in_time: 20,
            reworked: 20,
            overdue: 20,
            extended: 10,
            response: 300,
            solved: 350,
            satisfied: 350,
        }
    }
}

/// A figure of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Value {
    /// The numerator.
    pub n: i64,
    /// The denominator; 0 of what has none.
    pub d: i64,
    /// The value, in ten-thousandths of its unit; none where it is hidden.
    pub scaled: Option<i64>,
    /// Whether it is of too few to be shown.
    pub hidden: bool,
}

/// What `figure` is by these sums.
#[must_use]
pub fn value(figure: &Figure, sums: &Sums, weights: &Weights) -> Value {
    let (n, d) = (sums.total(figure.n), sums.total(figure.d));
    match figure.how {
        How::Count | How::Now => {
            Value { n, d: 0, scaled: Some(n.saturating_mul(VALUE_SCALE)), hidden: false }
        }
        How::Rate | How::Ratio | How::Mean => of_enough(n, d, || share(n, d, VALUE_SCALE)),
        How::Middle(span, permille) => {
            let count = sums.spans_of(span);
            // A millisecond is ten of a second's ten-thousandths.
            of_enough(count, count, || middle(sums, span, permille).saturating_mul(10))
        }
        How::Score => {
            let parts = [
                ("K10", weights.handled, false),
                ("K11", weights.in_time, false),
                ("K13", weights.reworked, true),
                ("K12", weights.overdue, true),
                ("K14", weights.extended, true),
            ];
            weighed(sums, &parts, 10_000)
        }
        How::ThreeRates => {
            let parts = [
                ("K19", weights.response, false),
                ("K20", weights.solved, false),
                ("K21", weights.satisfied, false),
            ];
            weighed(sums, &parts, 100_000)
        }
    }
}

fn of_enough(n: i64, d: i64, value: impl FnOnce() -> i64) -> Value {
    let hidden = d < HIDDEN_BELOW;
    Value { n, d, scaled: (!hidden).then(value), hidden }
}

/// `n / d` in parts of `scale`, rounded to the nearest.
fn share(n: i64, d: i64, scale: i64) -> i64 {
    let (n, d) = (i128::from(n), i128::from(d));
    let twice = n.saturating_mul(i128::from(scale)).saturating_mul(2).saturating_add(d);
    let rounded = twice.checked_div_euclid(d.saturating_mul(2)).unwrap_or(0);
    i64::try_from(rounded).unwrap_or(0)
}

/// Rates, each weighed; those that speak against are turned. Of the fewest that any is of.
fn weighed(sums: &Sums, parts: &[(&str, u32, bool)], unit: i64) -> Value {
    let mut points = 0_i64;
    let mut fewest = i64::MAX;
    for (id, weight, against) in parts {
        let Some(part) = figure(id) else { continue };
        let (n, d) = (sums.total(part.n), sums.total(part.d));
        fewest = fewest.min(d);
        let rate = share(n, d, FINE_SCALE).clamp(0, FINE_SCALE);
        let rate = if *against { FINE_SCALE.saturating_sub(rate) } else { rate };
        points = points.saturating_add(rate.saturating_mul(i64::from(*weight)));
    }
    let rounded = points.saturating_add(unit.div_euclid(2)).checked_div(unit).unwrap_or(0);
    of_enough(rounded, fewest, || rounded)
}

/// The span, in milliseconds, that `permille` of them do not pass.
fn middle(sums: &Sums, span: Span, permille: u32) -> i64 {
    let ranks = sums.spans_of(span).saturating_mul(i64::from(permille)).saturating_add(999);
    let rank = ranks.div_euclid(1_000).max(1);
    let mut passed = 0_i64;
    for (bucket, count) in sums.buckets_of(span) {
        passed = passed.saturating_add(count);
        if rank <= passed {
            return super::span::middle_of(bucket);
        }
    }
    0
}

impl Sums {
    /// What terms add up to.
    #[must_use]
    pub fn total(&self, terms: &[Term]) -> i64 {
        terms.iter().fold(0, |sum, term| match term {
            Term::Of(fact) => sum.saturating_add(self.fact(*fact)),
            Term::Less(fact) => sum.saturating_sub(self.fact(*fact)),
            Term::Still(gauge) => sum.saturating_add(self.gauge(*gauge)),
            Term::LessNow(gauge) => sum.saturating_sub(self.gauge(*gauge)),
        })
    }

    /// So many of a fact.
    #[must_use]
    pub fn fact(&self, fact: Fact) -> i64 {
        self.facts.get(&fact).copied().unwrap_or(0)
    }
}
