//! Ranges of changes as lines of JSON: what a follower over HTTP reads.

use bytes::Bytes;

use crate::domain::ChangeRange;

use super::error::WireError;

const FORMAT: &str = "line";

/// One line, its end included.
///
/// # Errors
/// Where a value cannot be represented; none of ours is.
pub fn encode(range: &ChangeRange) -> Result<Bytes, WireError> {
    let mut line = serde_json::to_vec(range).map_err(damaged)?;
    line.push(b'\n');
    Ok(Bytes::from(line))
}

/// The range of a line.
///
/// # Errors
/// Where it is none.
pub fn decode(line: &[u8]) -> Result<ChangeRange, WireError> {
    serde_json::from_slice(line).map_err(damaged)
}

#[expect(clippy::needless_pass_by_value, reason = "used as a function of the error")]
fn damaged(error: serde_json::Error) -> WireError {
    WireError::Damaged { format: FORMAT, why: error.to_string() }
}
