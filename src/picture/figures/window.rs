//! Windows: today, the last 7 or 30 days, this month, or a month that is over.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use crate::domain::InvalidId;

use super::month::Month;

/// A stretch of the city's own days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// Since midnight.
    Today,
    /// Today and the six days before.
    SevenDays,
    /// Today and the 29 days before.
    ThirtyDays,
    /// Since the month began.
    ThisMonth,
    /// A month; this one where it is not over.
    Month(Month),
}

impl Window {
    /// The days it has, where `today` is; none of a month that is not this one.
    #[must_use]
    pub fn days(self, today: i64) -> Option<RangeInclusive<i64>> {
        let this = Month::of_day(today);
        let from = match self {
            Self::Today => today,
            Self::SevenDays => today.saturating_sub(6),
            Self::ThirtyDays => today.saturating_sub(29),
            Self::ThisMonth => this.first_day(),
            Self::Month(month) if month == this => this.first_day(),
            Self::Month(_) => return None,
        };
        Some(from..=today)
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Today => f.write_str("today"),
            Self::SevenDays => f.write_str("7d"),
            Self::ThirtyDays => f.write_str("30d"),
            Self::ThisMonth => f.write_str("month"),
            Self::Month(month) => month.fmt(f),
        }
    }
}

impl FromStr for Window {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        match text {
            "today" => Ok(Self::Today),
            "7d" => Ok(Self::SevenDays),
            "30d" => Ok(Self::ThirtyDays),
            "month" => Ok(Self::ThisMonth),
            month => month.parse().map(Self::Month).map_err(|_| {
                InvalidId::new(text, "today, 7d, 30d, month or a month such as 2026-10")
            }),
        }
    }
}
