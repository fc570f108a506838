//! The frame all stored formats share: one version byte, then postcard.

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::WireError;

/// `value` behind its version byte.
pub(super) fn encode<T: Serialize>(
    format: &'static str,
    version: u8,
    value: &T,
) -> Result<Bytes, WireError> {
    postcard::to_extend(value, vec![version])
        .map(Bytes::from)
        .map_err(|error| WireError::Damaged { format, why: error.to_string() })
}

/// The value behind a version byte that must be `known`.
pub(super) fn decode<T: DeserializeOwned>(
    format: &'static str,
    known: u8,
    bytes: &[u8],
) -> Result<T, WireError> {
    let (version, rest) = bytes.split_first().ok_or(WireError::Empty { format })?;
    if *version != known {
        return Err(WireError::Version { format, version: *version, known });
    }
    let (value, left) = postcard::take_from_bytes(rest)
        .map_err(|error| WireError::Damaged { format, why: error.to_string() })?;
    if !left.is_empty() {
        return Err(WireError::Damaged { format, why: format!("{} bytes too many", left.len()) });
    }
    Ok(value)
}
