//! A map by case or ticket number: ordered as a `BTreeMap` is, and found in two steps.
//!
//! Numbers are given one after the other, so they name a place: sixty-four lie side by side on a
//! page, a thousand pages in a block. What has left leaves no hole: a page holds what it has, in
//! order, and a bit for each. A city's open cases are so many that every step down a tree is a wait
//! for memory; here it is one wait, and several of them overlap where numbers are looked up in a
//! row.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::ids::Partition;

/// Numbers of a page, by its bits; of a block, by how many pages it may have.
const PAGE_BITS: u32 = 6;
const BLOCK_BITS: u32 = 16;

/// An identifier that is a number within a partition.
pub trait Numbered: Copy + Ord {
    /// The identifier with `number` in `partition`.
    fn numbered(partition: Partition, number: u64) -> Self;
    /// Its partition and number.
    fn parts(self) -> (Partition, u64);
}

/// Values by number.
#[derive(Clone)]
pub struct ByNumber<K, V> {
    blocks: BTreeMap<(Partition, u64), Vec<Page<V>>>,
    len: usize,
    keys: PhantomData<K>,
}

/// The values of sixty-four numbers.
#[derive(Clone)]
struct Page<V> {
    /// A bit for each number that has a value.
    held: u64,
    /// Those values, in order.
    values: Vec<V>,
}

impl<V> Default for Page<V> {
    fn default() -> Self {
        Self { held: 0, values: Vec::new() }
    }
}

impl<V> Page<V> {
    /// Where the value of the number with `bit` stands, or would.
    fn place(&self, bit: u64) -> usize {
        let before = self.held & bit.wrapping_sub(1);
        usize::try_from(before.count_ones()).unwrap_or(usize::MAX)
    }

    fn get(&self, bit: u64) -> Option<&V> {
        if self.held & bit == 0 {
            return None;
        }
        self.values.get(self.place(bit))
    }

    fn get_mut(&mut self, bit: u64) -> Option<&mut V> {
        if self.held & bit == 0 {
            return None;
        }
        let place = self.place(bit);
        self.values.get_mut(place)
    }

    fn insert(&mut self, bit: u64, value: V) -> Option<V> {
        if let Some(known) = self.get_mut(bit) {
            return Some(std::mem::replace(known, value));
        }
        let place = self.place(bit);
        self.values.insert(place, value);
        self.held |= bit;
        None
    }

    fn remove(&mut self, bit: u64) -> Option<V> {
        if self.held & bit == 0 {
            return None;
        }
        let value = self.values.remove(self.place(bit));
        self.held &= !bit;
        // What stays long does not keep the room of what has gone.
        if self.values.len().saturating_mul(4) <= self.values.capacity() {
            self.values.shrink_to(self.values.len().saturating_mul(2));
        }
        Some(value)
    }

    /// The numbers within the page that have a value, in order.
    fn numbers(&self) -> impl Iterator<Item = u64> + use<V> {
        let mut left = self.held;
        std::iter::from_fn(move || {
            let first = left.checked_ilog2().map(|_| left.trailing_zeros())?;
            left &= left.wrapping_sub(1);
            Some(u64::from(first))
        })
    }
}

/// Where a number lies: its block, its page in it, its bit there.
fn place(number: u64) -> (u64, usize, u64) {
    let page = (number >> PAGE_BITS) & ((1 << (BLOCK_BITS - PAGE_BITS)) - 1);
    let bit = 1 << (number & ((1 << PAGE_BITS) - 1));
    (number >> BLOCK_BITS, usize::try_from(page).unwrap_or(0), bit)
}

/// The page of that number in its block, made where it is new.
fn made<V>(pages: &mut Vec<Page<V>>, page: usize) -> Option<&mut Page<V>> {
    if pages.len() <= page {
        pages.resize_with(page.saturating_add(1), Page::default);
    }
    pages.get_mut(page)
}

impl<K, V> Default for ByNumber<K, V> {
    fn default() -> Self {
        Self { blocks: BTreeMap::new(), len: 0, keys: PhantomData }
    }
}

impl<K: Numbered, V> ByNumber<K, V> {
    /// How many values it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The value of `key`.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&V> {
        let (partition, number) = key.parts();
        let (block, page, bit) = place(number);
        self.blocks.get(&(partition, block))?.get(page)?.get(bit)
    }

    /// The value of `key`, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let (partition, number) = key.parts();
        let (block, page, bit) = place(number);
        self.blocks.get_mut(&(partition, block))?.get_mut(page)?.get_mut(bit)
    }

    /// Whether `key` has a value.
    #[must_use]
    pub fn contains_key(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    /// Gives `key` a value; returns the one it had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let (partition, number) = key.parts();
        let (block, page, bit) = place(number);
        let page = made(self.blocks.entry((partition, block)).or_default(), page)?;
        let before = page.insert(bit, value);
        if before.is_none() {
            self.len = self.len.saturating_add(1);
        }
        before
    }

    /// The value of `key`, made where it has none.
    pub fn or_default(&mut self, key: K) -> Option<&mut V>
    where
        V: Default,
    {
        let (partition, number) = key.parts();
        let (block, page, bit) = place(number);
        let page = made(self.blocks.entry((partition, block)).or_default(), page)?;
        if page.held & bit == 0 {
            page.insert(bit, V::default());
            self.len = self.len.saturating_add(1);
        }
        page.get_mut(bit)
    }

    /// Takes out and returns the value of `key`.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let (partition, number) = key.parts();
        let (block, page, bit) = place(number);
        let pages = self.blocks.get_mut(&(partition, block))?;
        let page = pages.get_mut(page)?;
        let value = page.remove(bit)?;
        self.len = self.len.saturating_sub(1);
        if page.held == 0 && pages.iter().all(|page| page.held == 0) {
            self.blocks.remove(&(partition, block));
        }
        Some(value)
    }

    /// Takes everything out.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Everything, in order.
    pub fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.after(None)
    }

    /// What comes after `key`, in order; everything where there is none.
    pub fn after(&self, key: Option<K>) -> impl Iterator<Item = (K, &V)> {
        let (partition, number) = key.map_or((Partition(0), 0), K::parts);
        let (block, page, _) = place(number);
        let first = (partition, block);
        let pairs = self.blocks.range(first..).flat_map(move |(at, pages)| {
            let skipped = if *at == first { page } else { 0 };
            let pages = (0_u64..).zip(pages).skip(skipped);
            pages.flat_map(move |(number, page)| of_page(*at, number, page))
        });
        pairs.skip_while(move |(other, _)| key.is_some_and(|key| *other <= key))
    }

    /// Every value, by number.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.blocks.values().flatten().flat_map(|page| &page.values)
    }

    /// Every key, in order.
    pub fn keys(&self) -> impl Iterator<Item = K> {
        self.iter().map(|(key, _)| key)
    }
}

