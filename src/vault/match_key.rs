//! The hashes that fusion compares: of words and tags, under the city's key.
//!
//! They are made for every word of every report, so a vault of today takes SipHash-2-4 (Aumasson
//! and Bernstein 2012), a pseudorandom function for short texts, under a key for each purpose. A
//! vault of before goes on with BLAKE3: what one city compares is hashed one way for ever
//! (`docs/decisions/0013`).

use siphasher::sip::SipHasher24;

use crate::domain::TagKind;

use super::tree::Seed;

/// What is hashed: each under a key of its own, in the order of [`place`].
const PURPOSES: [&str; 8] =
    ["word", "mark", "make", "colour", "body", "street", "house", "ordinal"];

/// The key of the hashes that fusion compares.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MatchKey {
    seed: Seed,
    scheme: Scheme,
}

/// How it hashes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    /// BLAKE3, keyed, of the purpose and the text.
    First,
    /// SipHash-2-4 of the text, under the purpose's key.
    Second([[u8; 16]; PURPOSES.len()]),
}

impl std::fmt::Debug for MatchKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MatchKey(withheld)")
    }
}

impl MatchKey {
    /// The key of a vault made today.
    #[must_use]
    pub fn new(seed: Seed) -> Self {
        let key = |purpose: &str| {
            let derived = blake3::keyed_hash(&seed, format!("match 2: {purpose}").as_bytes());
            derived.as_bytes().first_chunk::<16>().copied().unwrap_or_default()
        };
        Self { seed, scheme: Scheme::Second(PURPOSES.map(key)) }
    }

    /// The key of a vault that was made before there was [`MatchKey::new`].
    pub(super) fn of_before(seed: Seed) -> Self {
        Self { seed, scheme: Scheme::First }
    }

    /// What it is derived from.
    pub(super) fn seed(&self) -> Seed {
        self.seed
    }

    /// The hash of a word.
    #[must_use]
    pub fn word(&self, word: &str) -> u32 {
        let [a, b, c, d, ..] = self.hash(0, word);
        u32::from_le_bytes([a, b, c, d])
    }

    /// The hash of a tag of one kind.
    #[must_use]
    pub fn tag(&self, kind: TagKind, value: &str) -> u16 {
        let [a, b, ..] = self.hash(place(kind), value);
        u16::from_le_bytes([a, b])
    }

    fn hash(&self, purpose: usize, text: &str) -> [u8; 8] {
        match &self.scheme {
            Scheme::First => {
                let purpose = PURPOSES.get(purpose).copied().unwrap_or_default();
                let mut hasher = blake3::Hasher::new_keyed(&self.seed);
                hasher.update(purpose.as_bytes()).update(&[0]).update(text.as_bytes());
                hasher.finalize().as_bytes().first_chunk().copied().unwrap_or_default()
            }
            Scheme::Second(keys) => {
                let key = keys.get(purpose).copied().unwrap_or_default();
                SipHasher24::new_with_key(&key).hash(text.as_bytes()).to_le_bytes()
            }
        }
    }
}

/// Where the purpose of a kind of tags stands.
fn place(kind: TagKind) -> usize {
    match kind {
        TagKind::Mark => 1,
        TagKind::Make => 2,
        TagKind::Colour => 3,
        TagKind::Body => 4,
        TagKind::Street => 5,
        TagKind::House => 6,
        TagKind::Ordinal => 7,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scheme_hashes_as_it_always_has() {
        let (before, now) = (MatchKey::of_before([7; 32]), MatchKey::new([7; 32]));
        let hashes = |key: MatchKey| (key.word("honda"), key.tag(TagKind::Make, "honda"));
        let plain = |text: &[u8]| *blake3::keyed_hash(&[7; 32], text).as_bytes();
        let (word, tag) = (plain(b"word\0honda"), plain(b"make\0honda"));
        assert!(word.starts_with(&before.word("honda").to_le_bytes()));
        assert!(tag.starts_with(&before.tag(TagKind::Make, "honda").to_le_bytes()));
        assert_eq!(hashes(before), (3_853_250_963, 29_683));
        assert_eq!(hashes(now), (941_652_685, 30_480));
        assert_ne!(now.word("honda"), MatchKey::new([8; 32]).word("honda"));
    }
}
