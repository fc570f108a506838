//! Identifiers: who and what is meant, without saying anything about it.
//!
//! Case and ticket numbers are given by the core in the order of its journal, so the same
//! journal always gives the same numbers. In JSON an identifier is text (a 64-bit number would
//! be rounded by a browser); in binary formats it is its bare fields. What the text looks like is
//! said by hand, beside the type, as a pattern.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::by_number::Numbered;

/// A text that is not the identifier it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not {expected}")]
pub struct InvalidId {
    /// What was written.
    pub text: String,
    /// What would be right, with an example.
    pub expected: &'static str,
}

impl InvalidId {
    /// Says that `text` should have been `expected`.
    #[must_use]
    pub fn new(text: &str, expected: &'static str) -> Self {
        Self { text: text.chars().take(80).collect(), expected }
    }
}

/// Makes a type text in human-readable formats and `$inner` in binary ones.
macro_rules! text_in_json {
    ($name:ident, $inner:ty, $to:expr, $from:expr) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    return serializer.collect_str(self);
                }
                let to: fn(&$name) -> $inner = $to;
                to(self).serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    let text = String::deserialize(deserializer)?;
                    return text.parse().map_err(de::Error::custom);
                }
                let from: fn($inner) -> Option<$name> = $from;
                from(<$inner>::deserialize(deserializer)?)
                    .ok_or_else(|| de::Error::custom(concat!("invalid ", stringify!($name))))
            }
        }
    };
}
pub(crate) use text_in_json;

/// One journal's share of the city: 0 is the city's own, 1 and up are counties.
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
#[serde(transparent)]
pub struct Partition(pub u16);

impl Partition {
    /// The city's own partition: what has no county, or belongs to all of them.
    pub const CITY: Self = Self(0);
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A number within a partition, written `partition-number`.
fn parse_numbered(text: &str, expected: &'static str) -> Result<(Partition, u64), InvalidId> {
    let invalid = || InvalidId::new(text, expected);
    let (partition, number) = text.split_once('-').ok_or_else(invalid)?;
    let partition = partition.parse().map_err(|_| invalid())?;
    let number = number.parse().map_err(|_| invalid())?;
    Ok((Partition(partition), number))
}

macro_rules! numbered_id {
    ($(#[$doc:meta])* $name:ident, $expected:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
        #[schemars(with = "String")]
        #[schemars(extend("pattern" = r"^[0-9]{1,5}-[0-9]{1,20}$", "examples" = ["3-1042"]))]
        pub struct $name {
            /// The partition whose core numbered it.
            pub partition: Partition,
            /// Counts from 1 within the partition.
            pub number: u64,
        }

        impl Numbered for $name {
            fn numbered(partition: Partition, number: u64) -> Self {
                Self { partition, number }
            }

            fn parts(self) -> (Partition, u64) {
                (self.partition, self.number)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}-{}", self.partition, self.number)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let (partition, number) = parse_numbered(text, $expected)?;
                Ok(Self { partition, number })
            }
        }

        text_in_json!(
            $name,
            (Partition, u64),
            |id| (id.partition, id.number),
            |(partition, number)| Some($name { partition, number })
        );
    };
}

numbered_id!(
    /// A case 案件.
    CaseId,
    "a case id such as 3-1042"
);
numbered_id!(
    /// A ticket 诉求.
    TicketId,
    "a ticket id such as 3-2077"
);

macro_rules! hex_id {
    ($(#[$doc:meta])* $name:ident, $pattern:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
        #[schemars(with = "String")]
        #[schemars(extend("pattern" = $pattern))]
        #[schemars(extend("examples" = ["0190a1b2c3d4e5f60718293a4b5c6d7e"]))]
        pub struct $name(pub u128);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:032x}", self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let digits: String = text.chars().filter(|c| *c != '-').collect();
                let hex = digits.chars().all(|c| c.is_ascii_hexdigit());
                if !hex || digits.len() != 32 {
                    return Err(InvalidId::new(text, $expected));
                }
                u128::from_str_radix(&digits, 16)
                    .map(Self)
                    .map_err(|_| InvalidId::new(text, $expected))
            }
        }

        text_in_json!($name, u128, |id| id.0, |value| Some($name(value)));
    };
}

hex_id!(
    /// The asker's own name for a command: the same id gets the same answer.
    CommandId,
    "^[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}$",
    "a command id: 32 hexadecimal digits, or a UUID"
);
hex_id!(
    /// A digest of (feed, the sender's id): the same key is the same observation, sent again.
    SourceKey,
    "^[0-9a-f]{32}$",
    "a source key: 32 hexadecimal digits"
);
hex_id!(
    /// A sheet of a register, by the beginning of its bytes' BLAKE3.
    SheetId,
    "^[0-9a-f]{32}$",
    "a sheet: 32 hexadecimal digits"
);

/// A unit 力量: a crew that can be sent.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct UnitId(pub u32);

impl fmt::Display for UnitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A camera, by its number in the city's register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CameraId(pub u32);

/// An organisation's code, such as `211002-CG` (a county's) or `CG` (the city's).
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct OrgCode(pub String);

impl fmt::Display for OrgCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An item 事项 of the catalogue, such as `G01001`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
#[schemars(with = "String", extend("examples" = ["G01001"]))]
#[schemars(extend("pattern" = r"^[A-Z][0-9]{5}$"))]
pub struct ItemCode([u8; 6]);

impl ItemCode {
    /// The category's three characters, such as `G01`.
    #[must_use]
    pub fn category(&self) -> [u8; 3] {
        let [a, b, c, ..] = self.0;
        [a, b, c]
    }
}

impl fmt::Display for ItemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.0).unwrap_or("??????"))
    }
}

impl FromStr for ItemCode {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = || InvalidId::new(text, "an item code such as G01001");
        let bytes: [u8; 6] = text.as_bytes().try_into().map_err(|_| invalid())?;
        let (letter, digits) = bytes.split_first().ok_or_else(invalid)?;
        if !letter.is_ascii_uppercase() || !digits.iter().all(u8::is_ascii_digit) {
            return Err(invalid());
        }
        Ok(Self(bytes))
    }
}

text_in_json!(ItemCode, [u8; 6], |code| code.0, |bytes| Some(ItemCode(bytes)));

#[cfg(test)]
mod tests {
    use super::super::*;

    #[test]
    fn identifiers_survive_their_text() {
        let case: CaseId = "3-1042".parse().unwrap();
        assert_eq!(case.to_string(), "3-1042");
        let item: ItemCode = "G01001".parse().unwrap();
        assert_eq!(item.to_string(), "G01001");
        let command: CommandId = "00000000-0000-0000-0000-0000000000ff".parse().unwrap();
        assert_eq!(command.0, 255);
    }

    #[test]
    fn a_wrong_identifier_says_what_would_be_right() {
        let error = "G1".parse::<ItemCode>().unwrap_err();
        assert_eq!(error.to_string(), "\"G1\" is not an item code such as G01001");
        assert!("3".parse::<CaseId>().is_err());
        assert!("xyz".parse::<CommandId>().is_err());
    }
}
