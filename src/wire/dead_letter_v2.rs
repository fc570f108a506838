//! Version 2 of dead letters: as version 1, and which record of Kafka it came in.

use bytes::Bytes;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Sealed, Timestamp};

use super::error::WireError;
use super::{dead_letter_v1, versioned};

const FORMAT: &str = "dead_letter_v2";
const VERSION: u8 = 2;

/// A record of a topic of others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Origin {
    /// The topic, by its whole name.
    pub topic: String,
    /// Which partition of it.
    pub partition: u16,
    /// Where there.
    pub offset: u64,
}

/// One thing that could not be read or admitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// Which feed it came by.
    pub feed: String,
    /// The word of its problem.
    pub reason: String,
    /// Which element of its body it was, from 0.
    pub index: u32,
    /// Where in the body it began, in bytes.
    pub offset: u32,
    /// How long it was, in bytes; more than is kept where it was very long.
    pub length: u32,
    /// When it came.
    pub arrived_at: Timestamp,
    /// The record it came in, where it came over Kafka.
    pub origin: Option<Origin>,
    /// Its bytes; none where nothing of it may be kept, or its key was destroyed.
    pub raw: Option<Sealed>,
}

impl From<dead_letter_v1::DeadLetter> for DeadLetter {
    fn from(one: dead_letter_v1::DeadLetter) -> Self {
        let dead_letter_v1::DeadLetter { feed, reason, index, offset, length, arrived_at, raw } =
            one;
        Self { feed, reason, index, offset, length, arrived_at, origin: None, raw }
    }
}

/// The stored form.
///
/// # Errors
/// Where a value cannot be represented; none of ours is.
pub fn encode(value: &DeadLetter) -> Result<Bytes, WireError> {
    versioned::encode(FORMAT, VERSION, value)
}

/// The value of a stored form, of this version or the one before.
///
/// # Errors
/// Where the bytes are of neither, or damaged.
pub fn decode(bytes: &[u8]) -> Result<DeadLetter, WireError> {
    match versioned::decode(FORMAT, VERSION, bytes) {
        Err(WireError::Version { version: 1, .. }) => {
            dead_letter_v1::decode(bytes).map(DeadLetter::from)
        }
        decoded => decoded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::KeyId;

    #[test]
    fn the_stored_form_never_changes_and_the_one_before_is_read() {
        let letter = DeadLetter {
            feed: "signal".into(),
            reason: "too_late".into(),
            index: 2,
            offset: 300,
            length: 17,
            arrived_at: Timestamp(1_000),
            origin: Some(Origin { topic: "t".into(), partition: 3, offset: 9 }),
            raw: Some(Sealed { key: KeyId(7), bytes: vec![1, 2] }),
        };
        let bytes = encode(&letter).unwrap();
        assert_eq!(decode(&bytes).unwrap(), letter);
        let head = b"\x02\x06signal\x08too_late\x02\xac\x02\x11\xd0\x0f";
        let tail = b"\x01\x01t\x03\t\x01\x07\x02\x01\x02";
        assert_eq!(bytes, [head.as_slice(), tail].concat());
        let before = b"\x01\x06signal\x08too_late\x02\xac\x02\x11\xd0\x0f\x01\x07\x02\x01\x02";
        assert_eq!(decode(before).unwrap(), DeadLetter { origin: None, ..letter });
    }
}
