//! Version 1 of how ranges of changes are stored.

use bytes::Bytes;

use crate::domain::{ChangeRange, RangeHead};

use super::error::WireError;
use super::versioned;

const FORMAT: &str = "change_v1";
const VERSION: u8 = 1;

/// The stored form.
///
/// # Errors
/// Where a value cannot be represented; none of ours is.
pub fn encode(value: &ChangeRange) -> Result<Bytes, WireError> {
    versioned::encode(FORMAT, VERSION, value)
}

/// The value of a stored form.
///
/// # Errors
/// Where the bytes are not of this version, or damaged.
pub fn decode(bytes: &[u8]) -> Result<ChangeRange, WireError> {
    versioned::decode(FORMAT, VERSION, bytes)
}

/// What stands before the changes of a range: as much as who speaks needs to know of others.
///
/// # Errors
/// As [`decode`].
pub fn decode_head(bytes: &[u8]) -> Result<RangeHead, WireError> {
    versioned::decode_first(FORMAT, VERSION, bytes)
}
