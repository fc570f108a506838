//! The controller: moves the attach threshold so that the joined share stays at its budget.
//!
//! **Invariant.** Over any run of reports, |joined − share × reports| ≤ movement / gain: the sum
//! of what raised and lowered the threshold is the threshold's own movement, which `reach` bounds.

use serde::{Deserialize, Serialize};

use crate::domain::FusionRules;

const MILLION: i64 = 1_000_000;

/// How far the threshold has moved from the playbook's, in millionths of a point.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
pub(super) struct Controller {
    moved_micropoints: i64,
}

impl Controller {
    /// Whether `points` reach the threshold as it stands.
    pub(super) fn admits(&self, rules: &FusionRules, points: i32) -> bool {
        self.threshold_micropoints(rules) <= i64::from(points).saturating_mul(MILLION)
    }

    /// Where the threshold stands, in millionths of a point.
    pub(super) fn threshold_micropoints(&self, rules: &FusionRules) -> i64 {
        let base = i64::from(rules.attach).saturating_mul(MILLION);
        match rules.budget {
            Some(_) => base.saturating_add(self.moved_micropoints),
            None => base,
        }
    }

    /// One more report was judged.
    pub(super) fn judged(&mut self, rules: &FusionRules, joined: bool) {
        let Some(budget) = &rules.budget else { return };
        let share = i64::from(budget.share_ppm).min(MILLION);
        let error = if joined { MILLION.saturating_sub(share) } else { share.saturating_neg() };
        let step = error.saturating_mul(i64::from(budget.gain_micropoints)).div_euclid(MILLION);
        let reach = i64::from(budget.reach.max(0)).saturating_mul(MILLION);
        self.moved_micropoints =
            self.moved_micropoints.saturating_add(step).clamp(reach.saturating_neg(), reach);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::FusionBudget;

    fn rules() -> FusionRules {
        let budget = FusionBudget { share_ppm: 100_000, gain_micropoints: 200_000, reach: 99 };
        FusionRules { attach: 0, budget: Some(budget), ..FusionRules::default() }
    }

    /// Scores fall evenly on −100..100; after the drift they fall 30 points higher.
    fn joined_per_mille(rules: &FusionRules, reports: i32, drift_at: i32) -> i32 {
        let mut controller = Controller::default();
        let mut joined = 0_i32;
        for report in 0..reports {
            let higher = if drift_at <= report { 30 } else { 0 };
            let even = report.wrapping_mul(7_919).rem_euclid(201);
            let points = even.wrapping_sub(130).wrapping_add(higher);
            let admitted = controller.admits(rules, points);
            joined = joined.wrapping_add(i32::from(admitted));
            controller.judged(rules, admitted);
        }
        joined.wrapping_mul(1_000).checked_div(reports).unwrap()
    }

    #[test]
    fn the_share_is_held_through_a_drift() {
        let share = joined_per_mille(&rules(), 100_000, 40_000);
        assert!((88..=112).contains(&share), "{share}");
    }

    #[test]
    fn without_a_budget_the_threshold_stands() {
        let rules = FusionRules { budget: None, ..rules() };
        assert!(200 < joined_per_mille(&rules, 10_000, 0));
    }
}
