//! A row of the board: what is counted of one key, by day and by month, and what is so now.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::super::facts::{Fact, Gauge, Room, Span};
use super::super::marks::Cell;
use super::super::month::Month;
use super::counts::{Counts, Spans, Stretch};
use super::dense::Dense;

/// A day's own bytes in a list, a month's in its tree.
const DAY_BYTES: usize = 64;

/// A month that is over.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(in crate::picture::figures) struct Total {
    pub(in crate::picture::figures) done: Stretch,
    /// The gauges as they stood when it ended.
    pub(in crate::picture::figures) end: Counts<Gauge>,
}

/// One row. Nearly all that is counted is of the newest day or of now, and lies in the row itself;
/// the days before are kept as what they hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(in crate::picture::figures) struct Row {
    now: Dense<Gauge, { Gauge::ALL.len() }>,
    /// The newest day on which anything was counted.
    day: i64,
    facts: Dense<Fact, { Fact::ALL.len() }>,
    spans: Spans,
    /// The days before it, in order.
    days: Vec<(i64, Stretch)>,
    pub(in crate::picture::figures) months: BTreeMap<Month, Total>,
}

impl Row {
    /// Adds a count to what it is of.
    pub(in crate::picture::figures) fn add(&mut self, room: Room, (cell, count): (Cell, i32)) {
        match cell {
            Cell::Now(gauge) => self.now.add(gauge, room, count),
            Cell::Fact(day, fact) if self.is_newest(day) => self.facts.add(fact, room, count),
            Cell::Span(day, span, bucket) if self.is_newest(day) => {
                self.spans.add((span, room, bucket), count);
            }
            Cell::Fact(day, fact) => {
                if let Some(stretch) = self.earlier(day) {
                    stretch.facts.add(fact, room, count);
                }
            }
            Cell::Span(day, span, bucket) => {
                if let Some(stretch) = self.earlier(day) {
                    stretch.spans.add((span, room, bucket), count);
                }
            }
        }
    }

    /// Whether `day` is the newest, which it becomes where it is later.
    fn is_newest(&mut self, day: i64) -> bool {
        if self.day < day {
            self.end_newest();
            self.day = day;
        }
        self.day == day
    }

    /// The newest day becomes one of those before.
    fn end_newest(&mut self) {
        let facts = std::mem::take(&mut self.facts);
        let facts = Counts::in_order(facts.len(), facts.iter());
        let stretch = Stretch { facts, spans: std::mem::take(&mut self.spans) };
        if !stretch.is_empty() {
            self.days.push((self.day, stretch));
        }
    }

    /// A day before the newest, to be changed.
    fn earlier(&mut self, day: i64) -> Option<&mut Stretch> {
        let at = self.days.partition_point(|(other, _)| *other < day);
        if self.days.get(at).is_none_or(|(other, _)| *other != day) {
            self.days.insert(at, (day, Stretch::default()));
        }
        self.days.get_mut(at).map(|(_, stretch)| stretch)
    }

    /// Those of `days` that are before the newest.
    fn of(&self, days: &RangeInclusive<i64>) -> impl Iterator<Item = &Stretch> {
        let from = self.days.partition_point(|(day, _)| day < days.start());
        let later = self.days.get(from..).unwrap_or_default().iter();
        let last = *days.end();
        later.take_while(move |(day, _)| *day <= last).map(|(_, stretch)| stretch)
    }

    /// What was done on these days.
    pub(in crate::picture::figures) fn facts(
        &self,
        days: &RangeInclusive<i64>,
    ) -> impl Iterator<Item = (Fact, Room, i32)> {
        let newest = days.contains(&self.day).then(|| self.facts.iter());
        self.of(days).flat_map(|stretch| stretch.facts.iter()).chain(newest.into_iter().flatten())
    }

    /// How long what ended on these days took.
    pub(in crate::picture::figures) fn spans(
        &self,
        days: &RangeInclusive<i64>,
    ) -> impl Iterator<Item = (Span, Room, u16, i32)> {
        let newest = days.contains(&self.day).then(|| self.spans.iter());
        self.of(days).flat_map(|stretch| stretch.spans.iter()).chain(newest.into_iter().flatten())
    }

    /// What is so now.
    pub(in crate::picture::figures) fn now(&self) -> impl Iterator<Item = (Gauge, Room, i32)> {
        self.now.iter()
    }

    /// Lets go of the days before `first`.
    pub(in crate::picture::figures) fn drop_before(&mut self, first: i64) {
        let old = self.days.partition_point(|(day, _)| *day < first);
        self.days.drain(..old);
    }

    /// What was counted on these days, and what is so now.
    pub(in crate::picture::figures) fn total(&self, days: &RangeInclusive<i64>) -> Total {
        let mut total =
            Total { end: Counts::in_order(self.now.len(), self.now()), ..Total::default() };
        for (fact, room, count) in self.facts(days) {
            total.done.facts.add(fact, room, count);
        }
        total.done.spans.add_all(self.spans(days));
        total
    }

    /// Bytes it holds, about.
    pub(in crate::picture::figures) fn held_bytes(&self) -> usize {
        let days = self.days.iter().map(|(_, day)| day.held_bytes().saturating_add(DAY_BYTES));
        let months = self.months.values().map(|total| {
            let held = total.done.held_bytes().saturating_add(total.end.held_bytes());
            held.saturating_add(DAY_BYTES)
        });
        let held: usize = days.chain(months).sum();
        held.saturating_add(self.spans.held_bytes()).saturating_add(size_of::<Self>())
    }
}
