//! The fold: a change comes, and what the case counted for is replaced by what it counts for now.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::time::HOUR_MS;
use crate::domain::{
    ByNumber, Case, CaseId, CaseState, Happened, OrgCode, Playbook, PrivacyClass, Purpose,
    StageClock, Step, TicketId, Timestamp, VerbCode,
};

use super::board::Board;
use super::crossings::{Crossings, Waiting};
use super::facts::Room;
use super::follow::touches_tickets;
use super::keys::{Key, Keys, Slot};
use super::life::{Before, Lets, Life, Phase, Running};
use super::month::Month;
use super::near::Near;
use super::ticket::Asker;

/// How long before it is due a case is said to be late soon, in natural time …
const SOON_MS: i64 = HOUR_MS;
/// … and in working time.
const SOON_WORKING_MS: i64 = 4 * HOUR_MS;
/// Months that are closed one by one where no change came meanwhile; beyond, time has jumped.
const MONTHS_CAUGHT_UP: i32 = 24;

/// The figures of one partition.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Figures {
    pub(super) now: Timestamp,
    month: Month,
    pub(super) board: Board,
    pub(super) lives: ByNumber<CaseId, Box<Life>>,
    pub(super) askers: ByNumber<TicketId, Asker>,
    pub(super) crossings: Crossings,
    pub(super) near: Near,
    pub(super) frozen: BTreeSet<Month>,
    pub(super) restated: BTreeSet<(Month, CaseId)>,
    /// Whether nothing is counted.
    #[serde(skip)]
    left_out: bool,
}

/// A case's change, with what the rows know besides.
#[derive(Debug, Clone, Copy)]
pub(in crate::picture) struct Moved<'a> {
    pub(in crate::picture) rules: &'a Playbook,
    pub(in crate::picture) before: Option<&'a Case>,
    pub(in crate::picture) case: &'a Case,
    pub(in crate::picture) step: &'a Step,
    pub(in crate::picture) members: Option<&'a BTreeSet<TicketId>>,
}

impl Figures {
    /// The moment up to which time has passed in them.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Whether from now on nothing is counted.
    pub(in crate::picture) fn leave_out(&mut self, left_out: bool) {
        self.left_out = left_out;
    }

    pub(super) fn counts(&self, purpose: Purpose) -> bool {
        purpose.is_real() && !self.left_out
    }

    pub(super) fn month(&self) -> Month {
        self.month
    }

    /// Time passes: what was due before `to` is late, and a month that is over is summed.
    pub(in crate::picture) fn pass(&mut self, rules: &Playbook, to: Timestamp) {
        if to <= self.now || self.left_out {
            return;
        }
        let day = rules.calendar.day_of(to);
        let month = Month::of_day(day);
        if self.now == Timestamp::MIN || MONTHS_CAUGHT_UP < month.0.saturating_sub(self.month.0) {
            self.month = month;
            self.board.begin_day(day);
        }
        while self.month < month {
            let ends = rules.calendar.day_begins(self.month.next().first_day());
            self.cross(rules, ends);
            self.board.end_month(self.month);
            self.month = self.month.next();
        }
        if self.board.today() < day {
            self.board.begin_day(day);
            self.freeze_due(rules, to);
        }
        self.cross(rules, to);
        self.now = to;
    }

    fn cross(&mut self, rules: &Playbook, to: Timestamp) {
        while let Some((at, waiting)) = self.crossings.take(to) {
            match waiting {
                Waiting::Case(case) => self.cross_case(rules, case, (at, to)),
                Waiting::Asker(ticket) => self.cross_asker(rules, ticket),
            }
        }
    }

    fn cross_case(&mut self, rules: &Playbook, case: CaseId, (at, to): (Timestamp, Timestamp)) {
        let Some(life) = self.lives.get_mut(&case) else { return };
        if life.crossing() != Some(at) {
            return;
        }
        let mut lists = self.board.scratch();
        life.mark(&mut lists.before);
        life.cross(to);
        life.mark(&mut lists.after);
        if let Some(next) = life.crossing() {
            self.crossings.add(next, Waiting::Case(case));
        }
        self.board.replace(&rules.calendar, (&life.keys, &life.keys), lists);
    }

    /// A case moved. Rows that are only said again say nothing new of a case that is known.
    pub(in crate::picture) fn case_moved(&mut self, moved: Moved<'_>) {
        let Moved { rules, case, step, members, .. } = moved;
        let said_again = step.what == Happened::Restated && self.lives.contains_key(&case.id);
        if said_again || !self.counts(case.purpose) {
            return;
        }
        // Changed where it lies: most steps change little of a life.
        let known = self.lives.remove(&case.id);
        let before = known.as_deref().map(Before::of);
        let mut lists = self.board.scratch();
        if let Some(known) = &known {
            known.mark(&mut lists.before);
        }
        let mut life = self.next_life(moved, known);
        if touches_tickets(&step.what) {
            life.citizen_at = self.first_citizen(members);
        }
        self.note_near(rules, case, (before, &mut life));
        life.mark(&mut lists.after);
        let old = before.map_or(life.keys, |before| before.whose.keys);
        self.board.replace(&rules.calendar, (&old, &life.keys), lists);
        self.wait_for(case.id, (before.and_then(|before| before.crossing), life.crossing()));
        let (was, is) = (before.map(|before| before.whose), life.whose());
        self.lives.insert(case.id, life);
        if was != Some(is) {
            self.follow_tickets(rules, members, (was, is));
        }
    }

