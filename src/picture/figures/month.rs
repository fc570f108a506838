//! Months, by number and by name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::{Civil, InvalidId};

/// A month of the city's own calendar: months since year 0.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
pub struct Month(pub i32);

impl Month {
    /// The month of a day.
    #[must_use]
    pub fn of_day(day: i64) -> Self {
        let Civil { year, month, .. } = Civil::of(day);
        let months = year.saturating_mul(12).saturating_add(i64::from(month)).saturating_sub(1);
        Self(i32::try_from(months).unwrap_or(i32::MAX))
    }

    /// The number of its first day.
    #[must_use]
    pub fn first_day(self) -> i64 {
        let (year, month) = self.parts();
        Civil { year, month, day: 1 }.number().unwrap_or(i64::MAX)
    }

    /// The one after.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    fn parts(self) -> (i64, u8) {
        let month = u8::try_from(self.0.rem_euclid(12)).unwrap_or(0).saturating_add(1);
        (i64::from(self.0.div_euclid(12)), month)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = self.parts();
        write!(f, "{year:04}-{month:02}")
    }
}

impl FromStr for Month {
    type Err = InvalidId;

    /// Reads `2026-10`.
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let first: Result<Civil, _> = format!("{text}-01").parse();
        let day = first.ok().and_then(Civil::number);
        day.map(Self::of_day).ok_or_else(|| InvalidId::new(text, "a month such as 2026-10"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_the_same_by_name_and_by_day() {
        let month: Month = "2026-10".parse().unwrap();
        assert_eq!(month.to_string(), "2026-10");
        assert_eq!(Month::of_day(month.first_day()), month);
        assert_eq!(Month::of_day(month.next().first_day() - 1), month);
        assert_eq!(month.next().first_day() - month.first_day(), 31);
        assert!("2026-13".parse::<Month>().is_err() && "today".parse::<Month>().is_err());
    }
}
