//! Why there is no batch of what leaves.

use crate::journal::JournalError;
use crate::wire::WireError;

/// Why there is no batch.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// The journal is broken.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A range cannot be read.
    #[error(transparent)]
    Wire(#[from] WireError),
}
