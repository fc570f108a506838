//! What a case counts for, part by part, in a fixed order.
//!
//! A part is made of a few fields of a life, and of nothing else: where those are alike before and
//! after a step, so are its marks, and need not be written. A step moves few of them.

use crate::domain::trade::Card;
use crate::domain::{CaseState, Timestamp};

use super::facts::{Fact, Gauge, Span};
use super::keys::Slot;
use super::life::{Life, Phase};
use super::marks::{Marks, Scratch, Stood};
use super::own::Own;
use super::ticket::is_own_eyes;

/// A part of what a case counts for.
pub(super) trait Part: PartialEq {
    /// The part of a life.
    fn of(life: &Life) -> Self;

    /// Puts its marks.
    fn mark(&self, marks: &mut Marks);
}

impl Life {
    /// Puts all its marks.
    pub(super) fn mark(&self, marks: &mut Marks) {
        Beginning::of(self).mark(marks);
        Sending::of(self).mark(marks);
        Doing::of(self).mark(marks);
        Now::of(self).mark(marks);
        Took::of(self).mark(marks);
        Own::of(self).mark(marks);
        self.mark_rare(marks);
    }

    /// Puts its marks, and those it had as `was`, but for the parts that are as they were; without
    /// [`Life::mark_rare`].
    pub(super) fn mark_since(&self, was: &Self, lists: &mut Scratch) {
        part::<Beginning>(was, self, lists);
        part::<Sending>(was, self, lists);
        part::<Doing>(was, self, lists);
        part::<Now>(was, self, lists);
        part::<Took>(was, self, lists);
        part::<Own>(was, self, lists);
    }

    /// Puts the marks of what few cases have.
    pub(super) fn mark_rare(&self, marks: &mut Marks) {
        if let Some(rare) = &self.rare {
            rare.mark(self, marks);
        }
    }

    /// When it was filed, where that stands: what was merged is part of another.
    pub(super) fn filed(&self) -> Option<Timestamp> {
        let stands = !matches!(self.state, CaseState::Merged | CaseState::Rejected);
        self.filed_at.filter(|_| stands)
    }

    /// When it was opened, where it was opened here.
    pub(super) fn opened_here(&self) -> Option<Timestamp> {
        Some(self.opened_at).filter(|_| !self.arrived)
    }

    pub(super) fn is_late(&self) -> bool {
        self.is_open() && self.phase == Phase::Late
    }

    pub(super) fn is_handling(&self) -> bool {
        matches!(self.state, CaseState::Handling | CaseState::Suspended)
    }

    /// Whether the city saw it itself, and no citizen had to ask before it was handled.
    fn is_proactive(&self) -> bool {
        let asked = match (self.citizen_at, self.handled) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(asked), Some(handled)) => asked < handled.at,
        };
        self.channel.is_some_and(is_own_eyes) && !asked
    }
}

/// Puts a part's marks before and after, where they may differ: in other rows all of them do.
fn part<P: Part>(was: &Life, is: &Life, lists: &mut Scratch) {
    let (before, after) = (P::of(was), P::of(is));
    if before != after || was.keys != is.keys {
        before.mark(&mut lists.before);
        after.mark(&mut lists.after);
    }
}

/// How it began.
#[derive(PartialEq)]
struct Beginning {
    lead: Slot,
    begun: Option<Timestamp>,
    is_heard: bool,
    filed: Option<Timestamp>,
    filed_late: bool,
    merged: Option<Timestamp>,
    is_proactive: bool,
}

impl Part for Beginning {
    fn of(life: &Life) -> Self {
        Self {
            lead: life.lead,
            begun: life.opened_here(),
            is_heard: life.channel.is_some(),
            filed: life.filed(),
            filed_late: life.filed_late,
            merged: life.ended_at.filter(|_| life.state == CaseState::Merged),
            is_proactive: life.is_proactive(),
        }
    }

    fn mark(&self, marks: &mut Marks) {
        let lead = self.lead;
        marks.fact(Fact::Opened, self.begun, lead);
        marks.fact(Fact::Heard, self.begun.filter(|_| self.is_heard), lead);
        marks.fact(Fact::Filed, self.filed, lead);
        marks.fact(Fact::FiledInTime, self.filed.filter(|_| !self.filed_late), lead);
        marks.fact(Fact::Merged, self.merged, lead);
        marks.fact(Fact::Proactive, self.filed.filter(|_| self.is_proactive), lead);
    }
}

/// How it came to whom it is for.
#[derive(PartialEq)]
struct Sending {
    accepted: Option<Stood>,
    dispatched: Option<Stood>,
    returned: bool,
    signed: Option<Stood>,
}

impl Part for Sending {
    fn of(life: &Life) -> Self {
        let Life { accepted, dispatched, returned, signed, .. } = *life;
        Self { accepted, dispatched, returned, signed }
    }

