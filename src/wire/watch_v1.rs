//! Version 1 of how the fold of looks is stored in a snapshot.

use bytes::Bytes;

use crate::watch::Watch;

use super::error::WireError;
use super::versioned;

const FORMAT: &str = "watch_v1";
const VERSION: u8 = 1;

/// The stored form.
///
/// # Errors
/// Where a value cannot be represented; none of ours is.
pub fn encode(value: &Watch) -> Result<Bytes, WireError> {
    versioned::encode(FORMAT, VERSION, value)
}

/// The value of a stored form.
///
/// # Errors
/// Where the bytes are not of this version, or damaged.
pub fn decode(bytes: &[u8]) -> Result<Watch, WireError> {
    versioned::decode(FORMAT, VERSION, bytes)
}
