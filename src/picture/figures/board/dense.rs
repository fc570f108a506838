//! Dense sums: a place for each word, so that what is counted all day is counted without a search.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::super::facts::{Room, Word};

/// Both rooms, in order.
const ROOMS: [Room; 2] = [Room::Open, Room::Closed];

/// So many of each of `N` words, in either room. Stored as [`super::counts::Counts`] are: what
/// there is none of takes no room there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dense<W, const N: usize> {
    sums: [[i32; ROOMS.len()]; N],
    words: std::marker::PhantomData<W>,
}

impl<W, const N: usize> Default for Dense<W, N> {
    fn default() -> Self {
        Self { sums: [[0; ROOMS.len()]; N], words: std::marker::PhantomData }
    }
}

impl<W: Word, const N: usize> Dense<W, N> {
    /// Adds `count`, which may be below 0.
    pub(super) fn add(&mut self, word: W, room: Room, count: i32) {
        if let Some(sum) = self.sums.get_mut(word.number()).and_then(|it| it.get_mut(room.number()))
        {
            *sum = sum.saturating_add(count);
        }
    }

    /// How many words there are any of, each room by itself.
    pub(super) fn len(&self) -> usize {
        self.sums.as_flattened().iter().filter(|sum| **sum != 0).count()
    }

    /// What there is any of, by word.
    pub(super) fn iter(&self) -> impl Iterator<Item = (W, Room, i32)> {
        let words = W::ALL.iter().zip(&self.sums);
        let rooms = words.flat_map(|(word, sums)| {
            ROOMS.into_iter().zip(sums).map(|(room, sum)| (*word, room, *sum))
        });
        rooms.filter(|(.., sum)| *sum != 0)
    }
}

impl<W: Word + Serialize, const N: usize> Serialize for Dense<W, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().collect::<Vec<_>>())
    }
}

impl<'de, W: Word + Deserialize<'de>, const N: usize> Deserialize<'de> for Dense<W, N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut dense = Self::default();
        for (word, room, count) in Vec::<(W, Room, i32)>::deserialize(deserializer)? {
            dense.add(word, room, count);
        }
        Ok(dense)
    }
}
