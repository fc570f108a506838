//! Naming a new incarnation of a journal.

use crate::domain::{Epoch, Timestamp};

use super::traits::JournalError;

/// An epoch that no other journal has: milliseconds keep epochs in order for people, noise keeps
/// two of one moment apart.
///
/// # Errors
/// Where the machine gives no randomness.
pub(super) fn new_epoch(now: Timestamp) -> Result<Epoch, JournalError> {
    let mut noise = [0; 8];
    getrandom::fill(&mut noise).map_err(|error| JournalError::Storage(error.to_string()))?;
    let order = now.0.cast_unsigned() << 16;
    Ok(Epoch(order | (u64::from_be_bytes(noise) & 0xffff)))
}