    fn mark(&self, marks: &mut Marks) {
        marks.stood((Fact::Accepted, Fact::AcceptedInTime), self.accepted);
        marks.stood((Fact::Dispatched, Fact::DispatchedInTime), self.dispatched);
        marks.done(Fact::DispatchedAgain, self.dispatched.filter(|_| self.returned));
        marks.stood((Fact::Signed, Fact::SignedInTime), self.signed);
    }
}

/// What was done about it.
#[derive(PartialEq)]
struct Doing {
    handled: Option<Stood>,
    checked: Option<Stood>,
    closed: Option<Stood>,
    recurred: bool,
    reworked: Option<(Timestamp, Slot)>,
    extended: Option<(Timestamp, Slot)>,
    self_handled: Option<(Timestamp, Slot)>,
}

impl Part for Doing {
    fn of(life: &Life) -> Self {
        let Life { handled, checked, closed, recurred, reworked, extended, .. } = *life;
        let self_handled = life.self_handled.filter(|_| life.filed().is_some());
        Self { handled, checked, closed, recurred, reworked, extended, self_handled }
    }

    fn mark(&self, marks: &mut Marks) {
        marks.stood((Fact::Handled, Fact::HandledInTime), self.handled);
        marks.stood((Fact::Checked, Fact::CheckedInTime), self.checked);
        marks.stood((Fact::Closed, Fact::ClosedInTime), self.closed);
        marks.done(Fact::Recurred, self.closed.filter(|_| self.recurred));
        let words = [
            (Fact::Reworked, self.reworked),
            (Fact::Extended, self.extended),
            (Fact::SelfHandled, self.self_handled),
        ];
        for (fact, done) in words {
            let org = done.map_or(Slot::NONE, |(_, org)| org);
            marks.fact(fact, done.map(|(at, _)| at), org);
        }
    }
}

/// How many gauges every case has.
const GAUGES: usize = 14;

/// How it stands now.
#[derive(PartialEq)]
struct Now {
    lead: Slot,
    stands: [bool; GAUGES],
}

impl Now {
    const OF: [Gauge; GAUGES] = [
        Gauge::Open,
        Gauge::Overdue,
        Gauge::Soon,
        Gauge::Suspended,
        Gauge::Plain,
        Gauge::Yellow,
        Gauge::Red,
        Gauge::AcceptOverdue,
        Gauge::DispatchOverdue,
        Gauge::DispatchOverdueAgain,
        Gauge::SignOverdue,
        Gauge::HandleOverdue,
        Gauge::CheckOverdue,
        Gauge::CloseOverdue,
    ];
}

impl Part for Now {
    fn of(life: &Life) -> Self {
        let (open, late, state) = (life.is_open(), life.is_late(), life.state);
        let handled_late = life.handled.is_some_and(|handled| handled.late);
        let card = |card| open && life.card == Some(card);
        let stands = [
            open,
            late,
            open && life.phase == Phase::Soon,
            state == CaseState::Suspended,
            card(Card::Plain),
            card(Card::Yellow),
            card(Card::Red),
            life.is_waiting() && life.accept_late,
            late && life.lets.dispatch,
            late && life.lets.dispatch && life.returned,
            late && life.lets.accept,
            late && life.is_handling(),
            late && state == CaseState::Handled,
            open && life.filed_at.is_some() && (late || handled_late),
        ];
        Self { lead: life.lead, stands }
    }

    fn mark(&self, marks: &mut Marks) {
        for (gauge, stands) in Self::OF.into_iter().zip(self.stands) {
            marks.now(gauge, stands, self.lead);
        }
    }
}

/// How long what was done took.
#[derive(PartialEq)]
struct Took {
    opened_at: Timestamp,
    filed_at: Option<Timestamp>,
    sent_at: Option<Timestamp>,
    accepted: Option<Stood>,
    dispatched: Option<Stood>,
    signed: Option<Stood>,
    handled: Option<Stood>,
    checked: Option<Stood>,
}

impl Part for Took {
    fn of(life: &Life) -> Self {
        let Life { opened_at, filed_at, sent_at, accepted, dispatched, .. } = *life;
        let Life { signed, handled, checked, .. } = *life;
        Self { opened_at, filed_at, sent_at, accepted, dispatched, signed, handled, checked }
    }

    fn mark(&self, marks: &mut Marks) {
        let at = |stood: Option<Stood>| stood.map(|stood| stood.at);
        let opened = Some(self.opened_at);
        let began = at(self.signed).or(self.sent_at);
        let spans = [
            (Span::Accept, opened, self.accepted),
            (Span::Dispatch, self.filed_at, self.dispatched),
            (Span::Sign, self.sent_at, self.signed),
            (Span::Handle, began, self.handled),
            (Span::Check, at(self.handled), self.checked),
            (Span::Whole, opened, self.handled),
        ];
        for (span, from, to) in spans {
            marks.span(span, (from, at(to)), org_of(to));
        }
    }
}

fn org_of(stood: Option<Stood>) -> Slot {
    stood.map_or(Slot::NONE, |stood| stood.org)
}
