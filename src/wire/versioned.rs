//! The frame all stored formats share: one version byte, then postcard.

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::WireError;

/// Bytes that most values take.
const ROOM: usize = 512;

/// `value` behind its version byte.
pub(super) fn encode<T: Serialize>(
    format: &'static str,
    version: u8,
    value: &T,
) -> Result<Bytes, WireError> {
    encode_within(format, version, (value, ROOM))
}

/// As [`encode`], where it is known about how many bytes that takes: what grows is copied, and
/// what is large is touched anew each time.
pub(super) fn encode_within<T: Serialize>(
    format: &'static str,
    version: u8,
    (value, room): (&T, usize),
) -> Result<Bytes, WireError> {
    let mut bytes = Vec::with_capacity(room);
    encode_onto((format, version), &mut bytes, value)?;
    Ok(Bytes::from(bytes))
}

/// Adds `value` behind its version byte to `bytes`; where it cannot be, nothing.
pub(super) fn encode_onto<T: Serialize>(
    (format, version): (&'static str, u8),
    bytes: &mut Vec<u8>,
    value: &T,
) -> Result<(), WireError> {
    let start = bytes.len();
    bytes.push(version);
    postcard::to_io(value, &mut *bytes).map(|_| ()).map_err(|error| {
        bytes.truncate(start);
        WireError::Damaged { format, why: error.to_string() }
    })
}

/// The value behind a version byte that must be `known`.
pub(super) fn decode<T: DeserializeOwned>(
    format: &'static str,
    known: u8,
    bytes: &[u8],
) -> Result<T, WireError> {
    let (value, left) = take(format, known, bytes)?;
    if !left.is_empty() {
        return Err(WireError::Damaged { format, why: format!("{} bytes too many", left.len()) });
    }
    Ok(value)
}

/// The first field of the value behind a version byte that must be `known`.
pub(super) fn decode_first<T: DeserializeOwned>(
    format: &'static str,
    known: u8,
    bytes: &[u8],
) -> Result<T, WireError> {
    take(format, known, bytes).map(|(value, _)| value)
}

fn take<'a, T: DeserializeOwned>(
    format: &'static str,
    known: u8,
    bytes: &'a [u8],
) -> Result<(T, &'a [u8]), WireError> {
    let (version, rest) = bytes.split_first().ok_or(WireError::Empty { format })?;
    if *version != known {
        return Err(WireError::Version { format, version: *version, known });
    }
    postcard::take_from_bytes(rest)
        .map_err(|error| WireError::Damaged { format, why: error.to_string() })
}
