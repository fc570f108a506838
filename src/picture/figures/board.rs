//! The board: the sum of all marks, by row, day and month.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::domain::{Calendar, GridCode};

use super::counts::{Counts, Stretch};
use super::facts::{Gauge, Room};
use super::keys::{Key, Keys, Slot};
use super::marks::{Cell, Mark, Scratch, What, Where};
use super::month::Month;

/// Rows a board may have; what has no row then counts in its other keys only.
const ROWS_MAX: usize = 200_000;
/// Months that are kept when over.
const MONTHS_KEPT: usize = 14;
/// Days before today that are kept.
pub(super) const DAYS_BEFORE: i64 = 30;

/// A month that is over.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Total {
    pub(super) done: Stretch,
    /// The gauges as they stood when it ended.
    pub(super) end: Counts<Gauge>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Row {
    /// In order, the newest last.
    days: Vec<(i64, Stretch)>,
    pub(super) now: Counts<Gauge>,
    pub(super) months: BTreeMap<Month, Total>,
}

impl Row {
    /// What was counted on these days.
    pub(super) fn of_days(&self, days: &RangeInclusive<i64>) -> impl Iterator<Item = &Stretch> {
        let from = self.days.partition_point(|(day, _)| day < days.start());
        let later = self.days.get(from..).unwrap_or_default().iter();
        later.take_while(|(day, _)| day <= days.end()).map(|(_, stretch)| stretch)
    }

    fn add(&mut self, room: Room, (cell, count): (Cell, i32)) {
        match cell {
            Cell::Now(gauge) => self.now.add(gauge, room, count),
            Cell::Fact(day, fact) => {
                if let Some(stretch) = self.day_mut(day) {
                    stretch.facts.add(fact, room, count);
                }
            }
            Cell::Span(day, span, bucket) => {
                if let Some(stretch) = self.day_mut(day) {
                    stretch.spans.add((span, room, bucket), count);
                }
            }
        }
    }

    /// A day, with what is counted on it; mostly the last.
    fn day_mut(&mut self, day: i64) -> Option<&mut Stretch> {
        let is_last = self.days.last().is_some_and(|(last, _)| *last == day);
        if is_last {
            return self.days.last_mut().map(|(_, stretch)| stretch);
        }
        let at = self.days.partition_point(|(other, _)| *other < day);
        if self.days.get(at).is_none_or(|(other, _)| *other != day) {
            self.days.insert(at, (day, Stretch::default()));
        }
        self.days.get_mut(at).map(|(_, stretch)| stretch)
    }
}

/// All rows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Board {
    rows: Vec<Row>,
    slots: BTreeMap<Key, Slot>,
    today: i64,
    #[serde(skip)]
    scratch: Scratch,
}

impl Board {
    /// The row of `key`, a new one where it has none.
    pub(super) fn slot(&mut self, key: Key) -> Slot {
        if let Some(slot) = self.slots.get(&key) {
            return *slot;
        }
        let Ok(number) = u32::try_from(self.rows.len()) else { return Slot::NONE };
        if ROWS_MAX <= self.rows.len() {
            return Slot::NONE;
        }
        self.rows.push(Row::default());
        self.slots.insert(key, Slot(number));
        Slot(number)
    }

    /// Every row, by key.
    pub(super) fn rows(&self) -> impl Iterator<Item = (&Key, &Row)> {
        self.slots.iter().filter_map(|(key, slot)| Some((key, self.row(*slot)?)))
    }

    /// Every row's number, by key.
    pub(super) fn slots(&self) -> impl Iterator<Item = (&Key, Slot)> {
        self.slots.iter().map(|(key, slot)| (key, *slot))
    }

    fn row(&self, Slot(number): Slot) -> Option<&Row> {
        self.rows.get(usize::try_from(number).ok()?)
    }

    fn row_mut(&mut self, Slot(number): Slot) -> Option<&mut Row> {
        self.rows.get_mut(usize::try_from(number).ok()?)
    }

    pub(super) fn today(&self) -> i64 {
        self.today
    }

    /// The days that still move.
    pub(super) fn live(&self) -> RangeInclusive<i64> {
        self.today.saturating_sub(DAYS_BEFORE)..=self.today
    }

    /// Lists to write marks into, for [`Board::replace`].
    pub(super) fn scratch(&mut self) -> Scratch {
        std::mem::take(&mut self.scratch)
    }

    /// Takes what was marked before out and puts in what is now; what is in both stays.
    pub(super) fn replace(
        &mut self,
        calendar: &Calendar,
        (old, new): (&Keys, &Keys),
        lists: Scratch,
    ) {
        let mut lists = lists;
        let Scratch { before, after, moved, stays } = &mut lists;
        let (before, after) = (before.list(), after.list());
        let live = self.live();
        let (room, other_keys) = (old.room != new.room, old != new);
        for at in 0..before.len().max(after.len()) {
            let (was, is) = (before.get(at).copied().flatten(), after.get(at).copied().flatten());
            if was == is && !other_keys {
                continue;
            }
            let org = |mark: Option<Mark>| mark.filter(|mark| mark.rows != Where::NotOrg);
            if org(was) != org(is) || room {
                self.add_org((calendar, &live), (old.room, org(was), false));
                self.add_org((calendar, &live), (new.room, org(is), true));
            }
            let rest = |mark: Option<Mark>| {
                let mark = mark.filter(|mark| mark.rows != Where::OrgAlone)?;
                Some((mark.what, mark.count))
            };
            if rest(was) != rest(is) || other_keys {
                let found = |(what, count): (What, i32)| Some((what.cell(calendar, &live)?, count));
                let out = rest(was).map(|(what, count)| (what, count.saturating_neg()));
                let out = out.and_then(found);
                if other_keys {
                    moved.extend(out);
                } else {
                    stays.extend(out);
                }
                stays.extend(rest(is).and_then(found));
            }
        }
        self.add_rest(old, moved);
        self.add_rest(new, stays);
        self.scratch = lists.cleared();
    }

