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
    text.parse::<jiff::Timestamp>().ok().map(|at| Timestamp(at.as_millisecond()))
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
        fn a_moment_is_the_same_in_every_zone(
            ms in -100_000_000_000_i64..5_000_000_000_000,
            (east, thousandths) in (-900_i32..900, any::<bool>()),
        ) {
            let ms = if thousandths { ms } else { ms - ms.rem_euclid(1_000) };
            let at = jiff::Timestamp::from_millisecond(ms).unwrap();
            let zone = jiff::tz::Offset::from_seconds(east * 60).unwrap();
            for text in [at.to_string(), at.display_with_offset(zone).to_string()] {
                prop_assert_eq!(read(&text), Some(Timestamp(ms)));
            }
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
