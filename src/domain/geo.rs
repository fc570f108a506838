//! Where a thing is: integer decimetres in the city's own plane, with the grid that holds it.
//!
//! Ingest projects degrees to decimetres once, so that the core never meets a float.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::id::{InvalidId, text_in_json};

/// A point in the city's plane, decimetres east and north of its origin.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Point {
    /// Decimetres east of the origin.
    pub x_dm: i32,
    /// Decimetres north of the origin.
    pub y_dm: i32,
}

impl Point {
    /// The straight distance to `other`, in decimetres, rounded down.
    #[must_use]
    pub fn distance_dm(self, other: Self) -> u64 {
        let x = i64::from(self.x_dm).abs_diff(i64::from(other.x_dm));
        let y = i64::from(self.y_dm).abs_diff(i64::from(other.y_dm));
        // Each difference is below 2^32, so the sum of squares is below 2^65: add in 128 bits.
        let squares = u128::from(x).pow(2).saturating_add(u128::from(y).pow(2));
        u64::try_from(squares.isqrt()).unwrap_or(u64::MAX)
    }
}

/// A grid's code: a prefix is the place one level up.
///
/// County 6 digits, town 9, community 12, grid 15, micro-grid 18 (`domain.md` 1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
#[schemars(with = "String", extend("examples" = ["211002001001001"]))]
#[schemars(extend("pattern" = r"^([0-9]{2}|[0-9]{4}|([0-9]{3}){2,6})$"))]
pub struct GridCode {
    digits: u8,
    value: u64,
}

impl GridCode {
    /// Digits of a city's code.
    pub const CITY: u8 = 4;
    /// Digits of a county's code.
    pub const COUNTY: u8 = 6;
    /// Digits of a town's code (街道, 镇 or 乡).
    pub const TOWN: u8 = 9;
    /// Digits of a community's code (社区 or 村).
    pub const COMMUNITY: u8 = 12;
    /// Digits of a base or special grid's code.
    pub const GRID: u8 = 15;
    /// Digits of a micro-grid's code.
    pub const MICRO: u8 = 18;
    /// How many digits a code may have, fewest first.
    pub const LEVELS: [u8; 7] =
        [2, Self::CITY, Self::COUNTY, Self::TOWN, Self::COMMUNITY, Self::GRID, Self::MICRO];

    /// The code written with `digits` digits, where `value` fits them and they name a level.
    #[must_use]
    pub fn new(digits: u8, value: u64) -> Option<Self> {
        let level = Self::LEVELS.contains(&digits);
        let fits = 10_u64.checked_pow(u32::from(digits)).is_some_and(|end| value < end);
        (level && fits).then_some(Self { digits, value })
    }

    /// How many digits it is written with.
    #[must_use]
    pub fn digits(self) -> u8 {
        self.digits
    }

    /// What it says as a number.
    #[must_use]
    pub fn value(self) -> u64 {
        self.value
    }

    /// The code of the place `digits` digits long that holds this one; itself where not longer.
    #[must_use]
    pub fn prefix(self, digits: u8) -> Self {
        let Some(dropped) = self.digits.checked_sub(digits) else { return self };
        let value = 10_u64
            .checked_pow(u32::from(dropped))
            .and_then(|scale| self.value.checked_div(scale))
            .unwrap_or(self.value);
        Self { digits, value }
    }

    /// Whether `self` is `other` or holds it.
    #[must_use]
    pub fn holds(self, other: Self) -> bool {
        self.digits <= other.digits && other.prefix(self.digits) == self
    }

    /// Its six-digit county, where it is at least that long.
    #[must_use]
    pub fn county(self) -> Option<Self> {
        (Self::COUNTY <= self.digits).then(|| self.prefix(Self::COUNTY))
    }
}

impl fmt::Display for GridCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:0width$}", self.value, width = usize::from(self.digits))
    }
}

impl FromStr for GridCode {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = || InvalidId::new(text, "a grid code of 2, 4, 6, 9, 12, 15 or 18 digits");
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(invalid());
        }
        let digits = u8::try_from(text.len()).map_err(|_| invalid())?;
        let value = text.parse().map_err(|_| invalid())?;
        Self::new(digits, value).ok_or_else(invalid)
    }
}

text_in_json!(GridCode, (u8, u64), |code| (code.digits, code.value), |(digits, value)| {
    GridCode::new(digits, value)
});

/// Where a signal or case is, as far as it is known.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    Default,
    JsonSchema,
)]
#[schemars(inline)]
pub struct Place {
    /// The point, where one was given.
    pub point: Option<Point>,
    /// The smallest grid that holds it; none in a city without outlines.
    pub grid: Option<GridCode>,
}

impl Place {
    /// Whether nothing at all is known: a person has to place it.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.point.is_none() && self.grid.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_the_place_one_level_up() {
        let micro: GridCode = "211002016001003007".parse().unwrap();
        let grid = micro.prefix(GridCode::GRID);
        assert_eq!(grid.to_string(), "211002016001003");
        assert!(grid.holds(micro) && !micro.holds(grid));
        assert_eq!(micro.county().unwrap().to_string(), "211002");
    }

    #[test]
    fn a_code_of_no_level_is_refused() {
        assert!("2110021".parse::<GridCode>().is_err());
        assert!("21100a".parse::<GridCode>().is_err());
        assert_eq!(GridCode::new(6, 1_000_000), None);
    }

    #[test]
    fn the_longest_distance_does_not_overflow() {
        let west = Point { x_dm: i32::MIN, y_dm: i32::MIN };
        let east = Point { x_dm: i32::MAX, y_dm: i32::MAX };
        assert_eq!(west.distance_dm(east), 6_074_000_998);
        assert_eq!(west.distance_dm(west), 0);
    }
}
