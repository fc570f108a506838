//! Months that are over: frozen 月度冻结, or restated after an appeal was upheld; and what all costs.
//!
//! A month freezes of itself, so long after its end as the rules say.

use crate::domain::{CaseId, Playbook, Timestamp};

use super::figures::Figures;
use super::life::Life;
use super::marks::Marks;
use super::month::Month;
use super::window::Window;

/// A tree's own bytes for an entry, about.
const ENTRY_BYTES: usize = 16;

impl Figures {
    /// Whether a month is over, so that its totals stand.
    #[must_use]
    pub fn is_over(&self, month: Month) -> bool {
        Window::Month(month).days(self.board.today()).is_none() && month < self.month()
    }

    /// Freezes a month that is over: no appeal moves it any more. Says whether it did.
    pub fn freeze(&mut self, month: Month) -> bool {
        self.is_over(month) && self.frozen.insert(month)
    }

    /// Whether a month is frozen.
    #[must_use]
    pub fn is_frozen(&self, month: Month) -> bool {
        self.frozen.contains(&month)
    }

    /// An appeal was upheld: what `case` did in a month that is over leaves its totals, once. The
    /// gauges of its end stay as they were, and a month that is frozen stays. Says whether it did.
    pub fn restate(&mut self, rules: &Playbook, month: Month, case: CaseId) -> bool {
        if !self.is_over(month) || self.is_frozen(month) {
            return false;
        }
        let Some(life) = self.lives.get(&case) else { return false };
        if !self.restated.insert((month, case)) {
            return false;
        }
        let of = (&rules.calendar, month);
        let mut marks = Marks::default();
        life.mark(&mut marks);
        self.board.take_out(of, &life.keys, marks.list());
        true
    }

    /// An appeal was upheld: what `case` did leaves each month that is over and not frozen.
    pub(in crate::picture) fn restate_unfrozen(&mut self, rules: &Playbook, case: CaseId) {
        for month in self.unfrozen() {
            self.restate(rules, month, case);
        }
    }

    /// Freezes what is over for as long as the rules say.
    pub(super) fn freeze_due(&mut self, rules: &Playbook, to: Timestamp) {
        for month in self.unfrozen() {
            let ended = rules.calendar.day_begins(month.next().first_day());
            if rules.calendar.after(ended, rules.limits.freeze) <= to {
                self.freeze(month);
            }
        }
    }

    /// The months that are over and not frozen.
    fn unfrozen(&self) -> Vec<Month> {
        let over = self.board.months().into_iter().filter(|month| self.is_over(*month));
        over.filter(|month| !self.is_frozen(*month)).collect()
    }

    /// Bytes they hold, about: the board's, and what is remembered of cases and tickets.
    #[must_use]
    pub fn held_bytes(&self) -> (usize, usize) {
        let life = |life: &Life| {
            let rare = life.rare.as_ref().map_or(0, |rare| rare.held_bytes());
            size_of::<Life>().saturating_add(ENTRY_BYTES).saturating_add(rare)
        };
        let lives: usize = self.lives.values().map(|it| life(it)).sum();
        let askers = self
            .askers
            .len()
            .saturating_mul(size_of::<super::ticket::Asker>().saturating_add(ENTRY_BYTES));
        let crossings = self.crossings.len().saturating_mul(ENTRY_BYTES.saturating_mul(2));
        let remembered = lives.saturating_add(askers).saturating_add(crossings);
        (self.board.held_bytes(), remembered)
    }
}