    /// The life with the step noted, and its clocks running.
    fn next_life(&mut self, moved: Moved<'_>, known: Option<Box<Life>>) -> Box<Life> {
        let Moved { rules, before, case, step, .. } = moved;
        let row = before.filter(|_| known.is_some());
        let known_where = |so: bool| known.as_deref().filter(|_| so);
        let keys = known_where(row.is_some_and(|row| are_alike(row, case))).map(|life| life.keys);
        let lead = known_where(row.is_some_and(|row| row.lead == case.lead)).map(|life| life.lead);
        let keys = keys.unwrap_or_else(|| self.keys_of(case));
        let lead = lead.unwrap_or_else(|| self.org(case.lead.as_ref()));
        let mut life = known.unwrap_or_else(|| Box::new(Life::begun(case, keys)));
        let closed = life.closed;
        life.keys = keys;
        life.note(case, step, lead);
        let same_stage =
            |row: &Case| (row.kind, row.stage, row.state) == (case.kind, case.stage, case.state);
        if row.is_none_or(|row| !same_stage(row)) {
            life.lets = lets(rules, case);
        }
        life.note_reverting(closed, step);
        self.note_shares(case, &mut life);
        run(rules, case, &mut life, step.at);
        life
    }

    /// Time was to make a difference to a case at `from`, and now is to at `to`.
    fn wait_for(&mut self, case: CaseId, (from, to): (Option<Timestamp>, Option<Timestamp>)) {
        if from != to
            && let Some(to) = to
        {
            self.crossings.add(to, Waiting::Case(case));
        }
    }

    /// The organisation's row.
    pub(super) fn org(&mut self, org: Option<&OrgCode>) -> Slot {
        org.map_or(Slot::NONE, |org| self.board.slot(Key::Org(org.clone())))
    }

    fn keys_of(&mut self, case: &Case) -> Keys {
        let closed = matches!(case.privacy, PrivacyClass::Restricted | PrivacyClass::Staff);
        let mut slot = |key: Option<Key>| key.map_or(Slot::NONE, |key| self.board.slot(key));
        Keys {
            room: if closed { Room::Closed } else { Room::Open },
            place: slot(case.place.grid.map(Key::Place)),
            item: slot(case.item.map(Key::Item)),
            channel: slot(case.channel.map(Key::Channel)),
            kind: slot(Some(Key::Kind(case.kind))),
        }
    }

    /// Changes the life of `case` by `edit`, and what it counts for with it.
    pub(super) fn edit(&mut self, rules: &Playbook, case: CaseId, edit: impl FnOnce(&mut Life)) {
        let Some(life) = self.lives.get_mut(&case) else { return };
        let mut lists = self.board.scratch();
        life.mark(&mut lists.before);
        edit(life);
        life.mark(&mut lists.after);
        self.board.replace(&rules.calendar, (&life.keys, &life.keys), lists);
    }

    /// An ended case leaves. What it did was done; only what is so now is taken out.
    pub(in crate::picture) fn case_left(
        &mut self,
        rules: &Playbook,
        case: CaseId,
        members: &BTreeSet<TicketId>,
    ) {
        let life = self.lives.remove(&case);
        self.near.set(case, None);
        for ticket in members {
            let Some(asker) = self.askers.remove(ticket) else { continue };
            if let Some(life) = &life {
                let mut lists = self.board.scratch();
                asker.mark(life.whose(), &mut lists.before);
                self.board.leave(&rules.calendar, &asker.keys(life.whose()), lists);
            }
        }
        if let Some(life) = life {
            let mut lists = self.board.scratch();
            life.mark(&mut lists.before);
            self.board.leave(&rules.calendar, &life.keys, lists);
        }
    }
}

/// Whether two rows of a case count in the same rows, but for whose it is.
fn are_alike(one: &Case, other: &Case) -> bool {
    let keys = |case: &Case| (case.privacy, case.kind, case.item, case.place.grid, case.channel);
    keys(one) == keys(other)
}

/// What the stage of a case lets be asked.
fn lets(rules: &Playbook, case: &Case) -> Lets {
    let kind = rules.kind(case.kind);
    let Some((_, stage)) = kind.stage(case.stage, case.state) else { return Lets::default() };
    let has = |verb| stage.moves.iter().any(|a_move| a_move.verb == verb);
    Lets { dispatch: has(VerbCode::Dispatch), accept: has(VerbCode::Accept) }
}

/// Lets the clocks run that the row has.
fn run(rules: &Playbook, case: &Case, life: &mut Life, at: Timestamp) {
    let clock = case.clock.filter(|_| life.is_open());
    if case.state == CaseState::Reported
        && let Some(clock) = clock
        && life.accept.is_none_or(|(since, _)| since == clock.since)
    {
        life.accept = Some((clock.since, clock.due));
    }
    let running = clock.filter(|_| case.state != CaseState::Suspended);
    life.running = running.map(|clock| match life.running {
        Some(known) if (known.since, known.due) == (clock.since, clock.due) => known,
        _ => Running { since: clock.since, due: clock.due, soon: soon(rules, clock) },
    });
    let paused_late = case.pause.as_ref().is_some_and(|pause| pause.left_ms < 0);
    let late = case.state == CaseState::Suspended && paused_late;
    life.phase = if late { Phase::Late } else { Phase::Calm };
    life.cross(at);
}

/// After which moment a stage has less than an hour left, or four working hours.
fn soon(rules: &Playbook, clock: StageClock) -> Timestamp {
    if !clock.unit.is_working() {
        return clock.due.plus_ms(SOON_MS.saturating_neg());
    }
    let whole = rules.calendar.passed(clock.unit, clock.since, clock.due);
    if whole < SOON_WORKING_MS {
        return clock.since.plus_ms(-1);
    }
    // The last moment with four hours left: over midday that is the end of the pause.
    let past = whole.saturating_sub(SOON_WORKING_MS).saturating_add(1);
    rules.calendar.after_ms(clock.since, clock.unit, past).plus_ms(-1)
}
