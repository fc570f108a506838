//! Version 1 of how a partition's picture is stored.

use bytes::Bytes;

use crate::picture::Picture;

use super::error::WireError;
use super::versioned;

const FORMAT: &str = "picture_v1";
const VERSION: u8 = 1;

/// The stored form.
///
/// # Errors
/// Where a value cannot be represented; none of ours is.
pub fn encode(value: &Picture) -> Result<Bytes, WireError> {
    versioned::encode(FORMAT, VERSION, value)
}

/// The value of a stored form.
///
/// # Errors
/// Where the bytes are not of this version, or damaged.
pub fn decode(bytes: &[u8]) -> Result<Picture, WireError> {
    versioned::decode(FORMAT, VERSION, bytes)
}
