//! Whose time crosses a moment, earliest first.
//!
//! What lies hours ahead stands in a heap of its hour, unsorted, and is sorted when its hour comes.
//! Nothing is taken out when a clock is moved: whoever takes a crossing asks whether it still is
//! one.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::time::HOUR_MS;
use crate::domain::{CaseId, TicketId, Timestamp};

/// Whose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Waiting {
    Case(CaseId),
    Asker(TicketId),
}

/// All of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Crossings {
    /// The earliest of the hours before this one: nearly whenever time passes, it is not reached.
    next: Option<(Timestamp, Waiting)>,
    /// The others of those hours.
    soon: BTreeSet<(Timestamp, Waiting)>,
    hour: i64,
    later: BTreeMap<i64, Vec<(Timestamp, Waiting)>>,
}

impl Crossings {
    /// `waiting` crosses that moment.
    pub(super) fn add(&mut self, at: Timestamp, waiting: Waiting) {
        let hour = at.0.div_euclid(HOUR_MS);
        if hour < self.hour {
            self.add_soon((at, waiting));
        } else {
            self.later.entry(hour).or_default().push((at, waiting));
        }
    }

    fn add_soon(&mut self, new: (Timestamp, Waiting)) {
        let next = *self.next.get_or_insert(new);
        self.next = Some(next.min(new));
        if next != new {
            self.soon.insert(next.max(new));
        }
    }

    /// The earliest before `to`.
    pub(super) fn take(&mut self, to: Timestamp) -> Option<(Timestamp, Waiting)> {
        let hour = to.0.div_euclid(HOUR_MS);
        while self.hour <= hour {
            let next = self.later.first_key_value().map_or(hour, |(first, _)| (*first).min(hour));
            self.hour = next.max(self.hour).saturating_add(1);
            while let Some(first) = self.later.first_entry()
                && *first.key() < self.hour
            {
                first.remove().into_iter().for_each(|new| self.add_soon(new));
            }
        }
        let next = self.next.filter(|(at, _)| *at < to)?;
        self.next = self.soon.pop_first();
        Some(next)
    }

    /// How many there are, those included that are none any more.
    pub(super) fn len(&self) -> usize {
        let soon = self.soon.len().saturating_add(usize::from(self.next.is_some()));
        self.later.values().map(Vec::len).sum::<usize>().saturating_add(soon)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Partition;

    fn case(number: u64) -> Waiting {
        Waiting::Case(CaseId { partition: Partition(1), number })
    }

    #[test]
    fn they_are_taken_in_order_whenever_they_were_added() {
        let mut crossings = Crossings::default();
        let minutes = [90, 10, 200, 10, 30, 61, 10, 500];
        for (number, minute) in (0..).zip(minutes) {
            crossings.add(Timestamp(minute * 60_000), case(number));
        }
        let mut taken = Vec::new();
        let mut take_all = |crossings: &mut Crossings, to: i64| {
            while let Some((at, waiting)) = crossings.take(Timestamp(to * 60_000)) {
                taken.push((at.0 / 60_000, waiting));
            }
        };
        take_all(&mut crossings, 10);
        assert_eq!(crossings.len(), 8);
        take_all(&mut crossings, 62);
        // Of an hour that has begun: before all others, among them, and one that is there already.
        for (minute, number) in [(63, 9), (95, 10), (90, 0)] {
            crossings.add(Timestamp(minute * 60_000), case(number));
        }
        take_all(&mut crossings, 1_000);
        let all = [(10, 1), (10, 3), (10, 6), (30, 4), (61, 5), (63, 9), (90, 0), (95, 10)];
        let all = all.into_iter().chain([(200, 2), (500, 7)]);
        let all: Vec<_> = all.map(|(minute, number)| (minute, case(number))).collect();
        assert_eq!((taken, crossings.len()), (all, 0));
    }
}
