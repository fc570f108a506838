//! Sealed words 密封文本: what a person wrote, readable only while its key lives.
//!
//! The core carries them and never opens them, so destroying a key changes no fold.

use serde::{Deserialize, Serialize};

/// Names the key in the vault that opens one ticket's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyId(pub u64);

/// Words under a key of their own.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sealed {
    /// The key that opens them.
    pub key: KeyId,
    /// Nonce and ciphertext.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealed({:016x}, {} bytes)", self.key.0, self.bytes.len())
    }
}
