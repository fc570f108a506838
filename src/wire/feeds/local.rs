//! Moments as a city's own systems write them: by the clock on the wall, without an offset.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::domain::Timestamp;
use crate::wire::problem::{Problem, ProblemKind};

/// The moment that `text` names by `format` on the clocks of `zone`; none where it is blank.
///
/// An hour that the clocks show twice is the first; one that they pass over is as far after the
/// gap as it says.
pub(super) fn moment(
    text: Option<&str>,
    (format, zone): (&str, &TimeZone),
    pointer: &str,
) -> Result<Option<Timestamp>, Problem> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let at = DateTime::strptime(format, text)
        .and_then(|civil| zone.to_ambiguous_timestamp(civil).compatible());
    let wrong = |_| {
        let why = format!("{text:?} is no local time as {format}");
        Problem::new(ProblemKind::WrongValue, why).at(pointer.to_owned())
    };
    at.map(|at| Some(Timestamp(at.as_millisecond()))).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMAT: &str = "%Y-%m-%d %H:%M:%S";

    fn utc(text: &str) -> Option<String> {
        let zone = TimeZone::get("America/New_York").unwrap();
        let at = moment(Some(text), (FORMAT, &zone), "/t").ok()??;
        jiff::Timestamp::from_millisecond(at.0).ok().map(|at| at.to_string())
    }

    #[test]
    fn summer_and_winter_and_the_hours_between() {
        for (local, expected) in [
            ("2011-07-01 01:32:33", "2011-07-01T05:32:33Z"),
            ("2011-12-01 01:32:33", "2011-12-01T06:32:33Z"),
            // Twice on the clock: the first.
            ("2011-11-06 01:09:48", "2011-11-06T05:09:48Z"),
            // Never on the clock.
            ("2012-03-11 02:30:00", "2012-03-11T07:30:00Z"),
        ] {
            assert_eq!(utc(local).as_deref(), Some(expected), "{local}");
        }
        assert_eq!(utc("2011-02-30 00:00:00"), None);
        assert_eq!(utc("yesterday"), None);
    }

    #[test]
    fn nothing_is_no_moment_and_no_fault() {
        let zone = TimeZone::UTC;
        assert_eq!(moment(Some(" "), (FORMAT, &zone), "/t").unwrap(), None);
        assert_eq!(moment(None, (FORMAT, &zone), "/t").unwrap(), None);
    }
}
