//! Sealing, opening and erasing words.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use crate::domain::{KeyId, Sealed, SourceKey};

use super::key_file::{self, Kept, Keys};
use super::match_key::MatchKey;
use super::sealing;
use super::sharing::Sharing;
use super::tree::{Leaf, Seed, Tree};

const KEY_FILE: &str = "keys";
const LOCK_FILE: &str = "lock";

/// Why words cannot be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The key was destroyed, and with it the words.
    #[error("these words were erased")]
    Erased,
    /// The bytes are not what was sealed under that key in this vault.
    #[error("the sealed words are damaged, or of another vault")]
    Damaged,
    /// There are too many bytes for one sealing.
    #[error("more than 64 GiB of words")]
    TooLong,
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

/// The owner of all keys. One process owns a vault's directory, or several share it.
pub struct Vault {
    keys: RwLock<Keys>,
    file: Option<PathBuf>,
    shared: Option<Sharing>,
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
        lock.try_lock().map_err(|error| refused(error, directory))?;
        let file = directory.join(KEY_FILE);
        let keys = RwLock::new(begin(&file)?);
        Ok(Self { keys, file: Some(file), shared: None, _lock: Some(lock) })
    }

    /// Opens the vault under `directory` beside other processes of a cluster that share it. What
    /// one erases, no other opens from then on.
    ///
    /// # Errors
    /// Where one process owns it for itself, or its key file is damaged or cannot be written.
    pub fn open_shared(directory: &Path) -> Result<Self, VaultError> {
        fs::create_dir_all(directory)?;
        let lock = File::create(directory.join(LOCK_FILE))?;
        lock.try_lock_shared().map_err(|error| refused(error, directory))?;
        let file = directory.join(KEY_FILE);
        let sharing = Sharing::new(directory);
        let keys = sharing.alone(|| {
            let keys = begin(&file)?;
            sharing.note(&file)?;
            Ok::<_, VaultError>(keys)
        })?;
        let (keys, file, shared) = (RwLock::new(keys), Some(file), Some(sharing));
        Ok(Self { keys, file, shared, _lock: Some(lock) })
    }

    /// A vault whose keys follow from `seed` and lie nowhere: for tests and assessments.
    #[must_use]
    pub fn ephemeral(seed: [u8; 32]) -> Self {
        let derive = |what: &str| *blake3::keyed_hash(&seed, what.as_bytes()).as_bytes();
        let (match_key, contact_key) = (derive("match"), derive("contact"));
        let match_key = MatchKey::new(match_key);
        let keys = Keys { match_key, contact_key, tree: Tree::new(derive("root")) };
        Self { keys: RwLock::new(keys), file: None, shared: None, _lock: None }
    }

    pub(super) fn keys(&self) -> RwLockReadGuard<'_, Keys> {
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
    pub fn match_key(&self) -> MatchKey {
        self.keys().match_key
    }

    /// Seals `words` under `key`. The same words under the same key give the same bytes.
    ///
    /// # Errors
    /// [`VaultError::Erased`] where the key was destroyed; [`VaultError::TooLong`].
    pub fn seal(&self, key: KeyId, words: &str) -> Result<Sealed, VaultError> {
        // What is sealed under a key that another has erased, nobody opens: so a look a second will
        // do, after which this process does not have the key either.
        if self.shared.as_ref().is_some_and(Sharing::is_due) {
            self.renew()?;
        }
        let bytes = sealing::seal(&self.leaf(key)?, words)?;
        Ok(Sealed { key, bytes })
    }

    /// A ticket's leaf of the tree.
    fn leaf(&self, key: KeyId) -> Result<Leaf, VaultError> {
        self.keys().tree.key(key).ok_or(VaultError::Erased)
    }

    /// Reads the keys again where another process has erased one.
    fn renew(&self) -> Result<(), VaultError> {
        let (Some(sharing), Some(file)) = (&self.shared, &self.file) else { return Ok(()) };
        if !sharing.is_stale(file)? {
            return Ok(());
        }
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        // What is noted first is at most older than what is read: then it is read again.
        sharing.note(file)?;
        let Some(Kept::Whole(read)) = key_file::read(file)? else {
            return Err(VaultError::Damaged);
        };
        *keys = read;
        Ok(())
    }

    /// Opens sealed words.
    ///
    /// # Errors
    /// [`VaultError::Erased`] where the key was destroyed, [`VaultError::Damaged`] where the bytes
    /// are not what was sealed.
    pub fn open_words(&self, sealed: &Sealed) -> Result<String, VaultError> {
        self.renew()?;
        let leaf = self.leaf(sealed.key)?;
        let words = sealing::open(&leaf, &sealed.bytes).ok_or(VaultError::Damaged)?;
        String::from_utf8(words).map_err(|_| VaultError::Damaged)
    }

    /// Destroys a key: its words are gone everywhere once this returns. Says whether it still was.
    ///
    /// # Errors
    /// Where the key file could not be replaced: then the key still is.
    pub fn erase(&self, key: KeyId) -> Result<bool, VaultError> {
        match &self.shared {
            None => self.puncture(key),
            Some(sharing) => sharing.alone(|| {
                self.renew()?;
                let was = self.puncture(key)?;
                self.file.as_deref().map_or(Ok(()), |file| sharing.note(file))?;
                Ok(was)
            }),
        }
    }

    fn puncture(&self, key: KeyId) -> Result<bool, VaultError> {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let (match_key, contact_key) = (keys.match_key, keys.contact_key);
        let mut next = Keys { match_key, contact_key, tree: keys.tree.clone() };
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

/// The keys of `file`, made where it is new.
fn begin(file: &Path) -> Result<Keys, VaultError> {
    key_file::remove_unfinished(file)?;
    let (keys, is_new) = match key_file::read(file)? {
        Some(Kept::Whole(keys)) => (keys, false),
        Some(Kept::Before(match_key, tree)) => {
            (Keys { match_key, contact_key: fresh_seed()?, tree }, true)
        }
        None => (fresh_keys()?, true),
    };
    if is_new {
        key_file::replace(file, &keys)?;
    }
    Ok(keys)
}

/// Why the lock of `directory` cannot be had.
fn refused(error: TryLockError, directory: &Path) -> VaultError {
    match error {
        TryLockError::WouldBlock => VaultError::Locked(directory.to_owned()),
        TryLockError::Error(error) => VaultError::Io(error),
    }
}

fn fresh_keys() -> Result<Keys, VaultError> {
    let (match_key, contact_key, root) = (fresh_seed()?, fresh_seed()?, fresh_seed()?);
    let match_key = MatchKey::new(match_key);
    Ok(Keys { match_key, contact_key, tree: Tree::new(root) })
}

fn fresh_seed() -> Result<Seed, VaultError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| VaultError::Random(error.to_string()))?;
    Ok(seed)
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
        assert!(!directory.path().join("keys.new").exists(), "it may hold keys destroyed since");
        assert_eq!(vault.match_key(), match_key);
        assert!(matches!(vault.open_words(&one), Err(VaultError::Erased)));
        assert_eq!(vault.open_words(&other).unwrap(), "other");
    }

    #[test]
    fn what_one_process_erases_no_other_opens() {
        let directory = tempfile::tempdir().unwrap();
        let [one, other] = [(); 2].map(|()| Vault::open_shared(directory.path()).unwrap());
        assert!(matches!(Vault::open(directory.path()), Err(VaultError::Locked(_))));
        assert_eq!(one.match_key(), other.match_key());
        let words = [ONE, OTHER].map(|key| one.seal(key, "井盖丢失").unwrap());
        assert_eq!(other.open_words(&words[0]).unwrap(), "井盖丢失");
        assert!(other.erase(ONE).unwrap());
        assert!(matches!(one.open_words(&words[0]), Err(VaultError::Erased)));
        assert!(one.erase(OTHER).unwrap());
        assert!(!one.erase(ONE).unwrap(), "an erasure of another is not undone");
        assert!(words.iter().all(|words| other.open_words(words).is_err()));
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
        let other_text = vault.seal(ONE, "other").unwrap();
        assert_ne!(sealed.bytes.last_chunk::<16>(), other_text.bytes.last_chunk::<16>());
        let moved = Sealed { key: OTHER, ..sealed.clone() };
        assert!(matches!(vault.open_words(&moved), Err(VaultError::Damaged)));
        for length in 0..sealed.bytes.len() {
            let cut = Sealed { key: ONE, bytes: sealed.bytes[..length].to_vec() };
            assert!(matches!(vault.open_words(&cut), Err(VaultError::Damaged)), "{length}");
        }
        assert_eq!(sealed, vault.seal(ONE, "words").unwrap(), "sealing is repeatable");
        assert!(matches!(Vault::ephemeral([2; 32]).open_words(&sealed), Err(VaultError::Damaged)));
        if let Some(byte) = sealed.bytes.last_mut() {
            *byte ^= 1;
        }
        assert!(matches!(vault.open_words(&sealed), Err(VaultError::Damaged)));
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_reads_the_key_file() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let vault = Vault::open(directory.path()).unwrap();
        assert!(vault.erase(ONE).unwrap());
        let mode = fs::metadata(directory.path().join(KEY_FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_failed_erasure_is_an_error_and_the_key_still_is() {
        let directory = tempfile::tempdir().unwrap();
        let vault = Vault::open(directory.path()).unwrap();
        let one = vault.seal(ONE, "one").unwrap();
        // A folder where the new file would be written: as good as a full disk.
        fs::create_dir(directory.path().join("keys.new")).unwrap();
        assert!(matches!(vault.erase(ONE), Err(VaultError::Io(_))));
        assert_eq!(vault.open_words(&one).unwrap(), "one");
        fs::remove_dir(directory.path().join("keys.new")).unwrap();
        drop(vault);
        let vault = Vault::open(directory.path()).unwrap();
        assert_eq!(vault.open_words(&one).unwrap(), "one");
        assert!(vault.erase(ONE).unwrap());
    }

    #[test]
    fn erasing_while_others_seal_disturbs_nobody() {
        let vault = Vault::ephemeral([1; 32]);
        std::thread::scope(|scope| {
            scope.spawn(|| (0..200).for_each(|key| assert!(vault.erase(KeyId(key)).unwrap())));
            for _ in 0..2 {
                scope.spawn(|| {
                    for key in 1_000..1_200 {
                        let sealed = vault.seal(KeyId(key), "words").unwrap();
                        assert_eq!(vault.open_words(&sealed).unwrap(), "words");
                    }
                });
            }
        });
        assert!((0..200).all(|key| vault.seal(KeyId(key), "words").is_err()));
    }

    #[test]
    fn a_thousand_erasures_stay_small_and_exact() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join(KEY_FILE);
        let tree = Tree::new([3; 32]);
        let match_key = MatchKey::new([0; 32]);
        let mut keys = Keys { match_key, contact_key: [1; 32], tree };
        for number in 0..1_000_u64 {
            assert!(keys.tree.puncture(Vault::key_for(SourceKey(u128::from(number)))));
        }
        key_file::replace(&file, &keys).unwrap();
        assert!(fs::metadata(&file).unwrap().len() < 5_000_000);
        let Some(Kept::Whole(read)) = key_file::read(&file).unwrap() else { panic!("not whole") };
        assert!(read.tree == keys.tree && read.contact_key == keys.contact_key);
    }
}
