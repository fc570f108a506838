//! Sealing, opening and erasing words.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::domain::{KeyId, Sealed, SourceKey};

use super::key_file::{self, Keys};
use super::tree::{Seed, Tree};

const KEY_FILE: &str = "keys";
const LOCK_FILE: &str = "lock";
const NONCE_BYTES: usize = 24;

/// Why words cannot be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The key was destroyed, and with it the words.
    #[error("these words were erased")]
    Erased,
    /// The bytes are not what was sealed under that key in this vault.
    #[error("the sealed words are damaged, or of another vault")]
    Damaged,
    /// Another process owns the vault.
    #[error("another process owns the vault {0}")]
    Locked(PathBuf),
    /// The key file cannot be read or written.
    #[error("the vault's key file: {0}")]
    Io(#[from] std::io::Error),
    /// The machine gives no randomness.
    #[error("no randomness: {0}")]
    Random(String),
}

/// The owner of all keys. One process owns a vault's directory.
pub struct Vault {
    keys: RwLock<Keys>,
    file: Option<PathBuf>,
    _lock: Option<File>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault({:?})", self.file)
    }
}

impl Vault {
    /// Opens the vault under `directory`, with fresh keys where it is new.
    ///
    /// # Errors
    /// Where another process owns it, or its key file is damaged or cannot be written.
    pub fn open(directory: &Path) -> Result<Self, VaultError> {
        fs::create_dir_all(directory)?;
        let lock = File::create(directory.join(LOCK_FILE))?;
        lock.try_lock().map_err(|_| VaultError::Locked(directory.to_owned()))?;
        let file = directory.join(KEY_FILE);
        let kept = key_file::read(&file)?;
        let is_new = kept.is_none();
        let keys = kept.map_or_else(fresh_keys, Ok)?;
        if is_new {
            key_file::replace(&file, &keys)?;
        }
        Ok(Self { keys: RwLock::new(keys), file: Some(file), _lock: Some(lock) })
    }

    /// A vault whose keys follow from `seed` and lie nowhere: for tests and assessments.
    #[must_use]
    pub fn ephemeral(seed: [u8; 32]) -> Self {
        let derive = |what: &str| *blake3::keyed_hash(&seed, what.as_bytes()).as_bytes();
        let keys = Keys { match_key: derive("match"), tree: Tree::new(derive("root")) };
        Self { keys: RwLock::new(keys), file: None, _lock: None }
    }

    fn keys(&self) -> RwLockReadGuard<'_, Keys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The key that a signal's words are sealed under: the same for the same signal, sent again.
    #[must_use]
    pub fn key_for(source: SourceKey) -> KeyId {
        let hash = blake3::hash(&source.0.to_be_bytes());
        let first = hash.as_bytes().first_chunk::<8>().copied().unwrap_or_default();
        KeyId(u64::from_be_bytes(first))
    }

    /// The key of the hashes that fusion compares; stable for the life of the vault.
    #[must_use]
    pub fn match_key(&self) -> Seed {
        self.keys().match_key
    }

    /// Seals `words` under `key`. The same words under the same key give the same bytes.
    ///
    /// # Errors
    /// [`VaultError::Erased`] where the key was destroyed.
    pub fn seal(&self, key: KeyId, words: &str) -> Result<Sealed, VaultError> {
        let secret = self.keys().tree.key(key).ok_or(VaultError::Erased)?;
        // Derived from the words, so one key never gives one nonce to two texts.
        let hash = blake3::keyed_hash(&secret, words.as_bytes());
        let (nonce, _) = hash.as_bytes().split_at(NONCE_BYTES);
        let sealed = cipher(&secret)
            .encrypt(XNonce::from_slice(nonce), words.as_bytes())
            .map_err(|_| VaultError::Damaged)?;
        let mut bytes = nonce.to_vec();
        bytes.extend_from_slice(&sealed);
        Ok(Sealed { key, bytes })
    }

    /// Opens sealed words.
    ///
    /// # Errors
    /// [`VaultError::Erased`] where the key was destroyed, [`VaultError::Damaged`] where the bytes
    /// are not what was sealed.
    pub fn open_words(&self, sealed: &Sealed) -> Result<String, VaultError> {
        let secret = self.keys().tree.key(sealed.key).ok_or(VaultError::Erased)?;
        let (nonce, bytes) =
            sealed.bytes.split_at_checked(NONCE_BYTES).ok_or(VaultError::Damaged)?;
        let words = cipher(&secret)
            .decrypt(XNonce::from_slice(nonce), bytes)
            .map_err(|_| VaultError::Damaged)?;
        String::from_utf8(words).map_err(|_| VaultError::Damaged)
    }

