//! The working calendar 工作日历: which minutes of which days are worked.
//!
//! Pure integer arithmetic, no time zone library: the city's clock is UTC plus a fixed offset.
//! Whole weeks are skipped by division and exceptions found by range, so a due time costs the
//! exceptions on its way, whatever its length.
//!
//! **Invariant.** Total: a calendar without a span or without a worked weekday counts natural time
//! (a working hour is an hour, a working day a day), and nothing leaves the ends of time.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::super::catalog::{Limit, LimitUnit};
use super::super::time::{DAY_MS, HOUR_MS, MINUTE_MS, Timestamp};

/// Minutes of the day that are worked without a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct WorkSpan {
    /// The first minute, counted from midnight.
    pub from_minute: u16,
    /// The minute after the last, at most 1,440.
    pub to_minute: u16,
}

/// When the city works.
///
/// A day is named by its number: days of the city's own clock since 1970-01-01.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Calendar {
    /// How far the city's clock is ahead of UTC.
    pub offset_minutes: i32,
    /// What is worked of a worked day: in order, apart.
    pub spans: Vec<WorkSpan>,
    /// Which days of a plain week are worked, Monday first.
    pub weekdays: [bool; 7],
    /// Days that are otherwise than their weekday says: holidays (false) and 补班 (true).
    pub exceptions: BTreeMap<i64, bool>,
}

impl Default for Calendar {
    /// China's plain week: Monday to Friday, 08:30 to 11:30 and 13:00 to 17:00, UTC+8.
    fn default() -> Self {
        let span = |from_minute, to_minute| WorkSpan { from_minute, to_minute };
        Self {
            offset_minutes: 480,
            spans: vec![span(510, 690), span(780, 1_020)],
            weekdays: [true, true, true, true, true, false, false],
            exceptions: BTreeMap::new(),
        }
    }
}

impl Calendar {
    /// When `limit` is over, counted from `from`.
    #[must_use]
    pub fn after(&self, from: Timestamp, limit: Limit) -> Timestamp {
        self.after_ms(from, limit.unit, self.limit_ms(limit))
    }

    /// When so many thousandths of `limit` are over.
    #[must_use]
    pub fn part_after(&self, from: Timestamp, limit: Limit, permille: u32) -> Timestamp {
        let parts = i128::from(self.limit_ms(limit)).saturating_mul(i128::from(permille));
        let ms = i64::try_from(parts.div_euclid(1_000)).unwrap_or(i64::MAX);
        self.after_ms(from, limit.unit, ms)
    }

    /// When `ms` of the time that `unit` counts are over: working time or natural.
    #[must_use]
    pub fn after_ms(&self, from: Timestamp, unit: LimitUnit, ms: i64) -> Timestamp {
        if unit.is_working() { self.after_working_ms(from, ms) } else { from.plus_ms(ms.max(0)) }
    }

    /// How much of the time that `unit` counts lies between two moments; 0 where they are turned.
    #[must_use]
    pub fn passed(&self, unit: LimitUnit, from: Timestamp, to: Timestamp) -> i64 {
        if unit.is_working() { self.between(from, to) } else { to.ms_since(from).max(0) }
    }

    /// How long `limit` is, in the time that its unit counts.
    #[must_use]
    pub fn limit_ms(&self, limit: Limit) -> i64 {
        let unit_ms = match limit.unit {
            LimitUnit::Minutes => MINUTE_MS,
            LimitUnit::Hours | LimitUnit::WorkingHours => HOUR_MS,
            LimitUnit::Days => DAY_MS,
            LimitUnit::WorkingDays => self.working_day_ms(),
        };
        i64::from(limit.amount).saturating_mul(unit_ms)
    }

    /// How long one worked day is.
    #[must_use]
    pub fn working_day_ms(&self) -> i64 {
        if self.is_natural() { DAY_MS } else { self.spans_ms() }
    }

    /// The first moment by which `ms` of working time have passed since `from`; `from` itself where
    /// none need to. The end of a span, not the start of the next.
    #[must_use]
    pub fn after_working_ms(&self, from: Timestamp, ms: i64) -> Timestamp {
        let day_ms = self.working_day_ms();
        if ms <= 0 || self.is_natural() {
            return from.plus_ms(ms.max(0));
        }
        let (day, clock) = self.local(from);
        let gone = if self.is_worked(day) { self.worked_before(clock) } else { day_ms };
        let left_today = day_ms.saturating_sub(gone);
        if ms <= left_today {
            return self.moment(day, self.clock_after(gone.saturating_add(ms))).max(from);
        }
        let later = ms.saturating_sub(left_today);
        // The last day's share is 1 to day_ms, so that it ends in that day and not in the next.
        let whole_days = later.saturating_sub(1).checked_div(day_ms).unwrap_or(0);
        let share = later.saturating_sub(whole_days.saturating_mul(day_ms));
        let due_day = self.worked_day(day.saturating_add(1), whole_days.saturating_add(1));
        self.moment(due_day, self.clock_after(share)).max(from)
    }

    /// How much working time lies between two moments; 0 where they are turned.
    #[must_use]
    pub fn between(&self, from: Timestamp, to: Timestamp) -> i64 {
        if to <= from || self.is_natural() {
            return to.ms_since(from).max(0);
        }
        let ((first, first_clock), (last, last_clock)) = (self.local(from), self.local(to));
        let worked = |day, clock| if self.is_worked(day) { self.worked_before(clock) } else { 0 };
        let days = self.worked_days(first..last);
        days.saturating_mul(self.spans_ms())
            .saturating_add(worked(last, last_clock))
            .saturating_sub(worked(first, first_clock))
    }

