//! Laws of the working calendar: against a slow reference that walks minute by minute, and dates.

use std::collections::BTreeMap;

use liandong::domain::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use liandong::domain::{Calendar, Civil, Limit, LimitUnit, Timestamp, WorkSpan};
use liandong::telemetry::Stopwatch;
use proptest::prelude::*;

/// Whether the city works in the minute that begins at `minute`, said as plainly as it can be.
pub(crate) fn works(calendar: &Calendar, minute: i64) -> bool {
    let local = minute + i64::from(calendar.offset_minutes);
    let (day, of_day) = (local.div_euclid(1_440), local.rem_euclid(1_440));
    let weekday = usize::try_from((day + 3).rem_euclid(7)).unwrap();
    let open = *calendar.exceptions.get(&day).unwrap_or(&calendar.weekdays[weekday]);
    let within =
        |it: &WorkSpan| (it.from_minute..it.to_minute).contains(&u16::try_from(of_day).unwrap());
    open && calendar.spans.iter().any(within)
}

/// The due moment, minute by minute; `from` may lie within a minute.
fn slow_after(calendar: &Calendar, from: Timestamp, ms: i64) -> Timestamp {
    let (mut at, mut left) = (from.0, ms);
    while 0 < left {
        let minute = at.div_euclid(MINUTE_MS);
        let end = (minute + 1) * MINUTE_MS;
        if works(calendar, minute) {
            let step = left.min(end - at);
            left -= step;
            at += step;
        } else {
            at = end;
        }
    }
    Timestamp(at)
}

fn slow_between(calendar: &Calendar, from: Timestamp, to: Timestamp) -> i64 {
    let (mut at, mut sum) = (from.0, 0);
    while at < to.0 {
        let minute = at.div_euclid(MINUTE_MS);
        let end = ((minute + 1) * MINUTE_MS).min(to.0);
        sum += if works(calendar, minute) { end - at } else { 0 };
        at = end;
    }
    sum
}

/// 2025-12-15 to 2026-03: over New Year and the Spring Festival.
const FIRST_DAY: i64 = 20_437;

prop_compose! {
    fn calendars()(
        offset_minutes in prop::sample::select(vec![480, 0, -210, 345]),
        cuts in prop::collection::btree_set(0_u16..=1_440, 2..=6),
        mut weekdays in any::<[bool; 7]>(),
        exceptions in prop::collection::btree_map(FIRST_DAY..FIRST_DAY + 60, any::<bool>(), 0..24),
        surely in 0_usize..7,
    ) -> Calendar {
        weekdays[surely] = true;
        let cuts: Vec<u16> = cuts.into_iter().collect();
        let span = |it: &[u16]| WorkSpan { from_minute: it[0], to_minute: it[1] };
        let spans = cuts.chunks_exact(2).map(span).collect();
        Calendar { offset_minutes, spans, weekdays, exceptions }
    }
}

/// A moment of those weeks, often on a whole half-hour.
fn moments() -> impl Strategy<Value = Timestamp> {
    let start = FIRST_DAY * DAY_MS;
    prop_oneof![
        (0..60 * DAY_MS).prop_map(move |ms| Timestamp(start + ms)),
        (0..60 * 48_i64).prop_map(move |half| Timestamp(start + half * 30 * MINUTE_MS)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_due_moment_is_what_walking_the_minutes_gives(
        calendar in calendars(),
        from in moments(),
        ms in prop_oneof![0..40 * HOUR_MS, (0..80_i64).prop_map(|it| it * 30 * MINUTE_MS)],
    ) {
        let due = calendar.after_working_ms(from, ms);
        prop_assert_eq!(due, slow_after(&calendar, from, ms));
        prop_assert_eq!(calendar.between(from, due), ms);
    }

    #[test]
    fn working_time_between_is_what_walking_the_minutes_gives(
        calendar in calendars(),
        (from, to) in (moments(), moments()),
    ) {
        prop_assert_eq!(calendar.between(from, to), slow_between(&calendar, from, to));
    }

    #[test]
    fn a_pause_moves_a_due_moment_by_what_was_paused(
        calendar in calendars(),
        from in moments(),
        (first, paused, rest) in (0..9 * HOUR_MS, 0..9 * HOUR_MS, 1..9 * HOUR_MS),
    ) {
        let at = calendar.after_working_ms(from, first);
        let again = calendar.after_working_ms(at, paused);
        let due = calendar.after_working_ms(again, rest);
        prop_assert_eq!(calendar.after_working_ms(from, first + paused + rest), due);
    }

    #[test]
    fn no_calendar_and_no_time_is_too_strange(
        mut calendar in calendars(),
        from in prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX), i64::MAX - DAY_MS..],
        (amount, permille) in (any::<u32>(), any::<u32>()),
        strange in 0..4,
    ) {
        match strange {
            0 => calendar.spans.clear(),
            1 => calendar.weekdays = [false; 7],
            2 => calendar.offset_minutes = i32::MAX,
            _ => calendar.spans[0] = WorkSpan { from_minute: 9, to_minute: 3 },
        }
        let from = Timestamp(from);
        for unit in [LimitUnit::Hours, LimitUnit::WorkingHours, LimitUnit::WorkingDays] {
            let due = calendar.after(from, Limit { amount, unit });
            let part = calendar.part_after(from, Limit { amount, unit }, permille);
            prop_assert!(from <= due && from <= part, "{due} {part}");
            prop_assert!(0 <= calendar.between(part, due));
        }
    }
}

