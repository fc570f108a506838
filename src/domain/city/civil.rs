//! Days by number and by date: the Gregorian calendar without a library.

use std::fmt;
use std::str::FromStr;

use super::super::id::InvalidId;

/// A day as people write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Civil {
    /// The year.
    pub year: i64,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day of the month, 1 to 31.
    pub day: u8,
}

impl Civil {
    /// The number of the day, where there is such a date.
    #[must_use]
    pub fn number(self) -> Option<i64> {
        // Years run from March, so that the odd day of a leap year is their last.
        let early = i64::from(self.month <= 2);
        let year = self.year.saturating_sub(early);
        let month = i64::from(self.month).saturating_add(9).rem_euclid(12);
        let in_year = month.saturating_mul(153).saturating_add(2).div_euclid(5);
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let leaps = of_era.div_euclid(4).saturating_sub(of_era.div_euclid(100));
        let in_era = of_era.saturating_mul(365).saturating_add(leaps).saturating_add(in_year);
        let number = era
            .saturating_mul(146_097)
            .saturating_add(in_era)
            .saturating_add(i64::from(self.day).saturating_sub(1))
            .saturating_sub(719_468);
        (Self::of(number) == self).then_some(number)
    }

    /// The date of a day.
    #[must_use]
    pub fn of(number: i64) -> Self {
        let days = number.saturating_add(719_468);
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let years = of_era
            .saturating_sub(of_era.div_euclid(1_460))
            .saturating_add(of_era.div_euclid(36_524))
            .saturating_sub(of_era.div_euclid(146_096))
            .div_euclid(365);
        let leaps = years.div_euclid(4).saturating_sub(years.div_euclid(100));
        let in_year = of_era.saturating_sub(years.saturating_mul(365).saturating_add(leaps));
        let month = in_year.saturating_mul(5).saturating_add(2).div_euclid(153);
        let before = month.saturating_mul(153).saturating_add(2).div_euclid(5);
        let day = in_year.saturating_sub(before).saturating_add(1);
        let month = month.saturating_add(2).rem_euclid(12).saturating_add(1);
        let small = |number: i64| u8::try_from(number).unwrap_or(0);
        let year = era.saturating_mul(400).saturating_add(years);
        let year = year.saturating_add(i64::from(month <= 2));
        Self { year, month: small(month), day: small(day) }
    }
}

impl fmt::Display for Civil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Civil {
    type Err = InvalidId;

    /// Reads `2026-02-14`.
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = || InvalidId::new(text, "a date such as 2026-02-14");
        let mut parts = text.split('-');
        let mut part = |digits| {
            let part = parts.next().filter(|part| part.len() == digits);
            part.filter(|part| part.bytes().all(|byte| byte.is_ascii_digit())).ok_or_else(invalid)
        };
        let (year, month, day) = (part(4)?, part(2)?, part(2)?);
        let small = |part: &str| part.parse().map_err(|_| invalid());
        let year = year.parse().map_err(|_| invalid())?;
        let date = Self { year, month: small(month)?, day: small(day)? };
        let whole = parts.next().is_none() && date.number().is_some();
        if whole { Ok(date) } else { Err(invalid()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_day_of_eight_centuries_has_one_date() {
        let mut day = Civil { year: 1599, month: 12, day: 31 }.number().unwrap();
        for year in 1600..2400_i64 {
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let february = if leap { 29 } else { 28 };
            for (month, days) in (1..).zip([31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
                for date in 1..=days {
                    day += 1;
                    let date = Civil { year, month, day: date };
                    assert_eq!((Civil::of(day), date.number()), (date, Some(day)));
                }
            }
        }
        assert_eq!(Civil::of(0), Civil { year: 1970, month: 1, day: 1 });
    }

    #[test]
    fn a_date_that_is_none_is_refused() {
        for text in ["2026-02-30", "2026-2-3", "2026-13-01", "2026-01-01-", "x", "2026-00-10"] {
            assert!(text.parse::<Civil>().is_err(), "{text}");
        }
        assert_eq!("2026-02-28".parse::<Civil>().unwrap().to_string(), "2026-02-28");
    }
}