    /// Whether the city works at a moment.
    #[must_use]
    pub fn works_at(&self, at: Timestamp) -> bool {
        let (day, clock) = self.local(at);
        let within = |span: &WorkSpan| span.starts_ms() <= clock && clock < span.ends_ms();
        self.is_natural() || self.is_worked(day) && self.spans.iter().any(within)
    }

    /// The number of the day that a moment lies in, by the city's clock.
    #[must_use]
    pub fn day_of(&self, at: Timestamp) -> i64 {
        self.local(at).0
    }

    /// When the day of that number begins.
    #[must_use]
    pub fn day_begins(&self, day: i64) -> Timestamp {
        self.moment(day, 0)
    }

    /// Whether a day is worked.
    #[must_use]
    pub fn is_worked(&self, day: i64) -> bool {
        self.exceptions.get(&day).copied().unwrap_or_else(|| self.is_plain_worked(day))
    }

    /// Days worked in a stretch of days.
    #[must_use]
    pub fn worked_days(&self, days: Range<i64>) -> i64 {
        if days.is_empty() {
            return 0;
        }
        let plain = self.plain_days(days.start, days.end);
        self.exceptions.range(days).fold(plain, |sum, (day, works)| {
            let plain = i64::from(self.is_plain_worked(*day));
            sum.saturating_add(i64::from(*works)).saturating_sub(plain)
        })
    }

    /// Whether natural time is all there is to count.
    fn is_natural(&self) -> bool {
        self.spans_ms() == 0 || self.week_days() == 0
    }

    fn spans_ms(&self) -> i64 {
        self.spans.iter().fold(0, |sum, span| sum.saturating_add(span.ms()))
    }

    fn week_days(&self) -> i64 {
        self.weekdays.iter().fold(0, |sum, worked| sum.saturating_add(i64::from(*worked)))
    }

    /// The day and the milliseconds gone of it, by the city's clock.
    fn local(&self, at: Timestamp) -> (i64, i64) {
        let local = at.0.saturating_add(self.offset_ms());
        (local.div_euclid(DAY_MS), local.rem_euclid(DAY_MS))
    }

    fn moment(&self, day: i64, clock: i64) -> Timestamp {
        let local = day.saturating_mul(DAY_MS).saturating_add(clock);
        Timestamp(local.saturating_sub(self.offset_ms()))
    }

    fn offset_ms(&self) -> i64 {
        i64::from(self.offset_minutes).saturating_mul(MINUTE_MS)
    }

    /// Working time of a worked day before `clock`.
    fn worked_before(&self, clock: i64) -> i64 {
        self.spans.iter().fold(0, |sum, span| {
            let gone = clock.saturating_sub(span.starts_ms()).clamp(0, span.ms());
            sum.saturating_add(gone)
        })
    }

    /// The earliest clock of a worked day before which `ms` of it were worked.
    fn clock_after(&self, ms: i64) -> i64 {
        let mut left = ms;
        for span in &self.spans {
            if left <= span.ms() {
                return span.starts_ms().saturating_add(left);
            }
            left = left.saturating_sub(span.ms());
        }
        DAY_MS
    }

    /// The `count`th worked day from `day` on, from 1.
    fn worked_day(&self, day: i64, count: i64) -> i64 {
        let (mut from, mut left) = (day, count);
        for (day, works) in self.exceptions.range(day..) {
            let plain = self.plain_days(from, *day);
            if left <= plain {
                break;
            }
            left = left.saturating_sub(plain).saturating_sub(i64::from(*works));
            if left == 0 {
                return *day;
            }
            from = day.saturating_add(1);
        }
        self.plain_day(from, left)
    }

    /// The `count`th day from `day` on that a plain week works, from 1.
    fn plain_day(&self, day: i64, count: i64) -> i64 {
        let whole = count.saturating_sub(1);
        let weeks = whole.checked_div(self.week_days()).unwrap_or(0);
        let mut left = whole.checked_rem(self.week_days()).unwrap_or(0);
        let from = day.saturating_add(weeks.saturating_mul(7));
        for ahead in 0..7 {
            let day = from.saturating_add(ahead);
            if self.is_plain_worked(day) {
                if left == 0 {
                    return day;
                }
                left = left.saturating_sub(1);
            }
        }
        from
    }

    /// Days from `from` to before `to` that a plain week works.
    fn plain_days(&self, from: i64, to: i64) -> i64 {
        let days = to.saturating_sub(from).max(0);
        let rest = days.rem_euclid(7);
        let odd = (0..rest).filter(|ahead| self.is_plain_worked(from.saturating_add(*ahead)));
        let odd = i64::try_from(odd.count()).unwrap_or(0);
        days.div_euclid(7).saturating_mul(self.week_days()).saturating_add(odd)
    }

    fn is_plain_worked(&self, day: i64) -> bool {
        // Day 0 was a Thursday.
        let weekday = day.saturating_add(3).rem_euclid(7);
        usize::try_from(weekday).ok().and_then(|at| self.weekdays.get(at)).copied().unwrap_or(false)
    }
}

impl WorkSpan {
    fn starts_ms(self) -> i64 {
        i64::from(self.from_minute).saturating_mul(MINUTE_MS)
    }

    fn ends_ms(self) -> i64 {
        self.starts_ms().saturating_add(self.ms())
    }

    fn ms(self) -> i64 {
        i64::from(self.to_minute.saturating_sub(self.from_minute)).saturating_mul(MINUTE_MS)
    }
}
