//! The keys of one ticket's words.

use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::KeyInit;

use super::tree::Seed;

/// Bytes of a nonce of the cipher.
pub(super) const NONCE_BYTES: usize = 24;

/// What a ticket's leaf of the tree gives: a key for the cipher, another for nonces.
pub(super) struct WordKeys {
    cipher: Seed,
    nonce: Seed,
}

impl WordKeys {
    pub(super) fn of(leaf: &Seed) -> Self {
        let derive = |purpose: &[u8]| *blake3::keyed_hash(leaf, purpose).as_bytes();
        Self { cipher: derive(b"words 1: cipher"), nonce: derive(b"words 1: nonce") }
    }

    pub(super) fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&self.cipher).into())
    }

    /// Follows from the words, so that one key never gives one nonce to two texts.
    pub(super) fn nonce(&self, words: &str) -> [u8; NONCE_BYTES] {
        let hash = blake3::keyed_hash(&self.nonce, words.as_bytes());
        hash.as_bytes().first_chunk().copied().unwrap_or_default()
    }
}
