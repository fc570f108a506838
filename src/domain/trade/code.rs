//! Codes of kinds, stages and steps: short words that the configuration chooses.
//!
//! A code is held in place, so that a row of a case costs no allocation for it.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::super::id::InvalidId;

/// Letters a code may have.
pub(super) const CODE_LETTERS_MAX: usize = 23;

/// Lower-case letters, digits and underscores, padded with zeros.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Word([u8; CODE_LETTERS_MAX]);

impl Word {
    /// The word, where it is one.
    const fn of(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.is_empty() || CODE_LETTERS_MAX < bytes.len() {
            return None;
        }
        let mut word = [0; CODE_LETTERS_MAX];
        let (mut rest, mut room): (&[u8], &mut [u8]) = (bytes, &mut word);
        while let ([letter, after @ ..], [place, left @ ..]) = (rest, room) {
            if !(letter.is_ascii_lowercase() || letter.is_ascii_digit() || *letter == b'_') {
                return None;
            }
            *place = *letter;
            (rest, room) = (after, left);
        }
        Some(Self(word))
    }

    fn as_str(&self) -> &str {
        let text = self.0.split(|byte| *byte == 0).next().unwrap_or_default();
        std::str::from_utf8(text).unwrap_or_default()
    }
}

macro_rules! code {
    ($(#[$doc:meta])* $name:ident, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
        #[schemars(with = "String", extend("pattern" = "^[a-z0-9_]{1,23}$"))]
        pub struct $name(Word);

        impl $name {
            /// The code written so; a word of the program's own that is none is the code `none`.
            #[must_use]
            pub const fn of(text: &str) -> Self {
                match Word::of(text) {
                    Some(word) => Self(word),
                    None => Self(Word(*b"none\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")),
                }
            }

            /// As it is written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Word::of(text).map(Self).ok_or_else(|| InvalidId::new(text, $expected))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;
                impl de::Visitor<'_> for Visitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expected)
                    }

                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Visitor)
            }
        }
    };
}

code!(
    /// A kind of matter, such as `city_event` (`domain.md` 4.5).
    KindCode,
    "a kind's code such as city_event: 1 to 23 lower-case letters, digits and underscores"
);
code!(
    /// A stage of a kind's road, such as `mediating`.
    StageCode,
    "a stage's code such as mediating: 1 to 23 lower-case letters, digits and underscores"
);
code!(
    /// A step that a kind names itself, such as `sign`.
    StepCode,
    "a step's code such as sign: 1 to 23 lower-case letters, digits and underscores"
);

impl KindCode {
    /// The kind of a matter that nobody has named yet 城市事件.
    pub const CITY_EVENT: Self = Self::of("city_event");
    /// 吹哨
    pub const WHISTLE: Self = Self::of("whistle");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_in_text_and_in_bytes() {
        let code: KindCode = "service_request".parse().unwrap();
        assert_eq!(code.to_string(), "service_request");
        assert_eq!(KindCode::of("service_request"), code);
        let bytes = postcard::to_stdvec(&code).unwrap();
        assert_eq!(bytes.len(), 16);
        assert_eq!(postcard::from_bytes::<KindCode>(&bytes).unwrap(), code);
        assert_eq!(serde_json::to_string(&code).unwrap(), "\"service_request\"");
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in ["", "A", "a-b", "矛盾", "abcdefghijklmnopqrstuvwx"] {
            assert!(text.parse::<StageCode>().is_err(), "{text}");
        }
        assert_eq!(StageCode::of("Not one").as_str(), "none");
    }
}
