//! Version 1 of how quarantined positions are stored.

use bytes::Bytes;

use crate::domain::Position;

use super::error::WireError;
use super::versioned;

const FORMAT: &str = "quarantine_v1";
const VERSION: u8 = 1;

/// The stored form.
///
/// # Errors
/// Where a value cannot be represented; none of ours is.
pub fn encode(value: Position) -> Result<Bytes, WireError> {
    versioned::encode(FORMAT, VERSION, &(value.offset, value.index))
}

/// The value of a stored form.
///
/// # Errors
/// Where the bytes are not of this version, or damaged.
pub fn decode(bytes: &[u8]) -> Result<Position, WireError> {
    let (offset, index) = versioned::decode(FORMAT, VERSION, bytes)?;
    Ok(Position::new(offset, index))
}