    fn add_org(
        &mut self,
        (calendar, live): (&Calendar, &RangeInclusive<i64>),
        (room, mark, put): (Room, Option<Mark>, bool),
    ) {
        let Some(mark) = mark else { return };
        let count = if put { mark.count } else { mark.count.saturating_neg() };
        if let Some(cell) = mark.what.cell(calendar, live)
            && let Some(row) = self.row_mut(mark.org)
        {
            row.add(room, (cell, count));
        }
    }

    /// Adds to the rows of all keys but the organisation's: a row at a time, for each lies apart.
    fn add_rest(&mut self, keys: &Keys, counts: &[(Cell, i32)]) {
        if counts.is_empty() {
            return;
        }
        for slot in [keys.place, keys.item, keys.channel, keys.kind] {
            let Some(row) = self.row_mut(slot) else { continue };
            for count in counts {
                row.add(keys.room, *count);
            }
        }
    }

    /// What is so now is so no more: who counted it, as marked before, leaves.
    pub(super) fn leave(&mut self, calendar: &Calendar, keys: &Keys, lists: Scratch) {
        let mut lists = lists;
        lists.before.only_now();
        self.replace(calendar, (keys, keys), lists);
    }

    /// It is another day.
    pub(super) fn begin_day(&mut self, today: i64) {
        self.today = today;
        let first = *self.live().start();
        for row in &mut self.rows {
            let old = row.days.partition_point(|(day, _)| *day < first);
            row.days.drain(..old);
        }
    }

    /// A month is over: its days are summed, and the gauges stay as they stand. Spans of time are
    /// kept by town and not by grid: a grid has too few in a month to rank.
    pub(super) fn end_month(&mut self, month: Month) {
        let days = month.first_day()..=month.next().first_day().saturating_sub(1);
        let mut towns: BTreeMap<GridCode, Stretch> = BTreeMap::new();
        for (key, Slot(number)) in &self.slots {
            let row = usize::try_from(*number).ok().and_then(|number| self.rows.get_mut(number));
            let Some(row) = row else { continue };
            let mut total = Total { done: Stretch::default(), end: row.now.clone() };
            for day in row.of_days(&days) {
                total.done.add_all(day);
            }
            if let Key::Place(place) = key
                && GridCode::TOWN < place.digits()
            {
                let spans = std::mem::take(&mut total.done.spans);
                towns.entry(place.prefix(GridCode::TOWN)).or_default().spans.add_all(&spans);
            }
            if !(total.done.is_empty() && total.end.is_empty()) {
                row.months.insert(month, total);
            }
            while MONTHS_KEPT < row.months.len() {
                row.months.pop_first();
            }
        }
        for (town, stretch) in towns.into_iter().filter(|(_, stretch)| !stretch.is_empty()) {
            let slot = self.slot(Key::Place(town));
            if let Some(row) = self.row_mut(slot) {
                row.months.entry(month).or_default().done.add_all(&stretch);
            }
        }
    }

    /// The months that any row keeps.
    pub(super) fn months(&self) -> BTreeSet<Month> {
        self.rows.iter().flat_map(|row| row.months.keys().copied()).collect()
    }

    /// Takes the marks of a case out of a month that is over.
    pub(super) fn take_out(
        &mut self,
        (calendar, month): (&Calendar, Month),
        keys: &Keys,
        marks: &[Option<Mark>],
    ) {
        let days = month.first_day()..month.next().first_day();
        for mark in marks.iter().flatten() {
            let What::Fact(at, fact) = mark.what else { continue };
            if !days.contains(&calendar.day_of(at)) {
                continue;
            }
            let others = [keys.place, keys.item, keys.channel, keys.kind];
            let slots = match mark.rows {
                Where::Everywhere => others.iter().chain([&mark.org]).copied().collect(),
                Where::NotOrg => others.to_vec(),
                Where::OrgAlone => vec![mark.org],
            };
            for slot in slots {
                if let Some(total) = self.row_mut(slot).and_then(|row| row.months.get_mut(&month)) {
                    total.done.facts.add(fact, keys.room, mark.count.saturating_neg());
                }
            }
        }
    }

    /// Bytes it holds, about.
    pub(super) fn held_bytes(&self) -> usize {
        let row = |row: &Row| {
            let days = row.days.iter().map(|(_, day)| day.held_bytes().saturating_add(DAY_BYTES));
            let months = row.months.values().map(|total| {
                total
                    .done
                    .held_bytes()
                    .saturating_add(total.end.held_bytes())
                    .saturating_add(DAY_BYTES)
            });
            let held: usize = days.chain(months).sum();
            held.saturating_add(row.now.held_bytes()).saturating_add(size_of::<Row>())
        };
        let keys = self.slots.len().saturating_mul(KEY_BYTES);
        self.rows.iter().map(row).sum::<usize>().saturating_add(keys)
    }
}

/// A day's own bytes in its tree.
const DAY_BYTES: usize = 64;
/// A key's own bytes in its tree.
const KEY_BYTES: usize = 64;