/// The values of a page, each with its key.
fn of_page<K: Numbered, V>(
    (partition, block): (Partition, u64),
    page: u64,
    of: &Page<V>,
) -> impl Iterator<Item = (K, &V)> {
    let first = (block << BLOCK_BITS) | (page << PAGE_BITS);
    let key = move |number| K::numbered(partition, first | number);
    of.numbers().map(key).zip(&of.values)
}

impl<K: Numbered, V: PartialEq> PartialEq for ByNumber<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

impl<K: Numbered, V: Eq> Eq for ByNumber<K, V> {}

/// As a `BTreeMap` of the same hashes: digests do not tell how a map is kept.
impl<K: Numbered + Hash, V: Hash> Hash for ByNumber<K, V> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.len);
        self.iter().for_each(|pair| pair.hash(state));
    }
}

impl<K: Numbered + fmt::Debug, V: fmt::Debug> fmt::Debug for ByNumber<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K: Numbered, V> Extend<(K, V)> for ByNumber<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, pairs: I) {
        for (key, value) in pairs {
            self.insert(key, value);
        }
    }
}

impl<K: Numbered, V> FromIterator<(K, V)> for ByNumber<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut map = Self::default();
        map.extend(pairs);
        map
    }
}

impl<K: Numbered + Serialize, V: Serialize> Serialize for ByNumber<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len))?;
        for (key, value) in self.iter() {
            map.serialize_entry(&key, value)?;
        }
        map.end()
    }
}

impl<'de, K, V> Deserialize<'de> for ByNumber<K, V>
where
    K: Numbered + Deserialize<'de>,
    V: Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(BTreeMap::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{CaseId, Digest};

    /// Numbers near each other and far apart, at the edges of pages and blocks, of two partitions.
    fn case() -> impl Strategy<Value = CaseId> {
        let number = prop_oneof![0..200_u64, 65_500..65_600_u64, Just(u64::MAX), any::<u64>()];
        (0..2_u16, number)
            .prop_map(|(partition, number)| CaseId { partition: Partition(partition), number })
    }

    /// What is done to a case: it is given a value, or loses the one it has.
    fn steps() -> impl Strategy<Value = Vec<(CaseId, Option<u8>)>> {
        prop::collection::vec((case(), prop::option::weighted(0.7, any::<u8>())), 0..400)
    }

    proptest! {
        #[test]
        fn it_is_what_a_plain_map_is(steps in steps(), from in case()) {
            let (mut map, mut plain) = (ByNumber::default(), BTreeMap::new());
            for (case, value) in steps {
                let (is, was) = match value {
                    Some(value) => (map.insert(case, value), plain.insert(case, value)),
                    None => (map.remove(&case), plain.remove(&case)),
                };
                prop_assert_eq!(is, was);
                prop_assert_eq!(map.get(&case), plain.get(&case));
                prop_assert_eq!(map.len(), plain.len());
                if value.is_some_and(|value| value % 8 == 0) {
                    let next = CaseId { number: case.number ^ 1, ..case };
                    prop_assert_eq!(map.or_default(next), Some(plain.entry(next).or_default()));
                }
            }
            let pairs: Vec<_> = plain.iter().map(|(case, value)| (*case, value)).collect();
            prop_assert_eq!(map.iter().collect::<Vec<_>>(), pairs);
            prop_assert!(map.values().eq(plain.values()));
            let later = plain.keys().copied().filter(|case| from < *case);
            prop_assert!(map.after(Some(from)).map(|(case, _)| case).eq(later));
            let again: ByNumber<_, _> = plain.clone().into_iter().collect();
            prop_assert_eq!(&again, &map);
            prop_assert_eq!(Digest::of(&map), Digest::of(&plain));
            let text = serde_json::to_string(&map).unwrap();
            prop_assert_eq!(&text, &serde_json::to_string(&plain).unwrap());
            prop_assert_eq!(&serde_json::from_str::<ByNumber<CaseId, u8>>(&text).unwrap(), &map);
        }
    }

    #[test]
    fn what_has_left_keeps_no_room() {
        let id = |number| CaseId { partition: Partition(1), number };
        let mut map: ByNumber<_, _> = (0..200_000).map(|number| (id(number), number)).collect();
        for number in (0..200_000).filter(|number| number % 64 != 7) {
            map.remove(&id(number));
        }
        let room: usize = map.blocks.values().flatten().map(|page| page.values.capacity()).sum();
        assert!(room <= 4 * map.len(), "{room} places for {} values", map.len());
        for number in (0..200_000).filter(|number| number % 64 == 7) {
            map.remove(&id(number));
        }
        assert!(map.is_empty() && map.blocks.is_empty());
    }
}
