//! A map for keys that are digests already: as fast as a hash table, and the same in every replay.
//!
//! Source keys are evenly spread over 128 bits, so their low bits choose a bucket. The table grows
//! one bucket at a time (linear hashing): no insertion ever moves more than one bucket, and the
//! layout follows from the order of insertions alone. A `BTreeMap` of millions of random keys
//! costs three to four times as much, most of it waiting for memory.

use serde::{Deserialize, Serialize};

/// Keys a bucket holds on average before the table grows.
const KEYS_PER_BUCKET: usize = 6;

/// A key's bits, as two halves: a `u128` would widen each slot to 32 bytes.
type Key = [u64; 2];

/// Numbers by random key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
pub(super) struct Keyed {
    buckets: Vec<Vec<(Key, u64)>>,
    /// How many keys it holds.
    len: usize,
}

impl Keyed {
    /// The number under `key`.
    pub(super) fn get(&self, key: u128) -> Option<u64> {
        let key = halves(key);
        let bucket = self.buckets.get(self.bucket_of(key))?;
        bucket.iter().find(|(known, _)| *known == key).map(|(_, number)| *number)
    }

    /// Puts `number` under `key`, unless there is one: then says which.
    pub(super) fn insert(&mut self, key: u128, number: u64) -> Result<(), u64> {
        if let Some(known) = self.get(key) {
            return Err(known);
        }
        if self.buckets.len().saturating_mul(KEYS_PER_BUCKET) <= self.len {
            self.grow();
        }
        let key = halves(key);
        let at = self.bucket_of(key);
        if let Some(bucket) = self.buckets.get_mut(at) {
            bucket.push((key, number));
            self.len = self.len.saturating_add(1);
        }
        Ok(())
    }

    /// Takes `key` out.
    pub(super) fn remove(&mut self, key: u128) {
        let key = halves(key);
        let at = self.bucket_of(key);
        let Some(bucket) = self.buckets.get_mut(at) else { return };
        if let Some(slot) = bucket.iter().position(|(known, _)| *known == key) {
            bucket.swap_remove(slot);
            self.len = self.len.saturating_sub(1);
        }
    }

    /// Which bucket `key` lies in: by as many low bits as name a bucket that is there already.
    fn bucket_of(&self, [_, low]: Key) -> usize {
        let whole = self.buckets.len().checked_next_power_of_two().unwrap_or(usize::MAX);
        let low = usize::try_from(low & u64::from(u32::MAX)).unwrap_or(0);
        let at = low & whole.saturating_sub(1);
        if at < self.buckets.len() { at } else { low & (whole >> 1).saturating_sub(1) }
    }

    /// Adds a bucket, and gives it those keys of its elder that belong there now.
    fn grow(&mut self) {
        let new = self.buckets.len();
        self.buckets.push(Vec::new());
        let half = self.buckets.len().checked_next_power_of_two().map_or(0, |whole| whole >> 1);
        let elder = new.saturating_sub(half);
        let Some(bucket) = self.buckets.get_mut(elder) else { return };
        let keys = std::mem::take(bucket);
        for slot in keys {
            let at = self.bucket_of(slot.0);
            if let Some(bucket) = self.buckets.get_mut(at) {
                bucket.push(slot);
            }
        }
    }
}

/// The high and the low half of a key.
fn halves(key: u128) -> Key {
    let low = u64::try_from(key & u128::from(u64::MAX)).unwrap_or(0);
    [u64::try_from(key >> 64).unwrap_or(0), low]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// Numbers that look random and are the same each time.
    fn keys(count: u128) -> impl Iterator<Item = u128> {
        let odd = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
        (1..=count).map(move |n| n.wrapping_mul(odd).rotate_left(64).wrapping_mul(odd))
    }

    #[test]
    fn it_holds_what_a_plain_map_holds() {
        let (mut keyed, mut plain) = (Keyed::default(), BTreeMap::new());
        for (number, key) in (0..).zip(keys(5_000)) {
            assert_eq!(keyed.insert(key, number), Ok(()));
            plain.insert(key, number);
            if number % 3 == 0 {
                let old = keys(5_000).nth(usize::try_from(number / 2).unwrap()).unwrap();
                keyed.remove(old);
                plain.remove(&old);
            }
        }
        assert_eq!(keyed.len, plain.len());
        for key in keys(5_001) {
            assert_eq!(keyed.get(key), plain.get(&key).copied());
        }
        for (key, number) in plain {
            assert_eq!(keyed.insert(key, 0), Err(number));
        }
    }

    #[test]
    fn keys_spread_over_buckets_that_stay_small() {
        let mut keyed = Keyed::default();
        for key in keys(20_000) {
            keyed.insert(key, 1).unwrap();
        }
        let fullest = keyed.buckets.iter().map(Vec::len).max().unwrap();
        assert!(fullest <= 40, "a bucket holds {fullest} keys");
        assert!(20_000 / KEYS_PER_BUCKET <= keyed.buckets.len());
    }
}
