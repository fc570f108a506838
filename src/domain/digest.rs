//! A digest of words that every build gives alike: how two folds are told to agree.
//!
//! Whatever derives `Hash` can be digested, in 128 bits. It guards against disagreement and
//! accident, not against an adversary (the journal is ours). What is written is laid side by side,
//! each value as wide as it is, and digested sixteen bytes at a time. Lengths and discriminants are
//! one byte where they are small and nine where they are not, so 32- and 64-bit builds agree.

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
        Self::default().then(value)
    }

    /// The digest of what was digested so far and `value` after it.
    #[must_use]
    pub fn then<T: Hash + ?Sized>(self, value: &T) -> Self {
        let mut writing = Writing::after(self);
        value.hash(&mut writing);
        writing.end()
    }

    /// As much of it as goes into 64 bits.
    #[must_use]
    pub fn half(self) -> u64 {
        self.high ^ self.low
    }

    /// Takes two words, each into both halves.
    fn mix(&mut self, [first, second]: [u64; 2]) {
        self.high = fold(self.high ^ first ^ GOLDEN, second ^ PRIME_A).wrapping_add(self.low);
        self.low = fold(self.low.rotate_left(23) ^ second ^ PRIME_B, first ^ GOLDEN) ^ self.high;
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

/// What a length or a discriminant begins with that takes more than a byte.
const WIDE: u8 = u8::MAX;
/// Bytes that are digested at once.
const BLOCK: usize = 16;
/// Bytes that wait at the most: there is room for another word until that many wait.
const WAITING_MAX: usize = 256;

/// A digest, and what was written after it that is not digested yet.
struct Writing {
    digest: Digest,
    /// Bytes that are digested.
    digested: u64,
    waiting: [u8; WAITING_MAX],
    /// How many of these there are. What lies behind them is of before.
    waits: usize,
}

impl Writing {
    fn after(digest: Digest) -> Self {
        Self { digest, digested: 0, waiting: [0; WAITING_MAX], waits: 0 }
    }

    /// Takes the first `count` bytes of a word, of at most eight.
    #[inline]
    fn put(&mut self, word: u64, count: usize) {
        if WAITING_MAX - 8 < self.waits {
            self.make_room();
        }
        let room = self.waiting.get_mut(self.waits..).and_then(|room| room.first_chunk_mut::<8>());
        if let Some(room) = room {
            *room = word.to_le_bytes();
            self.waits = self.waits.saturating_add(count);
        }
    }

    #[inline]
    fn put_narrow(&mut self, value: u64) {
        match u8::try_from(value) {
            Ok(narrow) if narrow < WIDE => self.put(u64::from(narrow), 1),
            _ => {
                self.put(u64::from(WIDE), 1);
                self.put(value, 8);
            }
        }
    }

    /// Digests what waits, but for what fills no block.
    #[inline(never)]
    fn make_room(&mut self) {
        let (waiting, _) = self.waiting.split_at(self.waits.min(WAITING_MAX));
        let (blocks, rest) = waiting.as_chunks::<BLOCK>();
        for block in blocks {
            self.digest.mix(words(*block));
        }
        let digested = self.waits.saturating_sub(rest.len());
        self.waiting.copy_within(digested..self.waits, 0);
        self.waits = self.waits.saturating_sub(digested);
        self.digested = self.digested.wrapping_add(bytes(digested));
    }

    /// The digest of it all. The last block is filled up with zeroes; how much was written tells it
    /// from one that ends in them.
    fn end(mut self) -> Digest {
        let written = self.digested.wrapping_add(bytes(self.waits));
        self.put(0, 8);
        self.put(0, 8);
        self.make_room();
        self.digest.mix([written, GOLDEN]);
        self.digest
    }
}

/// Both words of a block.
fn words(block: [u8; BLOCK]) -> [u64; 2] {
    split(u128::from_le_bytes(block))
}

fn bytes(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

impl Hasher for Writing {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.put(u64::from_le_bytes(*word), 8);
        }
        let mut word = [0; 8];
        word.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        self.put(u64::from_le_bytes(word), rest.len());
    }

    #[inline]
    fn write_u8(&mut self, value: u8) {
        self.put(u64::from(value), 1);
    }

    #[inline]
    fn write_u16(&mut self, value: u16) {
        self.put(u64::from(value), 2);
    }

    #[inline]
    fn write_u32(&mut self, value: u32) {
        self.put(u64::from(value), 4);
    }

    #[inline]
    fn write_u64(&mut self, value: u64) {
        self.put(value, 8);
    }

    #[inline]
    fn write_u128(&mut self, value: u128) {
        for half in split(value) {
            self.put(half, 8);
        }
    }

    #[inline]
    fn write_usize(&mut self, value: usize) {
        self.put_narrow(u64::try_from(value).unwrap_or(u64::MAX));
    }

    #[inline]
    fn write_isize(&mut self, value: isize) {
        self.put_narrow(i64::try_from(value).unwrap_or(i64::MAX).cast_unsigned());
    }

    /// Nobody asks for what is not written to its end.
    fn finish(&self) -> u64 {
        self.digest.half()
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
        assert_eq!(words.to_string(), "5f5f8e0bd4c387d2a47ac363d682d7df");
    }

    #[test]
    fn order_and_grouping_matter() {
        let ab = Digest::of(&"a").then(&"b");
        assert_ne!(ab, Digest::of(&"b").then(&"a"));
        assert_ne!(ab, Digest::of(&"ab"));
    }

    #[test]
    fn what_is_written_is_laid_side_by_side_whatever_its_width() {
        let value = 0x0807_0605_0403_0201_u64;
        assert_eq!(Digest::of(&value), Digest::of(&(0x0403_0201_u32, 0x0807_0605_u32)));
        let narrow = (1_u8, 2_u8, 3_u8, 4_u8, 0x0605_u16, 0x0807_u16);
        assert_eq!(Digest::of(&(7_u8, value)), Digest::of(&(7_u8, narrow)));
        assert_ne!(Digest::of(&(7_u8, value)), Digest::of(&(value, 7_u8)));
    }

    #[test]
    fn every_byte_counts_and_so_does_how_many_there_are() {
        let mut digests = std::collections::BTreeSet::new();
        for length in 0..3 * WAITING_MAX {
            // Without its length, which would tell them apart by itself.
            let bytes = vec![0_u8; length];
            let zeroes =
                bytes.iter().fold(Writing::after(Digest::default()), |mut writing, byte| {
                    writing.write_u8(*byte);
                    writing
                });
            assert!(digests.insert(zeroes.end()), "{length}");
        }
        for at in 0..WAITING_MAX + BLOCK {
            let mut bytes = vec![0_u8; 2 * WAITING_MAX];
            *bytes.get_mut(at).unwrap() = 1;
            assert!(digests.insert(Digest::of(&bytes)), "{at}");
        }
    }

    #[test]
    fn a_length_beyond_a_byte_is_told_from_those_within() {
        let lengths = [0, 1, 254, 255, 256, 65_535];
        let digests = lengths.map(|length| Digest::of(&vec![0_u8; length]));
        let all: std::collections::BTreeSet<_> = digests.into_iter().collect();
        assert_eq!(all.len(), lengths.len());
    }
}