/// China's calendar with the days named.
fn with(exceptions: &[(&str, bool)]) -> Calendar {
    let day =
        |(date, works): &(&str, bool)| (date.parse::<Civil>().unwrap().number().unwrap(), *works);
    Calendar { exceptions: exceptions.iter().map(day).collect(), ..Calendar::default() }
}

/// A moment by China's clock, such as `2026-02-13 16:30`.
fn at(text: &str) -> Timestamp {
    let (date, clock) = text.split_once(' ').unwrap();
    let (hour, minute) = clock.split_once(':').unwrap();
    let minutes = hour.parse::<i64>().unwrap() * 60 + minute.parse::<i64>().unwrap();
    let day = Calendar::default().day_begins(date.parse::<Civil>().unwrap().number().unwrap());
    day.plus_ms(minutes * MINUTE_MS)
}

#[test]
fn limits_end_where_a_clerk_would_say() {
    let spring = with(&[
        ("2026-02-14", true),
        ("2026-02-16", false),
        ("2026-02-17", false),
        ("2026-02-18", false),
        ("2026-02-19", false),
        ("2026-02-20", false),
        ("2026-02-23", false),
        ("2026-02-28", true),
        ("2026-01-01", false),
        ("2026-01-02", false),
        ("2026-01-04", true),
    ]);
    let (wh, wd) = (LimitUnit::WorkingHours, LimitUnit::WorkingDays);
    for (from, amount, unit, due) in [
        // Exactly at the end of a span: that end, not the next start.
        ("2026-03-03 08:30", 3, wh, "2026-03-03 11:30"),
        ("2026-03-03 11:30", 4, wh, "2026-03-03 17:00"),
        ("2026-03-03 17:00", 1, wh, "2026-03-04 09:30"),
        ("2026-03-03 09:00", 1, wd, "2026-03-04 09:00"),
        ("2026-03-03 08:30", 1, wd, "2026-03-03 17:00"),
        // From outside hours: noon, night, a Sunday.
        ("2026-03-03 12:10", 1, wh, "2026-03-03 14:00"),
        ("2026-03-03 23:00", 1, wh, "2026-03-04 09:30"),
        ("2026-03-08 10:00", 1, wd, "2026-03-09 17:00"),
        // A 补班 Saturday is worked, the festival is not.
        ("2026-02-13 16:00", 2, wh, "2026-02-14 09:30"),
        ("2026-02-14 16:00", 2, wh, "2026-02-24 09:30"),
        ("2026-02-27 09:00", 2, wd, "2026-03-02 09:00"),
        // Across the new year, its holiday and the Sunday worked for it.
        ("2025-12-31 16:00", 1, wd, "2026-01-04 16:00"),
    ] {
        let found = spring.after(at(from), Limit { amount, unit });
        assert_eq!(found, at(due), "{amount} {unit:?} from {from}");
    }
    let natural = Limit { amount: 36, unit: LimitUnit::Hours };
    assert_eq!(spring.after(at("2026-02-16 20:00"), natural), at("2026-02-18 08:00"));
    let half = spring.part_after(at("2026-03-03 08:30"), Limit { amount: 6, unit: wh }, 500);
    assert_eq!(half, at("2026-03-03 11:30"));
    assert!(spring.works_at(at("2026-02-14 08:30")) && !spring.works_at(at("2026-02-14 17:00")));
    assert!(!spring.works_at(at("2026-02-17 10:00")));
}

#[test]
fn without_a_working_time_natural_time_counts() {
    let idle = Calendar { weekdays: [false; 7], ..with(&[("2026-02-14", true)]) };
    let closed = Calendar { spans: Vec::new(), ..Calendar::default() };
    for calendar in [idle, closed] {
        for (unit, ms) in [(LimitUnit::WorkingHours, HOUR_MS), (LimitUnit::WorkingDays, DAY_MS)] {
            let from = at("2026-02-13 23:10");
            let due = calendar.after(from, Limit { amount: 3, unit });
            assert_eq!(due, from.plus_ms(3 * ms));
            assert_eq!(calendar.between(from, due), 3 * ms);
        }
    }
    // Years without a working day: the first after them, at the cost of what is written.
    let exceptions: BTreeMap<i64, bool> = (20_454..24_106).map(|day| (day, false)).collect();
    let years = Calendar { exceptions, ..Calendar::default() };
    let due =
        years.after(at("2026-01-01 09:00"), Limit { amount: 1, unit: LimitUnit::WorkingHours });
    assert_eq!(due, at("2036-01-01 09:30"));
}

#[test]
fn a_month_of_working_days_costs_next_to_nothing() {
    let days = (0..400).map(|day| (20_454 + day * 9, day % 2 == 0)).collect();
    let calendar = Calendar { exceptions: days, ..Calendar::default() };
    let limit = Limit { amount: 20, unit: LimitUnit::WorkingDays };
    let begun = Stopwatch::start();
    let mut sum = 0_i64;
    for turn in 0..100_000_i64 {
        let from = at("2026-01-05 09:00").plus_ms(turn * 37 * MINUTE_MS);
        sum = sum.wrapping_add(calendar.after(from, limit).0);
    }
    let ns = begun.elapsed().as_nanos() / 100_000;
    assert!(sum != 0 && ns < 20_000, "{ns} ns a due moment, even unoptimised");
}
