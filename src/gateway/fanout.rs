//! The newest lines of something that grows, encoded once and shared by all who follow.
//!
//! **Invariant, encode once.** A follower takes the bytes that everybody takes. Who has fallen
//! behind what is kept here is told so; nobody waits for anybody.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::domain::Position;

/// Bytes kept at most: each view of each partition has its own.
const BYTES_MAX: usize = 4 * 1_024 * 1_024;
/// Lines from the end among which a follower's place is looked for first: who keeps up stands
/// there, and few lines need to be touched to find him.
const NEAR_MAX: usize = 8;

/// One line as it is sent.
#[derive(Debug, Clone)]
pub(super) struct Line<T> {
    /// Where it stands: a follower's cursor.
    pub(super) place: Position,
    /// From where on it tells what moved: who stands after this and before `place` cannot take it.
    pub(super) since: Position,
    /// How many bytes it keeps.
    pub(super) weight: usize,
    /// What is sent.
    pub(super) what: T,
}

/// What the newest lines have for a follower.
#[derive(Debug)]
pub(super) enum Found<T> {
    /// These lines come next; none where the follower has them all.
    Lines(Vec<Arc<Line<T>>>),
    /// The next line is no longer kept, or tells what moved since before the follower's place.
    Behind,
}

/// The newest lines.
#[derive(Debug)]
pub(super) struct Fanout<T> {
    ring: Mutex<Ring<T>>,
    lines_max: usize,
    end: watch::Sender<Position>,
}

#[derive(Debug)]
struct Ring<T> {
    /// The place just before the first line.
    before: Position,
    lines: VecDeque<Arc<Line<T>>>,
    bytes: usize,
}

impl<T> Fanout<T> {
    /// Nothing yet, after `before`.
    pub(super) fn new(before: Position, lines_max: usize) -> Self {
        let ring = Ring { before, lines: VecDeque::new(), bytes: 0 };
        Self { ring: Mutex::new(ring), lines_max, end: watch::Sender::new(before) }
    }

    /// Begins anew after `before`: who stands earlier is behind.
    pub(super) fn begin_after(&self, before: Position) {
        let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        *ring = Ring { before, lines: VecDeque::new(), bytes: 0 };
        drop(ring);
        self.end.send_replace(before);
    }

    /// Whether anybody waits for the next line.
    pub(super) fn is_followed(&self) -> bool {
        self.end.receiver_count() != 0
    }

    /// Shares a line and wakes whoever waits for it.
    pub(super) fn push(&self, line: Line<T>) {
        let place = line.place;
        {
            let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
            ring.bytes += line.weight;
            ring.lines.push_back(Arc::new(line));
            while self.lines_max < ring.lines.len() || BYTES_MAX < ring.bytes {
                let Some(oldest) = ring.lines.pop_front() else { break };
                ring.bytes -= oldest.weight;
                ring.before = oldest.place;
            }
        }
        self.end.send_replace(place);
    }

    /// Up to `lines_max` lines after `cursor`.
    pub(super) fn after(&self, cursor: Position, lines_max: usize) -> Found<T> {
        let ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(first) = ring.first_after(cursor) else { return Found::Behind };
        Found::Lines(ring.lines.iter().skip(first).take(lines_max).cloned().collect())
    }

    /// How many lines come after `cursor`; none where [`Fanout::after`] says `Behind`.
    pub(super) fn count_after(&self, cursor: Position) -> Option<usize> {
        let ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        ring.first_after(cursor).map(|first| ring.lines.len().saturating_sub(first))
    }

    /// The place of the newest line.
    pub(super) fn newest(&self) -> Position {
        *self.end.borrow()
    }

    /// The place of the newest line; the receiver wakes when it moves.
    pub(super) fn end(&self) -> watch::Receiver<Position> {
        self.end.subscribe()
    }
}

impl<T> Ring<T> {
    /// The index of the next line for who stands at `cursor`; none where they cannot take it.
    fn first_after(&self, cursor: Position) -> Option<usize> {
        let newer = self.lines.iter().rev().take(NEAR_MAX);
        let newer = newer.take_while(|line| cursor < line.place).count();
        let first = if newer < NEAR_MAX {
            self.lines.len().saturating_sub(newer)
        } else {
            self.lines.partition_point(|line| line.place <= cursor)
        };
        let joins = self.lines.get(first).is_none_or(|next| cursor <= next.since);
        (self.before <= cursor && joins).then_some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(offset: u64, weight: usize) -> Line<()> {
        let (place, since) = (Position::new(offset, 0), Position::new(offset - 1, 0));
        Line { place, since, weight, what: () }
    }

    fn places(found: Found<()>) -> Vec<u64> {
        match found {
            Found::Lines(lines) => lines.iter().map(|line| line.place.offset).collect(),
            Found::Behind => vec![u64::MAX],
        }
    }

    #[test]
    fn a_follower_gets_what_comes_after_its_cursor() {
        let fanout = Fanout::new(Position::START, 3);
        assert_eq!(places(fanout.after(Position::START, 9)), [0; 0]);
        (1..=3).for_each(|offset| fanout.push(line(offset, 1)));
        assert_eq!(places(fanout.after(Position::START, 9)), [1, 2, 3]);
        assert_eq!(places(fanout.after(Position::new(1, 0), 1)), [2]);
        assert_eq!(places(fanout.after(Position::new(3, 0), 9)), [0; 0]);
        assert_eq!(*fanout.end().borrow(), Position::new(3, 0));
    }

    #[test]
    fn a_place_is_found_near_the_end_and_far_from_it() {
        let fanout = Fanout::new(Position::START, 100);
        (1..=30).for_each(|offset| fanout.push(line(offset, 1)));
        for offset in 0..=31 {
            let after = fanout.count_after(Position::new(offset, 0));
            assert_eq!(after, Some(usize::try_from(30_u64.saturating_sub(offset)).unwrap()));
        }
    }

    #[test]
    fn who_stands_within_what_a_line_tells_cannot_take_it() {
        let fanout = Fanout::new(Position::START, 3);
        fanout.push(line(1, 1));
        fanout.push(Line { since: Position::new(3, 0), ..line(6, 1) });
        let next = |index| fanout.count_after(Position::new(index, 0));
        assert_eq!([0, 1, 3, 4, 5, 6].map(next), [Some(2), Some(1), Some(1), None, None, Some(0)]);
        assert_eq!(places(fanout.after(Position::new(5, 0), 9)), [u64::MAX]);
    }

    #[test]
    fn who_fell_behind_what_is_kept_is_told_so() {
        let fanout = Fanout::new(Position::START, 3);
        (1..=5).for_each(|offset| fanout.push(line(offset, 1)));
        assert_eq!(places(fanout.after(Position::new(1, 0), 9)), [u64::MAX]);
        assert_eq!(places(fanout.after(Position::new(2, 0), 9)), [3, 4, 5]);
        fanout.begin_after(Position::new(5, 0));
        assert_eq!(places(fanout.after(Position::new(4, 0), 9)), [u64::MAX]);
        assert_eq!(places(fanout.after(Position::new(5, 0), 9)), [0; 0]);
        fanout.push(line(6, BYTES_MAX));
        assert_eq!(places(fanout.after(Position::new(4, 0), 9)), [u64::MAX]);
        assert_eq!(places(fanout.after(Position::new(6, 0), 9)), [0; 0]);
    }
}
