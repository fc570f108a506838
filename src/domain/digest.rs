//! A digest of words that every build gives alike: how two folds are told to agree.
//!
//! It is a [`Hasher`], so whatever derives `Hash` can be digested, in 128 bits. It guards against
//! disagreement and accident, not against an adversary (the journal is ours). Lengths and
//! discriminants are always eight bytes, so 32- and 64-bit builds agree.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::id::{InvalidId, text_in_json};

/// Odd constants of large Hamming distance: the golden ratio's and two primes of xxHash.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
const PRIME_A: u64 = 0xc2b2_ae3d_27d4_eb4f;
const PRIME_B: u64 = 0x1656_67b1_9e37_79f9;

/// A running digest: what was written to it so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Digest {
    high: u64,
    low: u64,
}

impl Digest {
    /// The digest of one value.
    #[must_use]
    pub fn of<T: Hash + ?Sized>(value: &T) -> Self {
        let mut digest = Self::default();
        value.hash(&mut digest);
        digest
    }

    /// The digest of what was digested so far and `value` after it.
    #[must_use]
    pub fn then<T: Hash + ?Sized>(mut self, value: &T) -> Self {
        value.hash(&mut self);
        self
    }

    fn mix(&mut self, word: u64) {
        self.high = fold(self.high ^ word ^ GOLDEN, PRIME_A).wrapping_add(self.low);
        self.low = fold(self.low.rotate_left(23) ^ word ^ PRIME_B, GOLDEN) ^ self.high;
    }
}

/// The 128-bit product, its halves folded together.
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a).wrapping_mul(u128::from(b));
    let [low, high] = split(product);
    low ^ high
}

/// The low and the high half of `value`.
fn split(value: u128) -> [u64; 2] {
    let bytes = value.to_le_bytes();
    let (low, high) = bytes.split_at(8);
    [low, high].map(|half| half.try_into().map_or(0, u64::from_le_bytes))
}

impl Hasher for Digest {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.mix(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            let mut word = [0; 8];
            for (to, from) in word.iter_mut().zip(rest) {
                *to = *from;
            }
            self.mix(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.mix(u64::from(value));
    }

    fn write_u16(&mut self, value: u16) {
        self.mix(u64::from(value));
    }

    fn write_u32(&mut self, value: u32) {
        self.mix(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.mix(value);
    }

    fn write_u128(&mut self, value: u128) {
        for half in split(value) {
            self.mix(half);
        }
    }

    fn write_usize(&mut self, value: usize) {
        self.mix(u64::try_from(value).unwrap_or(u64::MAX));
    }

    fn write_isize(&mut self, value: isize) {
        self.mix(i64::try_from(value).unwrap_or(i64::MAX).cast_unsigned());
    }

    fn finish(&self) -> u64 {
        self.high ^ self.low
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:016x}", self.high, self.low)
    }
}

impl std::str::FromStr for Digest {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = || InvalidId::new(text, "a digest: 32 hexadecimal digits");
        let value = u128::from_str_radix(text, 16).map_err(|_| invalid())?;
        let [low, high] = split(value);
        Ok(Self { high, low })
    }
}

text_in_json!(Digest, (u64, u64), |digest| (digest.high, digest.low), |(high, low)| Some(Digest {
    high,
    low
}));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_the_same_in_every_build() {
        let words = Digest::of(&("辽阳", 7_u32, [1_i64, -1], Some(true)));
        assert_eq!(words.to_string().parse::<Digest>().unwrap(), words);
        assert_eq!(words.to_string(), "bdef210de0017a5b14b0220e1beb8c55");
    }

    #[test]
    fn order_and_grouping_matter() {
        let ab = Digest::of(&"a").then(&"b");
        assert_ne!(ab, Digest::of(&"b").then(&"a"));
        assert_ne!(ab, Digest::of(&"ab"));
    }
}
