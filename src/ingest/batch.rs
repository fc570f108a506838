//! The entries of one body, by the partition that they go to.
//!
//! Those of a partition lie side by side in one allocation. Those of two never share one: a journal
//! that keeps the few of one partition would keep the many of another with them.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::domain::{Entry, Partition};
use crate::wire::{WireError, entry_v1};

/// Bytes that most entries take.
const ROOM: usize = 512;

/// Entries that go to the journal together.
#[derive(Debug)]
pub(super) struct Batch {
    /// The entry that is being added, which may go to several.
    one: Vec<u8>,
    by_partition: BTreeMap<Partition, Entries>,
    /// How many entries a partition has room for from the first one on: what grows is copied, and
    /// what is large is touched anew each time.
    room: usize,
}

/// One partition's, one after the other.
#[derive(Debug)]
struct Entries {
    bytes: Vec<u8>,
    /// How long each is.
    lengths: Vec<usize>,
}

impl Batch {
    /// For so many entries, which go to so many partitions.
    pub(super) fn new(entries: usize, partitions: usize) -> Self {
        let (one, by_partition) = (Vec::with_capacity(ROOM), BTreeMap::new());
        Self { one, by_partition, room: entries.div_ceil(partitions.max(1)) }
    }

    /// Adds `entry` to each of `partitions`.
    ///
    /// # Errors
    /// Where it cannot be represented; none of ours is. Nothing is added then.
    pub(super) fn add(
        &mut self,
        entry: &Entry,
        partitions: impl Iterator<Item = Partition>,
    ) -> Result<(), WireError> {
        self.one.clear();
        entry_v1::encode_onto(&mut self.one, entry)?;
        for partition in partitions {
            let made = || Entries::new(self.room);
            let Entries { bytes, lengths } =
                self.by_partition.entry(partition).or_insert_with(made);
            bytes.extend_from_slice(&self.one);
            lengths.push(self.one.len());
        }
        Ok(())
    }

    /// Each partition's entries, in the order they were added.
    pub(super) fn cut(self) -> impl Iterator<Item = (Partition, Vec<Bytes>)> {
        self.by_partition.into_iter().map(|(partition, entries)| (partition, entries.cut()))
    }
}

impl Entries {
    fn new(room: usize) -> Self {
        let bytes = Vec::with_capacity(room.saturating_mul(ROOM));
        Self { bytes, lengths: Vec::with_capacity(room) }
    }

    fn cut(mut self) -> Vec<Bytes> {
        // A journal may keep it for long.
        if self.bytes.len() < self.bytes.capacity() / 2 {
            self.bytes.shrink_to_fit();
        }
        let mut left = Bytes::from(self.bytes);
        self.lengths.into_iter().map(|length| left.split_to(length)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fills_little_of_its_room_gives_the_rest_back_and_what_needs_more_gets_it() {
        let mut few = Entries::new(100);
        few.bytes.extend_from_slice(b"one");
        few.lengths.push(3);
        let [one] = &few.cut()[..] else { panic!("one entry") };
        let kept = one.clone().try_into_mut();
        assert!(kept.is_err() && one.as_ref() == b"one");

        let mut batch = Batch::new(1, 1);
        (0..5_000).for_each(|_| batch.add(&Entry::Core(7), [Partition(1)].into_iter()).unwrap());
        let entries: usize = batch.cut().map(|(_, entries)| entries.len()).sum();
        assert_eq!(entries, 5_000);
    }

    #[test]
    fn entries_are_cut_as_they_were_added() {
        let mut batch = Batch::new(3, 2);
        let (tick, core) = (Entry::Tick, Entry::Core(7));
        batch.add(&tick, [Partition(1)].into_iter()).unwrap();
        batch.add(&core, [Partition(0), Partition(1)].into_iter()).unwrap();
        batch.add(&tick, [Partition(1)].into_iter()).unwrap();
        let bytes = |entry| entry_v1::encode(entry).unwrap();
        let expected = [
            (Partition(0), vec![bytes(&core)]),
            (Partition(1), vec![bytes(&tick), bytes(&core), bytes(&tick)]),
        ];
        assert!(batch.cut().eq(expected));
    }
}
