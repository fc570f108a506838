//! Entries that are about to be applied: decoded a few at a time, and looked ahead at.

use std::vec;

use crate::journal::Stored;

use super::fold::{Decoded, Fold};

/// Entries that are decoded, and looked ahead at, before the first of them is applied: their waits
/// for memory fall together, and what was read for the first is still at hand for the last.
const AHEAD: usize = 16;

/// Entries in order, each with what it says, or why it cannot be read.
#[derive(Debug)]
pub(super) struct Coming<'a> {
    later: &'a [Stored],
    decoded: vec::IntoIter<(&'a Stored, Decoded)>,
}

impl<'a> Coming<'a> {
    pub(super) fn new(entries: &'a [Stored]) -> Self {
        Self { later: entries, decoded: Vec::new().into_iter() }
    }

    /// The next one. A few are decoded as `fold` stands when the first of them is asked for.
    pub(super) fn next(&mut self, fold: &Fold) -> Option<(&'a Stored, Decoded)> {
        if self.decoded.len() == 0 {
            let (few, later) = self.later.split_at(self.later.len().min(AHEAD));
            self.later = later;
            self.decoded = decode(few, fold).into_iter();
        }
        self.decoded.next()
    }
}

fn decode<'a>(few: &'a [Stored], fold: &Fold) -> Vec<(&'a Stored, Decoded)> {
    let decoded: Vec<_> = few.iter().map(|stored| (stored, fold.entry(stored))).collect();
    // One alone waits as long either way.
    if 1 < decoded.len() {
        let said = decoded.iter().filter_map(|(_, entry)| entry.as_ref().ok());
        fold.situation.look_ahead(said);
    }
    decoded
}
