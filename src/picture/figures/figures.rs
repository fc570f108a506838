//! The fold: a change comes, and what the case counted for is replaced by what it counts for now.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::{
    ByNumber, Case, CaseId, Happened, OrgCode, Playbook, PrivacyClass, Purpose, Step, TicketId,
    Timestamp,
};

use super::board::Board;
use super::crossings::{Crossings, Waiting};
use super::facts::Room;
use super::follow::touches_tickets;
use super::keys::{Key, Keys, Slot};
use super::life::{Lets, Life, Outline};
use super::month::Month;
use super::near::Near;
use super::step::News;
use super::ticket::Asker;

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
        if self.now == Timestamp::MIN || self.board.today() < day {
            self.begin_day(rules, (day, to));
        }
        self.cross(rules, to);
        self.now = to;
    }

    fn begin_day(&mut self, rules: &Playbook, (day, to): (i64, Timestamp)) {
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
        if life.looked_at != Some(at) {
            return;
        }
        life.looked_at = None;
        if life.crossing() == Some(at) {
            self.board.edit(&rules.calendar, life, |life| life.cross(to));
        }
        look_again(&mut self.crossings, (case, life));
    }

    /// A case moved. Rows that are only said again say nothing new of a case that is known.
    pub(in crate::picture) fn case_moved(&mut self, moved: Moved<'_>) {
        let Moved { rules, case, step, members, .. } = moved;
        let was = self.lives.get(&case.id).map(|life| life.outline());
        let said_again = step.what == Happened::Restated && was.is_some();
        if said_again || !self.counts(case.purpose) {
            return;
        }
        let news = self.news(moved, was);
        if was.is_none() {
            self.lives.insert(case.id, Box::new(Life::begun(case, news.keys)));
        }
        let Self { lives, board, .. } = self;
        let Some(life) = lives.get_mut(&case.id) else { return };
        if was.is_none() {
            life.take(moved, news);
            board.enter(&rules.calendar, life);
        } else {
            board.edit(&rules.calendar, life, |life| life.take(moved, news));
        }
        look_again(&mut self.crossings, (case.id, life));
        let is = life.outline();
        self.note_near(rules, case, (was, is));
        let (was, is) = (was.map(|was| was.whose), is.whose);
        if was != Some(is) {
            self.follow_tickets(rules, members, (was, is));
        }
    }

    /// What the board and others say of a step.
    fn news(&mut self, moved: Moved<'_>, was: Option<Outline>) -> News {
        let Moved { rules, before, case, step, members } = moved;
        let known = was.zip(before);
        let alike = known.filter(|(_, row)| are_alike(row, case)).map(|(was, _)| was.whose.keys);
        let led = known.filter(|(_, row)| row.lead == case.lead).map(|(was, _)| was.whose.lead);
        let stays = known.is_some_and(|(_, row)| are_at_one_stage(row, case));
        let has_rare = was.is_some_and(|was| was.has_rare);
        News {
            keys: alike.unwrap_or_else(|| self.keys_of(case)),
            lead: led.unwrap_or_else(|| self.org(case.lead.as_ref())),
            lets: (!stays).then(|| Lets::of(rules, case)),
            shares: self.shares_of(case, has_rare),
            citizen_at: self.citizen_at(&step.what, was, members),
        }
    }

    /// When a citizen first asked about the matter, once this has happened to it.
    fn citizen_at(
        &self,
        what: &Happened,
        was: Option<Outline>,
        members: Option<&BTreeSet<TicketId>>,
    ) -> Option<Timestamp> {
        match (what, was) {
            // One more ticket: the others need no look.
            (Happened::TicketJoined { ticket, .. }, Some(was)) => {
                was.citizen_at.into_iter().chain(self.first_citizen([ticket])).min()
            }
            (what, _) if touches_tickets(what) => self.first_citizen(members.into_iter().flatten()),
            (_, was) => was?.citizen_at,
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
        let Self { lives, board, .. } = self;
        if let Some(life) = lives.get_mut(&case) {
            board.edit(&rules.calendar, life, edit);
        }
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

fn are_at_one_stage(one: &Case, other: &Case) -> bool {
    let stage = |case: &Case| (case.kind, case.stage, case.state);
    stage(one) == stage(other)
}

/// Has a life looked at again when time next makes a difference to it. It stands in the list once:
/// where it is looked at before that, it is when that comes.
fn look_again(crossings: &mut Crossings, (case, life): (CaseId, &mut Life)) {
    let Some(at) = life.crossing() else { return };
    if life.looked_at.is_none_or(|looked_at| at < looked_at) {
        life.looked_at = Some(at);
        crossings.add(at, Waiting::Case(case));
    }
}
