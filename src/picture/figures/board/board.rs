//! The board: the sum of all marks, by row, day and month.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::domain::{Calendar, GridCode};

use super::super::facts::Room;
use super::super::keys::{Key, Keys, Slot};
use super::super::life::Life;
use super::super::marks::{Cell, Mark, Scratch, What, Where};
use super::super::month::Month;
use super::counts::Spans;
use super::row::Row;

/// Rows a board may have; what has no row then counts in its other keys only.
const ROWS_MAX: usize = 200_000;
/// Months that are kept when over.
const MONTHS_KEPT: usize = 14;
/// A key's own bytes in its tree.
const KEY_BYTES: usize = 64;
/// Days before today that are kept.
const DAYS_BEFORE: i64 = 30;

/// All rows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(in crate::picture::figures) struct Board {
    rows: Vec<Row>,
    slots: BTreeMap<Key, Slot>,
    today: i64,
    #[serde(skip)]
    scratch: Scratch,
}

impl Board {
    /// The row of `key`, a new one where it has none.
    pub(in crate::picture::figures) fn slot(&mut self, key: Key) -> Slot {
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
    pub(in crate::picture::figures) fn rows(&self) -> impl Iterator<Item = (&Key, &Row)> {
        self.slots.iter().filter_map(|(key, slot)| Some((key, self.row(*slot)?)))
    }

    /// Every row's number, by key.
    pub(in crate::picture::figures) fn slots(&self) -> impl Iterator<Item = (&Key, Slot)> {
        self.slots.iter().map(|(key, slot)| (key, *slot))
    }

    fn row(&self, Slot(number): Slot) -> Option<&Row> {
        self.rows.get(usize::try_from(number).ok()?)
    }

    fn row_mut(&mut self, Slot(number): Slot) -> Option<&mut Row> {
        self.rows.get_mut(usize::try_from(number).ok()?)
    }

    pub(in crate::picture::figures) fn today(&self) -> i64 {
        self.today
    }

    /// The days that still move.
    pub(in crate::picture::figures) fn live(&self) -> RangeInclusive<i64> {
        self.today.saturating_sub(DAYS_BEFORE)..=self.today
    }

    /// Lists to write marks into, for [`Board::replace`].
    pub(in crate::picture::figures) fn scratch(&mut self) -> Scratch {
        std::mem::take(&mut self.scratch)
    }

    /// A life that counts from now on.
    pub(in crate::picture::figures) fn enter(&mut self, calendar: &Calendar, life: &Life) {
        let mut lists = self.scratch();
        life.mark(&mut lists.after);
        self.replace(calendar, (&life.keys, &life.keys), lists);
    }

    /// Changes a life by `edit`, and what it counts for with it.
    pub(in crate::picture::figures) fn edit(
        &mut self,
        calendar: &Calendar,
        life: &mut Life,
        edit: impl FnOnce(&mut Life),
    ) {
        let mut lists = self.scratch();
        let was = life.without_rare();
        life.mark_rare(&mut lists.before);
        edit(life);
        life.mark_rare(&mut lists.after);
        life.mark_since(&was, &mut lists);
        self.replace(calendar, (&was.keys, &life.keys), lists);
    }

    /// Takes what was marked before out and puts in what is now; what is in both stays.
    pub(in crate::picture::figures) fn replace(
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
    pub(in crate::picture::figures) fn leave(
        &mut self,
        calendar: &Calendar,
        keys: &Keys,
        lists: Scratch,
    ) {
        let mut lists = lists;
        lists.before.only_now();
        self.replace(calendar, (keys, keys), lists);
    }

    /// It is another day.
    pub(in crate::picture::figures) fn begin_day(&mut self, today: i64) {
        self.today = today;
        let first = *self.live().start();
        self.rows.iter_mut().for_each(|row| row.drop_before(first));
    }

    /// A month is over: its days are summed, and the gauges stay as they stand. Spans of time are
    /// kept by town and not by grid: a grid has too few in a month to rank.
    pub(in crate::picture::figures) fn end_month(&mut self, month: Month) {
        let days = month.first_day()..=month.next().first_day().saturating_sub(1);
        let mut towns: BTreeMap<GridCode, Spans> = BTreeMap::new();
        for (key, Slot(number)) in &self.slots {
            let row = usize::try_from(*number).ok().and_then(|number| self.rows.get_mut(number));
            let Some(row) = row else { continue };
            let mut total = row.total(&days);
            if let Key::Place(place) = key
                && GridCode::TOWN < place.digits()
            {
                let spans = std::mem::take(&mut total.done.spans);
                towns.entry(place.prefix(GridCode::TOWN)).or_default().add_all(spans.iter());
            }
            if !(total.done.is_empty() && total.end.is_empty()) {
                row.months.insert(month, total);
            }
            while MONTHS_KEPT < row.months.len() {
                row.months.pop_first();
            }
        }
        for (town, spans) in towns.into_iter().filter(|(_, spans)| !spans.is_empty()) {
            let slot = self.slot(Key::Place(town));
            if let Some(row) = self.row_mut(slot) {
                row.months.entry(month).or_default().done.spans.add_all(spans.iter());
            }
        }
    }

    /// The months that any row keeps.
    pub(in crate::picture::figures) fn months(&self) -> BTreeSet<Month> {
        self.rows.iter().flat_map(|row| row.months.keys().copied()).collect()
    }

    /// Takes the marks of a case out of a month that is over.
    pub(in crate::picture::figures) fn take_out(
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
    pub(in crate::picture::figures) fn held_bytes(&self) -> usize {
        let keys = self.slots.len().saturating_mul(KEY_BYTES);
        self.rows.iter().map(Row::held_bytes).sum::<usize>().saturating_add(keys)
    }
}
