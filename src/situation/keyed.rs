//! A map for keys that are spread evenly: as fast as a hash table, and the same in every replay.
//!
//! The low bits of a key's spread choose a bucket. The table grows one bucket at a time (linear
//! hashing; Litwin, VLDB 1980): no insertion ever moves more than one bucket, and the layout
//! follows from the order of insertions alone. A `BTreeMap` of millions of random keys costs three
//! to four times as much, most of it waiting for memory.

use serde::{Deserialize, Serialize};

/// Keys a bucket holds on average before the table grows.
const KEYS_PER_BUCKET: usize = 6;

/// What can be a key.
pub(super) trait Key: Copy + Eq {
    /// Bits that are spread evenly over the keys there are; the low 32 count.
    fn spread(self) -> u64;
}

/// A digest's bits, as two halves: a `u128` would widen each slot to 32 bytes.
impl Key for [u64; 2] {
    fn spread(self) -> u64 {
        let [_, low] = self;
        low
    }
}

/// Values by key, in no order that means anything.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Keyed<K, V> {
    buckets: Vec<Vec<(K, V)>>,
    /// How many keys it holds.
    len: usize,
}

impl<K, V> Default for Keyed<K, V> {
    fn default() -> Self {
        Self { buckets: Vec::new(), len: 0 }
    }
}

impl<K: Key, V> Keyed<K, V> {
    /// How many keys it holds.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// What is under `key`.
    pub(super) fn get(&self, key: K) -> Option<&V> {
        let bucket = self.buckets.get(self.bucket_of(key))?;
        bucket.iter().find(|(known, _)| *known == key).map(|(_, value)| value)
    }

    /// What is under `key`, to be changed.
    pub(super) fn get_mut(&mut self, key: K) -> Option<&mut V> {
        let at = self.bucket_of(key);
        let bucket = self.buckets.get_mut(at)?;
        bucket.iter_mut().find(|(known, _)| *known == key).map(|(_, value)| value)
    }

    /// Puts `value` under `key`, unless there is one: then says which.
    pub(super) fn insert(&mut self, key: K, value: V) -> Result<(), V>
    where
        V: Copy,
    {
        if let Some(known) = self.get(key) {
            return Err(*known);
        }
        self.add(key, value);
        Ok(())
    }

    /// Changes what is under `key`, a default where there was nothing.
    pub(super) fn change<T>(&mut self, key: K, change: impl FnOnce(&mut V) -> T) -> T
    where
        V: Default,
    {
        if let Some(value) = self.get_mut(key) {
            return change(value);
        }
        let mut value = V::default();
        let changed = change(&mut value);
        self.add(key, value);
        changed
    }

    /// Takes `key` out, and what was under it.
    pub(super) fn remove(&mut self, key: K) -> Option<V> {
        let at = self.bucket_of(key);
        let bucket = self.buckets.get_mut(at)?;
        let place = bucket.iter().position(|(known, _)| *known == key)?;
        self.len = self.len.saturating_sub(1);
        Some(bucket.swap_remove(place).1)
    }

    /// Every key, with what is under it.
    pub(super) fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.buckets.iter().flatten().map(|(key, value)| (*key, value))
    }

    /// Reads what a look for `key` will read first; says something of it, so that it is read.
    pub(super) fn touch(&self, key: K) -> u64 {
        let bucket = self.buckets.get(self.bucket_of(key));
        let ends = bucket.and_then(|bucket| Some((bucket.first()?, bucket.last()?)));
        ends.map_or(0, |((first, _), (last, _))| first.spread() ^ last.spread())
    }

    /// Adds a key that is not there.
    fn add(&mut self, key: K, value: V) {
        if self.buckets.len().saturating_mul(KEYS_PER_BUCKET) <= self.len {
            self.grow();
        }
        let at = self.bucket_of(key);
        if let Some(bucket) = self.buckets.get_mut(at) {
            bucket.push((key, value));
            self.len = self.len.saturating_add(1);
        }
    }

    /// Which bucket `key` lies in: by as many low bits as name a bucket that is there already.
    fn bucket_of(&self, key: K) -> usize {
        let whole = self.buckets.len().checked_next_power_of_two().unwrap_or(usize::MAX);
        let low = usize::try_from(key.spread() & u64::from(u32::MAX)).unwrap_or(0);
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

#[cfg(test)]
impl<K, V> Keyed<K, V> {
    /// The keys of the fullest bucket.
    pub(super) fn fullest(&self) -> usize {
        self.buckets.iter().map(Vec::len).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn halves(key: u128) -> [u64; 2] {
        [u64::try_from(key >> 64).unwrap(), u64::try_from(key & u128::from(u64::MAX)).unwrap()]
    }

    /// Numbers that look random and are the same each time.
    fn keys(count: u128) -> impl Iterator<Item = u128> {
        let odd = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
        (1..=count).map(move |n| n.wrapping_mul(odd).rotate_left(64).wrapping_mul(odd))
    }

    #[test]
    fn it_holds_what_a_plain_map_holds() {
        let (mut keyed, mut plain) = (Keyed::default(), BTreeMap::new());
        for (number, key) in (0..).zip(keys(5_000)) {
            assert_eq!(keyed.insert(halves(key), number), Ok(()));
            plain.insert(key, number);
            if number % 3 == 0 {
                let old = keys(5_000).nth(usize::try_from(number / 2).unwrap()).unwrap();
                assert_eq!(keyed.remove(halves(old)), plain.remove(&old));
            }
        }
        assert_eq!(keyed.len, plain.len());
        for key in keys(5_001) {
            assert_eq!(keyed.get(halves(key)), plain.get(&key));
        }
        for (key, number) in plain {
            assert_eq!(keyed.insert(halves(key), 0), Err(number));
        }
    }

    #[test]
    fn keys_spread_over_buckets_that_stay_small() {
        let mut keyed = Keyed::default();
        for key in keys(20_000) {
            keyed.insert(halves(key), 1).unwrap();
        }
        assert!(keyed.fullest() <= 40, "a bucket holds {} keys", keyed.fullest());
        assert!(20_000 / KEYS_PER_BUCKET <= keyed.buckets.len());
    }

    #[test]
    fn what_is_not_there_is_changed_from_a_default() {
        let mut keyed: Keyed<[u64; 2], Vec<u8>> = Keyed::default();
        for (key, byte) in [(7, 1), (9, 2), (7, 3)] {
            keyed.change(halves(key), |bytes| bytes.push(byte));
        }
        assert_eq!((keyed.len(), keyed.get(halves(7))), (2, Some(&vec![1, 3])));
        assert_eq!(keyed.remove(halves(9)), Some(vec![2]));
        assert_eq!((keyed.len(), keyed.iter().count()), (1, 1));
    }
}
