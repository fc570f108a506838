//! Positions: the only cursor, from the journal to the glass.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::id::{InvalidId, text_in_json};

/// A place in one partition's journal: the record's offset, then the entry's index within it.
///
/// Offsets count from 1, so `0.0` stands before everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, JsonSchema)]
#[schemars(with = "String", extend("examples" = ["1042.0"]))]
#[schemars(extend("pattern" = r"^[0-9]{1,20}\.[0-9]{1,10}$"))]
pub struct Position {
    /// Which record; 1 is the first.
    pub offset: u64,
    /// Which entry of the record; 0 is the first.
    pub index: u32,
}

impl Position {
    /// Before the first entry.
    pub const START: Self = Self { offset: 0, index: 0 };

    /// The last place that can be before this one; the start has none before it.
    #[must_use]
    pub const fn before(self) -> Self {
        match (self.index.checked_sub(1), self.offset.checked_sub(1)) {
            (Some(index), _) => Self { offset: self.offset, index },
            (None, Some(offset)) => Self { offset, index: u32::MAX },
            (None, None) => Self::START,
        }
    }

    /// The position of entry `index` in record `offset`.
    #[must_use]
    pub const fn new(offset: u64, index: u32) -> Self {
        Self { offset, index }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.offset, self.index)
    }
}

impl FromStr for Position {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = || InvalidId::new(text, "a position such as 1042.0");
        let (offset, index) = text.split_once('.').ok_or_else(invalid)?;
        let offset = offset.parse().map_err(|_| invalid())?;
        let index = index.parse().map_err(|_| invalid())?;
        Ok(Self { offset, index })
    }
}

text_in_json!(Position, (u64, u32), |position| (position.offset, position.index), |(
    offset,
    index,
)| Some(
    Position { offset, index }
));

/// The journal's incarnation: positions of different epochs cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, JsonSchema)]
#[schemars(with = "String", extend("examples" = ["1764000000000"]))]
#[schemars(extend("pattern" = r"^[0-9]{1,20}$"))]
pub struct Epoch(pub u64);

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Epoch {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        text.parse().map(Self).map_err(|_| InvalidId::new(text, "an epoch: a whole number"))
    }
}

text_in_json!(Epoch, u64, |epoch| epoch.0, |number| Some(Epoch(number)));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_lies_between_a_place_and_the_one_before_it() {
        assert_eq!(Position::new(4, 2).before(), Position::new(4, 1));
        assert_eq!(Position::new(4, 0).before(), Position::new(3, u32::MAX));
        assert_eq!(Position::START.before(), Position::START);
    }
}
