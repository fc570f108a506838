//! A contact that came sealed to the vault's public key, and that key as it is given out.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;

use crate::domain::limits::CONTACT_BYTES_MAX;
use crate::wire::feeds::Contact;

/// The vault's public key, for senders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VaultKey {
    /// How to seal: an anonymous box of NaCl (`crypto_box_seal` of libsodium).
    pub algorithm: &'static str,
    /// The key, base64.
    pub public_key: String,
}

/// The key as it is given out.
#[must_use]
pub fn vault_key(public_key: &[u8]) -> VaultKey {
    let algorithm = "x25519-blake2b-xsalsa20-poly1305-seal";
    VaultKey { algorithm, public_key: BASE64_STANDARD.encode(public_key) }
}

/// The bytes of a base64 text, where it is one.
#[must_use]
pub fn sealed_bytes(text: &str) -> Option<Vec<u8>> {
    BASE64_STANDARD.decode(text).ok()
}

/// The contact that was sealed, where it is one: the JSON object of `contact`, each part within its
/// limit.
#[must_use]
pub fn contact(opened: &[u8]) -> Option<Contact> {
    let contact: Contact = serde_json::from_slice(opened).ok()?;
    let parts = [&contact.name, &contact.phone, &contact.email];
    let short =
        |part: &&Option<String>| part.as_ref().is_none_or(|text| text.len() <= CONTACT_BYTES_MAX);
    parts.iter().all(short).then_some(contact)
}
