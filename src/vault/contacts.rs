//! Contacts that come sealed: who sends over a road that keeps what it carries seals them first, to
//! a key that is public, and only the vault opens them.
//!
//! They are anonymous boxes of NaCl (X25519, XSalsa20-Poly1305), which every language has:
//! libsodium calls it `crypto_box_seal`.

use crypto_box::SecretKey;

use super::words::{Vault, VaultError};

impl Vault {
    /// The key that contacts are sealed to. It tells nothing; whoever sends may have it.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        self.contact_key().public_key().to_bytes()
    }

    /// Opens a contact that was sealed to [`Vault::public_key`].
    ///
    /// # Errors
    /// [`VaultError::Damaged`] where it was sealed to another key, or changed since.
    pub fn open_contact(&self, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.contact_key().unseal(sealed).map_err(|_| VaultError::Damaged)
    }

    fn contact_key(&self) -> SecretKey {
        SecretKey::from_bytes(self.keys().contact_key)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crypto_box::PublicKey;
    use crypto_box::aead::OsRng;

    use super::*;
    use crate::domain::KeyId;

    /// What PyNaCl 1.6 made of the same seed.
    const PUBLIC_KEY: &str = "e329edd94b9437cea75d454f938daacd9a2dfd9258ef2778da8f6eb112643438";
    const SEALED: &str = concat!(
        "6ca1c6cba0a2bd9468271dffb6212ff42629f29c64638babf2386fe68a116a43f15a6902",
        "5d6f1c366ecab393fe6488c683da464da75305bdecccbc4294b267993c9ba65e1fbfd6",
    );

    fn sealed(vault: &Vault, contact: &[u8]) -> Vec<u8> {
        PublicKey::from_bytes(vault.public_key()).seal(&mut OsRng, contact).unwrap()
    }

    #[test]
    fn a_contact_opens_where_it_was_sealed_to_and_nowhere_else() {
        let (vault, other) = (Vault::ephemeral([1; 32]), Vault::ephemeral([2; 32]));
        let mut bytes = sealed(&vault, b"13800138000");
        assert_eq!(vault.open_contact(&bytes).unwrap(), b"13800138000");
        assert!(matches!(other.open_contact(&bytes), Err(VaultError::Damaged)));
        for length in 0..bytes.len() {
            assert!(vault.open_contact(&bytes[..length]).is_err(), "{length}");
        }
        bytes[40] ^= 1;
        assert!(vault.open_contact(&bytes).is_err());
    }

    #[test]
    fn what_libsodium_sealed_is_opened() {
        let vault = Vault::ephemeral([1; 32]);
        assert_eq!(vault.public_key().map(|byte| format!("{byte:02x}")).concat(), PUBLIC_KEY);
        let sealed: Vec<u8> = SEALED
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect();
        assert_eq!(vault.open_contact(&sealed).unwrap(), br#"{"phone":"13800138000"}"#);
    }

    #[test]
    fn a_key_file_of_before_opens_what_it_did_and_gets_a_key_for_contacts() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("keys");
        drop(Vault::open(directory.path()).unwrap());
        let now = fs::read(&file).unwrap();
        // Its one subtree, whose seed was twice as long.
        let subtree = [&now[72..now.len() - 32], &[7; 16]].concat();
        let mut before = [b"LDVAULT1", &now[8..40], &subtree].concat();
        let sum = *blake3::hash(&before).as_bytes();
        before.extend_from_slice(&sum);
        fs::write(&file, before).unwrap();
        let vault = Vault::open(directory.path()).unwrap();
        let words = vault.seal(KeyId(1), "井盖").unwrap();
        let (key, bytes) = (vault.public_key(), sealed(&vault, b"c"));
        drop(vault);
        let vault = Vault::open(directory.path()).unwrap();
        assert_eq!((vault.public_key(), vault.open_contact(&bytes).unwrap()), (key, b"c".to_vec()));
        assert_eq!(vault.open_words(&words).unwrap(), "井盖");
        assert!(fs::read(&file).unwrap().starts_with(b"LDVAULT2"), "its tree stays as it was");
    }
}
