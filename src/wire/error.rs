//! Why bytes are not the words they should be.

/// Bytes that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Nothing is there.
    #[error("{format} is empty")]
    Empty {
        /// Which format was expected.
        format: &'static str,
    },
    /// A version this build does not know.
    #[error("{format} has version {version}; this build reads version {known}")]
    Version {
        /// Which format.
        format: &'static str,
        /// The version found.
        version: u8,
        /// The version known.
        known: u8,
    },
    /// The layout is broken.
    #[error("{format} is damaged: {why}")]
    Damaged {
        /// Which format.
        format: &'static str,
        /// In which way.
        why: String,
    },
}
