//! Sparse sums: few words each, in order, so that a day of a grid costs what it holds.

use serde::{Deserialize, Serialize};

use super::super::facts::{Fact, Room, Span, Word as _};

/// So many of each word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::picture::figures) struct Counts<Word>(Vec<(Word, Room, i32)>);

impl<Word> Default for Counts<Word> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<Word: Copy + Ord> Counts<Word> {
    /// Adds `count`, which may be below 0.
    pub(in crate::picture::figures) fn add(&mut self, word: Word, room: Room, count: i32) {
        match self.0.binary_search_by_key(&(word, room), |(word, room, _)| (*word, *room)) {
            Ok(at) => {
                let Some((_, _, sum)) = self.0.get_mut(at) else { return };
                *sum = sum.saturating_add(count);
                if *sum == 0 {
                    self.0.remove(at);
                }
            }
            Err(at) if count != 0 => self.0.insert(at, (word, room, count)),
            Err(_) => {}
        }
    }

    /// Those of a list of `len` that is in order and names nothing twice.
    pub(in crate::picture::figures) fn in_order(
        len: usize,
        counts: impl Iterator<Item = (Word, Room, i32)>,
    ) -> Self {
        let mut list = Vec::with_capacity(len);
        list.extend(counts);
        Self(list)
    }

    pub(in crate::picture::figures) fn iter(&self) -> impl Iterator<Item = (Word, Room, i32)> {
        self.0.iter().copied()
    }

    pub(in crate::picture::figures) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Bytes it holds besides itself.
    pub(in crate::picture::figures) fn held_bytes(&self) -> usize {
        self.0.capacity().saturating_mul(size_of::<(Word, Room, i32)>())
    }
}

/// How many spans lie in each bucket.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(in crate::picture::figures) struct Spans(Vec<(Span, Room, u16, i32)>);

impl Spans {
    /// Adds `count` spans of a bucket, which may be below 0.
    pub(in crate::picture::figures) fn add(
        &mut self,
        (span, room, bucket): (Span, Room, u16),
        count: i32,
    ) {
        let key = |(span, room, bucket, _): &(Span, Room, u16, i32)| place(*span, *room, *bucket);
        match self.0.binary_search_by_key(&place(span, room, bucket), key) {
            Ok(at) => {
                let Some((.., sum)) = self.0.get_mut(at) else { return };
                *sum = sum.saturating_add(count);
                if *sum == 0 {
                    self.0.remove(at);
                }
            }
            Err(at) if count != 0 => self.0.insert(at, (span, room, bucket, count)),
            Err(_) => {}
        }
    }

    /// Adds all of these.
    pub(in crate::picture::figures) fn add_all(
        &mut self,
        spans: impl Iterator<Item = (Span, Room, u16, i32)>,
    ) {
        for (span, room, bucket, count) in spans {
            self.add((span, room, bucket), count);
        }
    }

    pub(in crate::picture::figures) fn iter(&self) -> impl Iterator<Item = (Span, Room, u16, i32)> {
        self.0.iter().copied()
    }

    pub(in crate::picture::figures) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Bytes it holds besides itself.
    pub(in crate::picture::figures) fn held_bytes(&self) -> usize {
        self.0.capacity().saturating_mul(size_of::<(Span, Room, u16, i32)>())
    }
}

/// Where a bucket stands in order: one number is compared sooner than three words.
fn place(span: Span, room: Room, bucket: u16) -> usize {
    (span.number() << 17) | (room.number() << 16) | usize::from(bucket)
}

/// What is counted of one stretch of time.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(in crate::picture::figures) struct Stretch {
    pub(in crate::picture::figures) facts: Counts<Fact>,
    pub(in crate::picture::figures) spans: Spans,
}

impl Stretch {
    pub(in crate::picture::figures) fn is_empty(&self) -> bool {
        self.facts.is_empty() && self.spans.is_empty()
    }

    /// Bytes it holds besides itself.
    pub(in crate::picture::figures) fn held_bytes(&self) -> usize {
        self.facts.held_bytes().saturating_add(self.spans.held_bytes())
    }
}
