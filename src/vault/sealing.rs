//! How one ticket's words are sealed, now and before.
//!
//! Now: AES-128-GCM-SIV (Gueron, Langley and Lindell, RFC 8452) under a key that seals nothing
//! else, with a nonce of zeroes. It is made for nonces that come again: the same words give the
//! same bytes, other words others, and that is all that is told. In vaults whose keys come from
//! BLAKE3: `XChaCha20`, and for a nonce a keyed hash of the words, which tells at once whether what
//! is opened is what was sealed (a synthetic IV: Rogaway and Shrimpton, *Deterministic
//! authenticated encryption*, 2006).

use aes_gcm_siv::aead::AeadInOut as _;
use aes_gcm_siv::{Aes128GcmSiv, KeyInit as _, Nonce};
use chacha20::XChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use super::tree::{Growth, Leaf, Seed, narrow};
use super::words::VaultError;

/// The first byte of sealed words: which layout and cipher follow.
const FIRST: u8 = 1;
const SECOND: u8 = 2;
const THIRD: u8 = 3;
/// Bytes of a nonce, which is the tag as well in the second layout.
const NONCE_BYTES: usize = 24;
/// Bytes of the third layout's tag.
const TAG_BYTES: usize = 16;

/// Seals `words` under a ticket's leaf of the tree.
pub(super) fn seal(leaf: &Leaf, words: &str) -> Result<Vec<u8>, VaultError> {
    match leaf.growth {
        Growth::First | Growth::Second => Ok(sealed_second(&leaf.seed, words)),
        Growth::Third => sealed_third(&leaf.seed, words).ok_or(VaultError::TooLong),
    }
}

fn sealed_second(leaf: &Seed, words: &str) -> Vec<u8> {
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

/// The layout, then what the cipher gives, then its tag; none of more than 64 GiB.
fn sealed_third(leaf: &Seed, words: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(1 + words.len() + TAG_BYTES);
    bytes.push(THIRD);
    bytes.extend_from_slice(words.as_bytes());
    let text = bytes.get_mut(1..)?.into();
    let tag = third(leaf).encrypt_inout_detached(&Nonce::default(), &[], text).ok()?;
    bytes.extend_from_slice(&tag);
    Some(bytes)
}

fn third(leaf: &Seed) -> Aes128GcmSiv {
    Aes128GcmSiv::new(&narrow(leaf).into())
}

/// The words that were sealed, of whichever layout; none where they were changed since.
pub(super) fn open(leaf: &Leaf, sealed: &[u8]) -> Option<Vec<u8>> {
    let (layout, bytes) = sealed.split_first()?;
    if (*layout, leaf.growth) == (THIRD, Growth::Third) {
        let (text, tag) = bytes.split_last_chunk::<TAG_BYTES>()?;
        let mut words = text.to_vec();
        let text = words.as_mut_slice().into();
        let opened =
            third(&leaf.seed).decrypt_inout_detached(&Nonce::default(), &[], text, tag.into());
        return opened.is_ok().then_some(words);
    }
    opened_before(&leaf.seed, *layout, bytes)
}

fn opened_before(leaf: &Seed, layout: u8, bytes: &[u8]) -> Option<Vec<u8>> {
    let (nonce, bytes) = bytes.split_first_chunk::<NONCE_BYTES>()?;
    match layout {
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
        let words = "井盖丢失";
        let leaves = |seed| {
            [Growth::First, Growth::Second, Growth::Third]
                .map(|growth| Leaf { growth, seed: [seed; 32] })
        };
        let [leaf, ..] = leaves(7);
        let before = (leaf, sealed_before(&leaf.seed, words));
        let today = leaves(7).map(|leaf| (leaf, seal(&leaf, words).unwrap()));
        assert_eq!(today.clone().map(|(_, sealed)| sealed[0]), [SECOND, SECOND, THIRD]);
        for (leaf, sealed) in today.into_iter().chain([before]) {
            assert_eq!(open(&leaf, &sealed).unwrap(), words.as_bytes());
            assert!(leaves(8).iter().all(|other| open(other, &sealed).is_none()));
        }
        for layout in 0..=u8::MAX {
            assert!(leaves(7).iter().all(|leaf| open(leaf, &[layout; 60]).is_none()));
        }
    }

    #[test]
    fn each_layout_seals_as_it_always_has() {
        let sealed = |growth| {
            let bytes = seal(&Leaf { growth, seed: [7; 32] }, "井盖").unwrap();
            bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
        };
        assert_eq!(sealed(Growth::First), sealed(Growth::Second));
        assert_eq!(
            sealed(Growth::Second),
            "0276e8dc2083ae0b175ecdd7019b6650736a86a9836fa575c525c8dbd26215"
        );
        assert_eq!(sealed(Growth::Third), "03b31d28050ffc4a7f86fcd6e7c4f76641767c997d3f01");
    }

    #[test]
    fn the_third_layout_is_what_the_standard_says() {
        // RFC 8452, appendix C.1: this key and nonce, and eight bytes.
        let hex = |text: &str| -> Vec<u8> {
            let digits: Vec<char> = text.chars().collect();
            let byte = |pair: &[char]| u8::from_str_radix(&pair.iter().collect::<String>(), 16);
            digits.chunks(2).map(|pair| byte(pair).unwrap()).collect()
        };
        let mut text = hex("0100000000000000");
        let mut key = [0; 16];
        key[0] = 1;
        let nonce: [u8; 12] = hex("030000000000000000000000").try_into().unwrap();
        let cipher = Aes128GcmSiv::new(&key.into());
        let tag =
            cipher.encrypt_inout_detached(&nonce.into(), &[], text.as_mut_slice().into()).unwrap();
        text.extend_from_slice(&tag);
        assert_eq!(text, hex("b5d839330ac7b786578782fff6013b815b287c22493a364c"));
    }
}
