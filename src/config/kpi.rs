//! `[kpi]`: how scores are weighed.

use serde::Deserialize;

use super::check::Checker;

/// As it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawKpi {
    score_handled: i64,
    score_in_time: i64,
    score_reworked: i64,
    score_overdue: i64,
    score_extended: i64,
    rates_response: i64,
    rates_solved: i64,
    rates_satisfied: i64,
}

/// `[kpi]`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KpiConfig {
    /// Points of the score K18 for what is handled (K10); the five sum to 100.
    pub score_handled: u32,
    /// … in time (K11).
    pub score_in_time: u32,
    /// … for what is not done again (K13).
    pub score_reworked: u32,
    /// … for what is not overdue and open (K12).
    pub score_overdue: u32,
    /// … for what was not given more time (K14).
    pub score_extended: u32,
    /// Thousandths of the three rates K22 for the response (K19); the three sum to 1,000.
    pub rates_response: u32,
    /// … for what is solved (K20).
    pub rates_solved: u32,
    /// … for who is satisfied (K21).
    pub rates_satisfied: u32,
}

impl KpiConfig {
    /// The default: 成都金牛, 准格尔旗.
    pub(super) const fn plain() -> Self {
        Self {
            score_handled: 30,
            score_in_time: 20,
            score_reworked: 20,
            score_overdue: 20,
            score_extended: 10,
            rates_response: 300,
            rates_solved: 350,
            rates_satisfied: 350,
        }
    }
}

/// Checks it.
pub(super) fn kpi(check: &mut Checker<'_>, raw: &RawKpi) -> Option<KpiConfig> {
    let mut points =
        |name: &str, value: i64, most: i64| check.whole(&format!("kpi.{name}"), value, (0, most));
    let config = KpiConfig {
        score_handled: points("score_handled", raw.score_handled, 100)?,
        score_in_time: points("score_in_time", raw.score_in_time, 100)?,
        score_reworked: points("score_reworked", raw.score_reworked, 100)?,
        score_overdue: points("score_overdue", raw.score_overdue, 100)?,
        score_extended: points("score_extended", raw.score_extended, 100)?,
        rates_response: points("rates_response", raw.rates_response, 1_000)?,
        rates_solved: points("rates_solved", raw.rates_solved, 1_000)?,
        rates_satisfied: points("rates_satisfied", raw.rates_satisfied, 1_000)?,
    };
    let score = config.score_handled
        + config.score_in_time
        + config.score_reworked
        + config.score_overdue
        + config.score_extended;
    let rates = config.rates_response + config.rates_solved + config.rates_satisfied;
    let why = "the weights do not make a whole";
    let mut whole = |key: &str, sum: u32, right: u32| {
        if sum != right {
            check.note(key, sum, why, &format!("weights that sum to {right}"));
        }
        sum == right
    };
    let score = whole("kpi.score_handled", score, 100);
    let rates = whole("kpi.rates_response", rates, 1_000);
    (score && rates).then_some(config)
}
