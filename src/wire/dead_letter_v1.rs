//! Version 1 of dead letters: what could not be read, sealed, with where and why.
//!
//! Nothing of the sender's is in clear but the feed: the problem's detail may quote what was sent,
//! so it is left out.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::domain::{Sealed, Timestamp};

use super::error::WireError;
use super::versioned;

const FORMAT: &str = "dead_letter_v1";
const VERSION: u8 = 1;

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
    /// Its bytes; none where their key was destroyed.
    pub raw: Option<Sealed>,
}

/// The stored form.
///
/// # Errors
/// Where a value cannot be represented; none of ours is.
pub fn encode(value: &DeadLetter) -> Result<Bytes, WireError> {
    versioned::encode(FORMAT, VERSION, value)
}

/// The value of a stored form.
///
/// # Errors
/// Where the bytes are not of this version, or damaged.
pub fn decode(bytes: &[u8]) -> Result<DeadLetter, WireError> {
    versioned::decode(FORMAT, VERSION, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::KeyId;

    #[test]
    fn the_stored_form_never_changes() {
        let letter = DeadLetter {
            feed: "signal".into(),
            reason: "too_late".into(),
            index: 2,
            offset: 300,
            length: 17,
            arrived_at: Timestamp(1_000),
            raw: Some(Sealed { key: KeyId(7), bytes: vec![1, 2] }),
        };
        let bytes = encode(&letter).unwrap();
        assert_eq!(decode(&bytes).unwrap(), letter);
        let golden = b"\x01\x06signal\x08too_late\x02\xac\x02\x11\xd0\x0f\x01\x07\x02\x01\x02";
        assert_eq!(bytes.as_ref(), golden);
    }
}
