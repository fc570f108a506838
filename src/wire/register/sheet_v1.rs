//! Version 1 of how a sheet of a register is stored: its head, then blocks of rows.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::domain::{Register, RegisterRow, SheetId};

use super::super::error::WireError;
use super::super::versioned;

const FORMAT: &str = "sheet_v1";
const VERSION: u8 = 1;

/// What stands before the rows of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetTop {
    /// Of which register.
    pub register: Register,
    /// The newest sheet that it amends; none where it is the whole register anew.
    pub over: Option<SheetId>,
    /// How many rows it has.
    pub rows: u32,
    /// Codes that it takes out.
    pub gone: Vec<String>,
    /// How long each block is, in bytes.
    pub blocks: Vec<u32>,
}

/// The stored form of a top.
///
/// # Errors
/// Where a value cannot be represented; none of ours is.
pub fn encode(value: &SheetTop) -> Result<Bytes, WireError> {
    versioned::encode(FORMAT, VERSION, value)
}

/// The value of a stored form.
///
/// # Errors
/// Where the bytes are not of this version, or damaged.
pub fn decode(bytes: &[u8]) -> Result<SheetTop, WireError> {
    versioned::decode(FORMAT, VERSION, bytes)
}

/// Writes a row after what `rows` has.
///
/// # Errors
/// Where a value cannot be represented; none of ours is.
pub fn put_row(rows: &mut Vec<u8>, row: &RegisterRow<'_>) -> Result<(), WireError> {
    *rows = postcard::to_extend(row, std::mem::take(rows)).map_err(|error| broken(&error))?;
    Ok(())
}

/// The first row of `rows`, and what stands after it.
///
/// # Errors
/// Where the bytes are damaged.
pub fn first_row(rows: &[u8]) -> Result<(RegisterRow<'_>, &[u8]), WireError> {
    postcard::take_from_bytes(rows).map_err(|error| broken(&error))
}

fn broken(error: &postcard::Error) -> WireError {
    WireError::Damaged { format: FORMAT, why: error.to_string() }
}
