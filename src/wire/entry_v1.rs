//! Version 1 of how entries of the journal are stored.

use bytes::Bytes;

use crate::domain::Entry;

use super::error::WireError;
use super::versioned;

const FORMAT: &str = "entry_v1";
const VERSION: u8 = 1;

/// The stored form.
///
/// # Errors
/// Where a value cannot be represented; none of ours is.
pub fn encode(value: &Entry) -> Result<Bytes, WireError> {
    versioned::encode(FORMAT, VERSION, value)
}

/// Adds the stored form of `value` to `bytes`.
///
/// # Errors
/// As [`encode`]; nothing is added then.
pub fn encode_onto(bytes: &mut Vec<u8>, value: &Entry) -> Result<(), WireError> {
    versioned::encode_onto((FORMAT, VERSION), bytes, value)
}

/// The value of a stored form.
///
/// # Errors
/// Where the bytes are not of this version, or damaged.
pub fn decode(bytes: &[u8]) -> Result<Entry, WireError> {
    versioned::decode(FORMAT, VERSION, bytes)
}
