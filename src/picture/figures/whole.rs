//! What a case counts for, all of it, in a fixed order.

use crate::domain::CaseState;
use crate::domain::trade::Card;

use super::facts::{Fact, Gauge, Span};
use super::keys::Slot;
use super::life::{Life, Phase, Sort};
use super::marks::{Marks, Stood};
use super::ticket::is_own_eyes;

impl Life {
    /// Puts all its marks.
    pub(super) fn mark(&self, marks: &mut Marks) {
        self.mark_beginning(marks);
        self.mark_steps(marks);
        self.mark_now(marks);
        self.mark_spans(marks);
        self.mark_sort(marks);
        if let Some(rare) = &self.rare {
            rare.mark(self, marks);
        }
    }

    fn mark_beginning(&self, marks: &mut Marks) {
        let lead = self.lead;
        let begun = Some(self.opened_at).filter(|_| !self.arrived);
        marks.fact(Fact::Opened, begun, lead);
        marks.fact(Fact::Heard, begun.filter(|_| self.channel.is_some()), lead);
        let filed = self.filed();
        marks.fact(Fact::Filed, filed, lead);
        marks.fact(Fact::FiledInTime, filed.filter(|_| !self.filed_late), lead);
        let merged = self.ended_at.filter(|_| self.state == CaseState::Merged);
        marks.fact(Fact::Merged, merged, lead);
        marks.fact(Fact::Proactive, filed.filter(|_| self.is_proactive()), lead);
    }

    /// When it was filed, where that stands: what was merged is part of another.
    fn filed(&self) -> Option<crate::domain::Timestamp> {
        let stands = !matches!(self.state, CaseState::Merged | CaseState::Rejected);
        self.filed_at.filter(|_| stands)
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

    fn mark_steps(&self, marks: &mut Marks) {
        marks.stood((Fact::Accepted, Fact::AcceptedInTime), self.accepted);
        marks.stood((Fact::Dispatched, Fact::DispatchedInTime), self.dispatched);
        let again = self.dispatched.filter(|_| self.returned);
        marks.fact(Fact::DispatchedAgain, again.map(|stood| stood.at), org_of(again));
        marks.stood((Fact::Signed, Fact::SignedInTime), self.signed);
        marks.stood((Fact::Handled, Fact::HandledInTime), self.handled);
        marks.stood((Fact::Checked, Fact::CheckedInTime), self.checked);
        marks.stood((Fact::Closed, Fact::ClosedInTime), self.closed);
        let words = [
            (Fact::Reworked, self.reworked),
            (Fact::Extended, self.extended),
            (Fact::SelfHandled, self.self_handled.filter(|_| self.filed().is_some())),
        ];
        for (fact, done) in words {
            let org = done.map_or(Slot::NONE, |(_, org)| org);
            marks.fact(fact, done.map(|(at, _)| at), org);
        }
        let recurred = self.closed.filter(|_| self.recurred);
        marks.fact(Fact::Recurred, recurred.map(|stood| stood.at), org_of(recurred));
    }

    fn mark_now(&self, marks: &mut Marks) {
        let (open, lead, state) = (self.is_open(), self.lead, self.state);
        let late = open && self.phase == Phase::Late;
        let handling = matches!(state, CaseState::Handling | CaseState::Suspended);
        let to_dispatch = late && self.lets.dispatch;
        let handled_late = self.handled.is_some_and(|handled| handled.late);
        let card = |card| open && self.card == Some(card);
        let so = [
            (Gauge::Open, open),
            (Gauge::Overdue, late),
            (Gauge::Soon, open && self.phase == Phase::Soon),
            (Gauge::Suspended, state == CaseState::Suspended),
            (Gauge::Plain, card(Card::Plain)),
            (Gauge::Yellow, card(Card::Yellow)),
            (Gauge::Red, card(Card::Red)),
            (Gauge::AcceptOverdue, self.is_waiting() && self.accept_late),
            (Gauge::DispatchOverdue, to_dispatch),
            (Gauge::DispatchOverdueAgain, to_dispatch && self.returned),
            (Gauge::SignOverdue, late && self.lets.accept),
            (Gauge::HandleOverdue, late && handling),
            (Gauge::CheckOverdue, late && state == CaseState::Handled),
            (Gauge::CloseOverdue, open && self.filed_at.is_some() && (late || handled_late)),
        ];
        for (gauge, stands) in so {
            marks.now(gauge, stands, lead);
        }
    }

    fn mark_spans(&self, marks: &mut Marks) {
        let at = |stood: Option<Stood>| stood.map(|stood| stood.at);
        let opened = Some(self.opened_at);
        let (sent, signed) = (self.sent_at, at(self.signed));
        let dispatched = at(self.dispatched);
        let began = signed.or(sent);
        let spans = [
            (Span::Accept, opened, self.accepted),
            (Span::Dispatch, self.filed_at.filter(|_| dispatched.is_some()), self.dispatched),
            (Span::Sign, sent, self.signed),
            (Span::Handle, began, self.handled),
            (Span::Check, at(self.handled), self.checked),
            (Span::Whole, opened, self.handled),
        ];
        for (span, from, to) in spans {
            marks.span(span, (from, at(to)), org_of(to));
        }
    }

    /// What only its kind counts for; nine marks at most, in the order of the kind.
    fn mark_sort(&self, marks: &mut Marks) {
        let lead = self.lead;
        let opened = Some(self.opened_at).filter(|_| !self.arrived);
        let decided = self.accepted.filter(|_| self.state != CaseState::Rejected);
        let late = self.is_open() && self.phase == Phase::Late;
        match self.sort {
            Sort::Dispute => {
                marks.fact(Fact::DisputeFiled, self.filed(), lead);
                let settled = self.handled;
                marks.fact(Fact::DisputeSettled, settled.map(|stood| stood.at), org_of(settled));
                marks.stood((Fact::DisputeTouched, Fact::DisputeTouchedInTime), self.signed);
                marks.now(Gauge::DisputeGravest, self.is_open() && self.gravest, lead);
                marks.now(Gauge::DisputeTouchOverdue, late && self.lets.accept, lead);
            }
            Sort::Hazard => {
                marks.fact(Fact::HazardFound, self.filed(), lead);
                marks.stood((Fact::HazardFixed, Fact::HazardFixedInTime), self.handled);
                let handling = matches!(self.state, CaseState::Handling | CaseState::Suspended);
                marks.now(Gauge::HazardOverdue, late && handling, lead);
            }
            Sort::Wish => {
                marks.fact(Fact::WishPosted, opened, lead);
                marks.fact(Fact::WishClaimed, decided.map(|stood| stood.at), org_of(decided));
                marks.fact(Fact::WishDone, self.handled.map(|it| it.at), org_of(self.handled));
            }
            Sort::Form => {
                let refused = self.state == CaseState::Rejected;
                marks.fact(Fact::FormRefused, self.ended_at.filter(|_| refused), lead);
            }
            Sort::Warning | Sort::Whistle | Sort::Notice | Sort::Certificate | Sort::Other => {}
        }
        if self.sort == Sort::Warning || self.channel == Some(crate::domain::Channel::Video) {
            marks.fact(Fact::AlarmRaised, opened, lead);
            let confirmed = decided.filter(|_| !self.arrived);
            marks.fact(Fact::AlarmConfirmed, confirmed.map(|_| self.opened_at), lead);
            let at = confirmed.map(|stood| stood.at);
            marks.span(Span::Confirm, (Some(self.opened_at), at), lead);
        }
    }
}

fn org_of(stood: Option<Stood>) -> Slot {
    stood.map_or(Slot::NONE, |stood| stood.org)
}