    /// Destroys a key: its words are gone everywhere once this returns. Says whether it still was.
    ///
    /// # Errors
    /// Where the key file could not be replaced: then the key still is.
    pub fn erase(&self, key: KeyId) -> Result<bool, VaultError> {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let mut next = Keys { match_key: keys.match_key, tree: keys.tree.clone() };
        if !next.tree.puncture(key) {
            return Ok(false);
        }
        if let Some(file) = &self.file {
            key_file::replace(file, &next)?;
        }
        *keys = next;
        Ok(true)
    }
}

fn cipher(secret: &Seed) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(secret.into())
}

fn fresh_keys() -> Result<Keys, VaultError> {
    let mut seeds = [[0; 32]; 2];
    for seed in &mut seeds {
        getrandom::fill(seed).map_err(|error| VaultError::Random(error.to_string()))?;
    }
    let [match_key, root] = seeds;
    Ok(Keys { match_key, tree: Tree::new(root) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: KeyId = KeyId(1);
    const OTHER: KeyId = KeyId(2);

    #[test]
    fn words_open_until_their_key_is_destroyed() {
        let vault = Vault::ephemeral([1; 32]);
        let (one, other) =
            (vault.seal(ONE, "井盖丢失").unwrap(), vault.seal(OTHER, "积水").unwrap());
        assert!(!String::from_utf8_lossy(&one.bytes).contains("井盖"));
        assert_eq!(vault.open_words(&one).unwrap(), "井盖丢失");
        assert!(vault.erase(ONE).unwrap());
        assert!(matches!(vault.open_words(&one), Err(VaultError::Erased)));
        assert!(matches!(vault.seal(ONE, "again"), Err(VaultError::Erased)));
        assert_eq!(vault.open_words(&other).unwrap(), "积水");
    }

    #[test]
    fn an_erasure_survives_a_restart_and_the_others_do_too() {
        let directory = tempfile::tempdir().unwrap();
        let vault = Vault::open(directory.path()).unwrap();
        let (one, other) = (vault.seal(ONE, "one").unwrap(), vault.seal(OTHER, "other").unwrap());
        let match_key = vault.match_key();
        assert!(vault.erase(ONE).unwrap());
        drop(vault);
        // A crash between writing and renaming leaves a file beside it, which nobody reads.
        fs::write(directory.path().join("keys.new"), b"half").unwrap();
        let vault = Vault::open(directory.path()).unwrap();
        assert_eq!(vault.match_key(), match_key);
        assert!(matches!(vault.open_words(&one), Err(VaultError::Erased)));
        assert_eq!(vault.open_words(&other).unwrap(), "other");
    }

    #[test]
    fn a_vault_has_one_owner_and_no_damage() {
        let directory = tempfile::tempdir().unwrap();
        let vault = Vault::open(directory.path()).unwrap();
        assert!(matches!(Vault::open(directory.path()), Err(VaultError::Locked(_))));
        drop(vault);
        let file = directory.path().join(KEY_FILE);
        let mut bytes = fs::read(&file).unwrap();
        bytes[20] ^= 1;
        fs::write(&file, bytes).unwrap();
        assert!(matches!(Vault::open(directory.path()), Err(VaultError::Io(_))));
    }

    #[test]
    fn another_vault_and_changed_bytes_open_nothing() {
        let vault = Vault::ephemeral([1; 32]);
        let mut sealed = vault.seal(ONE, "words").unwrap();
        assert_eq!(sealed, vault.seal(ONE, "words").unwrap(), "sealing is repeatable");
        assert!(matches!(Vault::ephemeral([2; 32]).open_words(&sealed), Err(VaultError::Damaged)));
        if let Some(byte) = sealed.bytes.last_mut() {
            *byte ^= 1;
        }
        assert!(matches!(vault.open_words(&sealed), Err(VaultError::Damaged)));
    }

    #[test]
    fn a_thousand_erasures_stay_small_and_exact() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join(KEY_FILE);
        let mut keys = Keys { match_key: [0; 32], tree: Tree::new([3; 32]) };
        for number in 0..1_000_u64 {
            assert!(keys.tree.puncture(Vault::key_for(SourceKey(u128::from(number)))));
        }
        key_file::replace(&file, &keys).unwrap();
        assert!(fs::metadata(&file).unwrap().len() < 3_000_000);
        let read = key_file::read(&file).unwrap().unwrap();
        assert!(read.tree == keys.tree);
    }
}
