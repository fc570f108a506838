//! Version 1 of how ranges of changes are stored.

use bytes::Bytes;

use crate::domain::{ChangeRange, RangeHead};

use super::error::WireError;
use super::versioned;

const FORMAT: &str = "change_v1";
const VERSION: u8 = 1;
/// Bytes that most changes take, and what stands before them.
const CHANGE_BYTES: usize = 192;
const HEAD_BYTES: usize = 128;

/// The stored form.
///
/// # Errors
/// Where a value cannot be represented; none of ours is.
pub fn encode(value: &ChangeRange) -> Result<Bytes, WireError> {
    let room = value.changes.len().saturating_mul(CHANGE_BYTES).saturating_add(HEAD_BYTES);
    versioned::encode_within(FORMAT, VERSION, (value, room))
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
