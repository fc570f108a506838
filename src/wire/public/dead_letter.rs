//! A dead letter as others read it: a value of the topic `dead-letters`.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::{Sealed, Timestamp};
use crate::wire::dead_letter_v2::{DeadLetter, Origin};

/// What could not be taken in, where it came from, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "DeadLetter")]
pub struct PublicLetter {
    /// Which feed it came by.
    pub feed: String,
    /// Why: the word of a problem, as `docs/feeds.md` lists them.
    pub reason: String,
    /// Which element of its body it was, from 0.
    pub index: u32,
    /// Where in the body it began, in bytes.
    pub offset: u32,
    /// How long it was, in bytes.
    pub length: u32,
    /// When it came.
    pub arrived_at: Timestamp,
    /// The record it came in, where it came over Kafka.
    pub origin: Option<Origin>,
    /// Its bytes, sealed; none where nothing of it may be kept, or its key was destroyed.
    pub sealed: Option<SealedBytes>,
}

/// Bytes under a key of the vault: only the city opens them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SealedBytes {
    /// Names the key.
    #[schemars(regex(pattern = r"^[0-9a-f]{16}$"))]
    pub key: String,
    /// Nonce and ciphertext, base64.
    #[schemars(extend("contentEncoding" = "base64"))]
    pub bytes: String,
}

impl From<Sealed> for SealedBytes {
    fn from(sealed: Sealed) -> Self {
        let key = format!("{:016x}", sealed.key.0);
        Self { key, bytes: BASE64_STANDARD.encode(&sealed.bytes) }
    }
}

impl From<DeadLetter> for PublicLetter {
    fn from(letter: DeadLetter) -> Self {
        Self {
            feed: letter.feed,
            reason: letter.reason,
            index: letter.index,
            offset: letter.offset,
            length: letter.length,
            arrived_at: letter.arrived_at,
            origin: letter.origin,
            sealed: letter.raw.map(SealedBytes::from),
        }
    }
}
