//! Version 1 of how a situation is stored, with how far its changes were published.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::domain::Position;
use crate::situation::Situation;

use super::error::WireError;
use super::versioned;

const FORMAT: &str = "snapshot_v1";
const VERSION: u8 = 1;

/// A situation, and where in the changes its own position is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The last entry of the changes that was read when it was taken. It comes first, so that it
    /// can be read without the rest.
    pub changes_through: Position,
    /// The situation.
    pub situation: Situation,
}

/// The stored form.
///
/// # Errors
/// Where a value cannot be represented; none of ours is.
pub fn encode(value: &Snapshot) -> Result<Bytes, WireError> {
    versioned::encode(FORMAT, VERSION, value)
}

/// The value of a stored form.
///
/// # Errors
/// Where the bytes are not of this version, or damaged.
pub fn decode(bytes: &[u8]) -> Result<Snapshot, WireError> {
    versioned::decode(FORMAT, VERSION, bytes)
}

/// The value's `changes_through` alone.
///
/// # Errors
/// Where the bytes are not of this version, or damaged.
pub fn changes_through(bytes: &[u8]) -> Result<Position, WireError> {
    versioned::decode_first(FORMAT, VERSION, bytes)
}
