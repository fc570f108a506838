//! A moment as senders write it: RFC 3339 with its zone, or milliseconds of Unix time.

use std::fmt;

use schemars::JsonSchema;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

use crate::domain::Timestamp;

/// A moment, either way written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(with = "Written")]
pub(super) struct Moment(pub(super) Timestamp);

/// The two ways.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Moment")]
#[expect(dead_code, reason = "it only says what a moment looks like")]
enum Written {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    Milliseconds(i64),
    /// RFC 3339 with a zone.
    Text(#[schemars(extend("format" = "date-time"))] String),
}

/// The moment of an RFC 3339 text, where it is one.
fn read(text: &str) -> Option<Timestamp> {
    let whole = || text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond);
    read_plain(text.as_bytes()).or_else(whole).map(Timestamp)
}

/// The milliseconds of `2026-07-01T08:30:00.123+08:00`, of this century and the rest of the last,
/// as nearly everybody writes it. None says nothing: it may be another way to write a moment.
fn read_plain(text: &[u8]) -> Option<i64> {
    let (date_time, rest) = text.split_first_chunk::<19>()?;
    let marks = [date_time[4], date_time[7], date_time[10], date_time[13], date_time[16]];
    if marks != *b"--T::" {
        return None;
    }
    let of = |at: usize| two(date_time.get(at..)?);
    let (year, month, day) = (of(0)? * 100 + of(2)?, of(5)?, of(8)?);
    let (hour, minute, second) = (of(11)?, of(14)?, of(17)?);
    let (ms, zone) = fraction(rest)?;
    let east = match zone {
        [b'Z'] => 0,
        [sign @ (b'+' | b'-'), zone @ ..] if zone.len() == 5 && zone[2] == b':' => {
            let (hours, minutes) = (two(zone)?, two(&zone[3..])?);
            let minutes = (hours <= 14 && minutes <= 59).then_some(hours * 60 + minutes)?;
            if *sign == b'+' { minutes } else { -minutes }
        }
        _ => return None,
    };
    // Days there are in every month; the others are read the long way.
    let usual = (1971..=2099).contains(&year) && (1..=12).contains(&month);
    if !(usual && (1..=28).contains(&day) && hour <= 23 && minute <= 59 && second <= 59) {
        return None;
    }
    let minutes = (days_before(year, month) + day - 1) * 1_440 + hour * 60 + minute - east;
    Some((minutes * 60 + second) * 1_000 + ms)
}

/// The number that two digits write.
fn two(digits: &[u8]) -> Option<i64> {
    let [tens, ones, ..] = digits else { return None };
    let both = tens.is_ascii_digit() && ones.is_ascii_digit();
    both.then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
}

/// Milliseconds of a fraction of three digits, where there is one, and what follows it.
fn fraction(rest: &[u8]) -> Option<(i64, &[u8])> {
    let Some(digits) = rest.strip_prefix(b".") else { return Some((0, rest)) };
    let (tenths, zone) = digits.split_at_checked(3)?;
    let thousandths = tenths.get(2).filter(|digit| digit.is_ascii_digit())?;
    Some((two(tenths)? * 10 + i64::from(thousandths - b'0'), zone))
}

/// Days from 1970 to the first of a month, up to 2099: every fourth year is a leap year.
fn days_before(year: i64, month: i64) -> i64 {
    const BEFORE: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let within = usize::try_from(month - 1).ok().and_then(|at| BEFORE.get(at)).copied();
    let leap_day = i64::from(year % 4 == 0 && 2 < month);
    (year - 1970) * 365 + (year - 1969) / 4 + within.unwrap_or_default() + leap_day
}

struct MomentVisitor;

impl Visitor<'_> for MomentVisitor {
    type Value = Moment;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time such as \"2026-07-01T08:30:00+08:00\", or milliseconds since 1970")
    }

    fn visit_i64<E: Error>(self, ms: i64) -> Result<Moment, E> {
        Ok(Moment(Timestamp(ms)))
    }

    fn visit_u64<E: Error>(self, ms: u64) -> Result<Moment, E> {
        Ok(Moment(Timestamp(i64::try_from(ms).unwrap_or(i64::MAX))))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Moment, E> {
        read(text)
            .map(Moment)
            .ok_or_else(|| E::custom(format_args!("{text:?} is not a time with a zone: {self}")))
    }
}

impl fmt::Display for MomentVisitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expecting(f)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MomentVisitor)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn moment(json: &str) -> Result<Moment, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn both_ways_of_writing_mean_the_same() {
        let at = Moment(Timestamp(1_782_865_800_000));
        assert_eq!(moment("1782865800000").unwrap(), at);
        assert_eq!(moment("\"2026-07-01T08:30:00+08:00\"").unwrap(), at);
        assert_eq!(moment("\"2026-07-01T00:30:00.000Z\"").unwrap(), at);
    }

    proptest! {
        #[test]
        fn the_short_way_reads_what_the_long_way_reads(
            ms in -100_000_000_000_i64..5_000_000_000_000,
            (east, thousandths) in (-900_i32..900, any::<bool>()),
        ) {
            let ms = if thousandths { ms } else { ms - ms.rem_euclid(1_000) };
            let at = jiff::Timestamp::from_millisecond(ms).unwrap();
            let zone = jiff::tz::Offset::from_seconds(east * 60).unwrap();
            for text in [at.to_string(), at.display_with_offset(zone).to_string()] {
                prop_assert!(read_plain(text.as_bytes()).is_none_or(|read| read == ms), "{}", text);
                prop_assert_eq!(read(&text), Some(Timestamp(ms)));
            }
        }

        #[test]
        fn what_is_no_moment_is_none_either_way(text in "[0-9T:.Z+-]{19,30}") {
            let long = text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond);
            prop_assert!(read_plain(text.as_bytes()).is_none_or(|ms| long == Some(ms)));
        }
    }

    #[test]
    fn most_moments_are_read_the_short_way() {
        for text in
            ["2026-07-01T08:30:00+08:00", "2026-07-01T00:30:00Z", "1999-12-28T23:59:59.999Z"]
        {
            let long = text.parse::<jiff::Timestamp>().unwrap().as_millisecond();
            assert_eq!(read_plain(text.as_bytes()), Some(long));
        }
    }

    #[test]
    fn a_time_without_a_zone_is_no_moment() {
        for wrong in ["\"2026-07-01T08:30:00\"", "\"yesterday\"", "1.5", "true", "\"\""] {
            assert!(moment(wrong).is_err(), "{wrong}");
        }
        assert_eq!(moment("18446744073709551615").unwrap(), Moment(Timestamp(i64::MAX)));
    }
}
