//! How one ticket's words are sealed, now and before.
//!
//! Now: a synthetic IV (Rogaway and Shrimpton, *Deterministic authenticated encryption*, 2006). A
//! keyed hash of the words is the cipher's nonce, and tells at once whether what is opened is what
//! was sealed. The same words give the same bytes, other words another nonce.

use chacha20::XChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use super::tree::Seed;

/// The first byte of sealed words: which layout and cipher follow.
const FIRST: u8 = 1;
const SECOND: u8 = 2;
/// Bytes of a nonce, which is the tag as well in the second layout.
const NONCE_BYTES: usize = 24;

/// Seals `words` under a ticket's leaf of the tree.
pub(super) fn seal(leaf: &Seed, words: &str) -> Vec<u8> {
    let keys = Keys::of(leaf);
    let nonce = keys.nonce(words.as_bytes());
    let mut bytes = Vec::with_capacity(1 + NONCE_BYTES + words.len());
    bytes.push(SECOND);
    bytes.extend_from_slice(&nonce);
    bytes.extend_from_slice(words.as_bytes());
    if let Some(sealed) = bytes.get_mut(1 + NONCE_BYTES..) {
        keys.cipher(&nonce).apply_keystream(sealed);
    }
    bytes
}

/// The words that were sealed, of whichever layout; none where they were changed since.
pub(super) fn open(leaf: &Seed, sealed: &[u8]) -> Option<Vec<u8>> {
    let (layout, bytes) = sealed.split_first()?;
    let (nonce, bytes) = bytes.split_first_chunk::<NONCE_BYTES>()?;
    match *layout {
        FIRST => {
            let key = *blake3::keyed_hash(leaf, b"words 1: cipher").as_bytes();
            XChaCha20Poly1305::new((&key).into()).decrypt(XNonce::from_slice(nonce), bytes).ok()
        }
        SECOND => {
            let (keys, mut words) = (Keys::of(leaf), bytes.to_vec());
            keys.cipher(nonce).apply_keystream(&mut words);
            let differs = |(ours, theirs): (&u8, &u8)| ours ^ theirs;
            // All of it is looked at, wherever it differs.
            let nonce_now = keys.nonce(&words);
            let different = nonce_now.iter().zip(nonce).map(differs).fold(0, |all, one| all | one);
            (different == 0).then_some(words)
        }
        _ => None,
    }
}

/// What a ticket's leaf gives: a key for the cipher, another for nonces.
struct Keys {
    cipher: Seed,
    nonce: Seed,
}

impl Keys {
    fn of(leaf: &Seed) -> Self {
        let mut keys = Self { cipher: [0; 32], nonce: [0; 32] };
        let mut output = blake3::Hasher::new_keyed(leaf).update(b"words 2").finalize_xof();
        output.fill(&mut keys.cipher);
        output.fill(&mut keys.nonce);
        keys
    }

    fn nonce(&self, words: &[u8]) -> [u8; NONCE_BYTES] {
        let hash = blake3::keyed_hash(&self.nonce, words);
        hash.as_bytes().first_chunk().copied().unwrap_or_default()
    }

    fn cipher(&self, nonce: &[u8; NONCE_BYTES]) -> XChaCha20 {
        XChaCha20::new((&self.cipher).into(), nonce.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As version 1 sealed them.
    fn sealed_before(leaf: &Seed, words: &str) -> Vec<u8> {
        let derive = |purpose: &[u8]| *blake3::keyed_hash(leaf, purpose).as_bytes();
        let hash = blake3::keyed_hash(&derive(b"words 1: nonce"), words.as_bytes());
        let nonce = hash.as_bytes().first_chunk::<NONCE_BYTES>().unwrap();
        let cipher = XChaCha20Poly1305::new((&derive(b"words 1: cipher")).into());
        let sealed = cipher.encrypt(XNonce::from_slice(nonce), words.as_bytes()).unwrap();
        [&[FIRST], nonce.as_slice(), &sealed].concat()
    }

    #[test]
    fn what_was_sealed_before_still_opens() {
        let leaf = [7; 32];
        for sealed in [sealed_before(&leaf, "井盖丢失"), seal(&leaf, "井盖丢失")] {
            assert_eq!(open(&leaf, &sealed).unwrap(), "井盖丢失".as_bytes());
            assert_eq!(open(&[8; 32], &sealed), None);
        }
        assert_eq!(open(&leaf, &[3; 60]), None);
    }
}
