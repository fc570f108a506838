//! The working calendar: hours and week from the keys of `[playbook]`, exceptions from a table.

use std::collections::BTreeMap;

use crate::domain::limits::CALENDAR_EXCEPTIONS_MAX;
use crate::domain::{Calendar, Civil, WorkSpan};

use super::check::Checker;
use super::fault::Faults;
use super::raw::RawPlaybook;
use super::tsv::{Row, each_row, yes_or_no};

/// The built-in table: what the State Council announced.
pub(super) const BUILT_IN: &str = include_str!("../../config/calendar.tsv");

/// The days of a week, as they are written.
const WEEK: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// Minutes of a day.
const DAY_MINUTES: u16 = 1_440;

/// The calendar; none where a part is faulty. `days` is the table's text and file.
pub(super) fn calendar(
    check: &mut Checker<'_>,
    raw: &RawPlaybook,
    days: Option<(&str, &str)>,
) -> Option<Calendar> {
    let offset = offset(&raw.utc_offset);
    if offset.is_none() {
        let right = "hours and minutes ahead of UTC, such as \"+08:00\"";
        check.note("playbook.utc_offset", quoted(&raw.utc_offset), "is no offset", right);
    }
    let spans = spans(&raw.work_hours);
    if spans.is_none() {
        let right = "spans in order and apart, such as \"08:30-11:30 13:00-17:00\"";
        check.note("playbook.work_hours", quoted(&raw.work_hours), "are no hours of a day", right);
    }
    let weekdays = weekdays(&raw.work_days);
    if weekdays.is_none() {
        let right = "days of the week, such as \"mon tue wed thu fri\"";
        check.note("playbook.work_days", quoted(&raw.work_days), "is no working week", right);
    }
    let exceptions = days.and_then(|(text, file)| {
        let before = check.faults.0.len();
        let exceptions = read(text, file, check.faults);
        (check.faults.0.len() == before).then_some(exceptions)
    });
    Some(Calendar {
        offset_minutes: offset?,
        spans: spans?,
        weekdays: weekdays?,
        exceptions: exceptions?,
    })
}

/// Reads a table of days; a row with a fault is left out, and noted.
pub(super) fn read(text: &str, file: &str, faults: &mut Faults) -> BTreeMap<i64, bool> {
    let mut exceptions = BTreeMap::new();
    each_row(text, file, faults, |row| {
        let Some((day, works)) = exception(row) else { return };
        if exceptions.insert(day, works).is_some() {
            row.note("date", "is on an earlier line too", "each day once");
        }
    });
    if CALENDAR_EXCEPTIONS_MAX < exceptions.len() {
        let right = format!("{CALENDAR_EXCEPTIONS_MAX} days at most");
        faults.note(file, exceptions.len(), "has too many days", right);
    }
    exceptions
}

fn exception(row: &mut Row<'_>) -> Option<(i64, bool)> {
    let number = |text: &str| text.parse().ok().and_then(Civil::number);
    let day = row.take("date", number, ("is no date", "such as 2026-02-14"));
    let works = row.take("works", yes_or_no, ("says neither", "Y or N"));
    Some((day?, works?))
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}

/// Minutes ahead of UTC, from `+08:00`.
fn offset(text: &str) -> Option<i32> {
    let (sign, clock) = match text.split_at_checked(1)? {
        ("+", clock) => (1, clock),
        ("-", clock) => (-1, clock),
        _ => return None,
    };
    let minutes = minute(clock).filter(|minutes| *minutes <= 14 * 60)?;
    Some(sign * i32::from(minutes))
}

/// The minute of the day, from `08:30`; `24:00` is the end.
fn minute(clock: &str) -> Option<u16> {
    let (hour, minute) = clock.split_once(':')?;
    let two = |part: &str| {
        let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<u16>().ok()).flatten()
    };
    let (hour, minute) = (two(hour)?, two(minute)?);
    let of_day = hour * 60 + minute;
    (minute < 60 && of_day <= DAY_MINUTES).then_some(of_day)
}

/// Spans in order and apart, at least one.
fn spans(text: &str) -> Option<Vec<WorkSpan>> {
    let span = |text: &str| {
        let (from, to) = text.split_once('-')?;
        let (from_minute, to_minute) = (minute(from)?, minute(to)?);
        (from_minute < to_minute).then_some(WorkSpan { from_minute, to_minute })
    };
    let spans: Vec<WorkSpan> = text.split_whitespace().map(span).collect::<Option<_>>()?;
    let apart = spans.is_sorted_by(|one, next| one.to_minute < next.from_minute);
    (apart && !spans.is_empty()).then_some(spans)
}

/// Which days of a week, Monday first; at least one.
fn weekdays(text: &str) -> Option<[bool; 7]> {
    let mut week = [false; 7];
    for word in text.split_whitespace() {
        let at = WEEK.iter().position(|day| *day == word)?;
        *week.get_mut(at)? = true;
    }
    week.contains(&true).then_some(week)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_year_is_the_announced_one() {
        let mut faults = Faults(Vec::new());
        let exceptions = read(BUILT_IN, "config/calendar.tsv", &mut faults);
        assert_eq!(faults.0, []);
        let plain = Calendar::default();
        let counted = |works| exceptions.values().filter(|it| **it == works).count();
        assert_eq!((counted(false), counted(true)), (33, 6));
        let worked: Vec<String> = exceptions
            .iter()
            .filter(|(_, works)| **works)
            .map(|(day, _)| Civil::of(*day).to_string())
            .collect();
        let expected =
            ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"];
        assert_eq!(worked, expected);
        for (day, works) in &exceptions {
            assert!(!works || !plain.is_worked(*day), "a 补班 day is a Saturday or a Sunday");
        }
        let year = |calendar: &Calendar| {
            let first = |year| Civil { year, month: 1, day: 1 }.number().unwrap();
            calendar.worked_days(first(2026)..first(2027))
        };
        let whole = Calendar { exceptions, ..plain.clone() };
        assert_eq!((year(&plain), year(&whole)), (261, 248));
    }

    #[test]
    fn each_faulty_day_is_located() {
        let text = "# days\ndate\tworks\n2026-02-30\tN\n2026-02-14\tmaybe\n2026-03-01\tY\n\
                    2026-03-01\tN\n";
        let mut faults = Faults(Vec::new());
        read(text, "d.tsv", &mut faults);
        let found: Vec<_> = faults.0.iter().map(|fault| &*fault.key).collect();
        assert_eq!(found, ["d.tsv:3 date", "d.tsv:4 works", "d.tsv:6 date"]);
    }

    #[test]
    fn hours_weeks_and_offsets_are_read_or_refused() {
        let plain = Calendar::default();
        assert_eq!(spans("08:30-11:30 13:00-17:00"), Some(plain.spans));
        assert_eq!(weekdays("mon tue wed thu fri"), Some(plain.weekdays));
        assert_eq!((offset("+08:00"), offset("-03:30")), (Some(480), Some(-210)));
        assert!(spans("00:00-24:00").is_some());
        for text in ["", "8:30-11:30", "11:30-08:30", "08:00-12:00 11:00-13:00", "09:00-24:01"] {
            assert_eq!(spans(text), None, "{text}");
        }
        assert_eq!((weekdays(""), weekdays("mon moon")), (None, None));
        assert_eq!((offset("08:00"), offset("+15:00"), offset("")), (None, None, None));
    }
}
