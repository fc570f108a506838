//! When a stage's clock reaches its marks: one answer for the core that marks, a desk that shows.

use super::super::case::StageClock;
use super::super::playbook::Playbook;
use super::super::time::Timestamp;
use super::attributes::ClockMark;

impl ClockMark {
    /// Every mark, in the order they are reached.
    pub const ALL: [Self; 6] =
        [Self::Running, Self::Noted, Self::Warned, Self::Overdue, Self::Yellow, Self::Red];
}

impl Playbook {
    /// When `clock` reaches `mark`; none where the rules give no such card.
    #[must_use]
    pub fn mark_at(&self, clock: &StageClock, mark: ClockMark) -> Option<Timestamp> {
        let of_limit = |permille: u32| {
            let ms = per_thousand(clock.limit_ms, permille).saturating_add(clock.paused_ms);
            self.calendar.after_ms(clock.since, clock.unit, ms)
        };
        let late = |permille: u32| (0 < permille).then(|| of_limit(permille).max(clock.due));
        match mark {
            ClockMark::Running => Some(clock.since),
            ClockMark::Noted => Some(of_limit(500)),
            ClockMark::Warned => Some(of_limit(800)),
            ClockMark::Overdue => Some(clock.due),
            ClockMark::Yellow => late(self.limits.yellow_permille),
            ClockMark::Red => late(self.limits.red_permille),
        }
    }
}

/// `permille` thousandths of `ms`.
#[must_use]
pub fn per_thousand(ms: i64, permille: u32) -> i64 {
    ms.saturating_mul(i64::from(permille)).checked_div(1_000).unwrap_or(ms)
}
