//! What only a case's kind counts for, and what a camera saw.

use crate::domain::{CaseState, Channel, Timestamp};

use super::facts::{Fact, Gauge, Span};
use super::keys::Slot;
use super::life::{Life, Sort};
use super::marks::{Marks, Stood};
use super::whole::Part;

/// All of that; nothing of most cases.
#[derive(PartialEq)]
pub(super) struct Own(Option<Matter>);

#[derive(PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, true or not")]
struct Matter {
    sort: Sort,
    is_alarm: bool,
    lead: Slot,
    opened_at: Timestamp,
    begun: Option<Timestamp>,
    filed: Option<Timestamp>,
    refused: Option<Timestamp>,
    /// The centre's decision to take it up.
    decided: Option<Stood>,
    signed: Option<Stood>,
    handled: Option<Stood>,
    is_gravest: bool,
    is_touched_late: bool,
    is_handled_late: bool,
}

impl Part for Own {
    fn of(life: &Life) -> Self {
        let is_alarm = life.sort == Sort::Warning || life.channel == Some(Channel::Video);
        if life.sort == Sort::Other && !is_alarm {
            return Self(None);
        }
        let is_refused = life.state == CaseState::Rejected;
        Self(Some(Matter {
            sort: life.sort,
            is_alarm,
            lead: life.lead,
            opened_at: life.opened_at,
            begun: life.opened_here(),
            filed: life.filed(),
            refused: life.ended_at.filter(|_| is_refused),
            decided: life.accepted.filter(|_| !is_refused),
            signed: life.signed,
            handled: life.handled,
            is_gravest: life.is_open() && life.gravest,
            is_touched_late: life.is_late() && life.lets.accept,
            is_handled_late: life.is_late() && life.is_handling(),
        }))
    }

    fn mark(&self, marks: &mut Marks) {
        if let Some(matter) = &self.0 {
            matter.mark_sort(marks);
            if matter.is_alarm {
                matter.mark_alarm(marks);
            }
        }
    }
}

impl Matter {
    fn mark_sort(&self, marks: &mut Marks) {
        let lead = self.lead;
        match self.sort {
            Sort::Dispute => {
                marks.fact(Fact::DisputeFiled, self.filed, lead);
                marks.done(Fact::DisputeSettled, self.handled);
                marks.stood((Fact::DisputeTouched, Fact::DisputeTouchedInTime), self.signed);
                marks.now(Gauge::DisputeGravest, self.is_gravest, lead);
                marks.now(Gauge::DisputeTouchOverdue, self.is_touched_late, lead);
            }
            Sort::Hazard => {
                marks.fact(Fact::HazardFound, self.filed, lead);
                marks.stood((Fact::HazardFixed, Fact::HazardFixedInTime), self.handled);
                marks.now(Gauge::HazardOverdue, self.is_handled_late, lead);
            }
            Sort::Wish => {
                marks.fact(Fact::WishPosted, self.begun, lead);
                marks.done(Fact::WishClaimed, self.decided);
                marks.done(Fact::WishDone, self.handled);
            }
            Sort::Form => marks.fact(Fact::FormRefused, self.refused, lead),
            Sort::Warning | Sort::Whistle | Sort::Notice | Sort::Certificate | Sort::Other => {}
        }
    }

    fn mark_alarm(&self, marks: &mut Marks) {
        marks.fact(Fact::AlarmRaised, self.begun, self.lead);
        let confirmed = self.decided.filter(|_| self.begun.is_some());
        marks.fact(Fact::AlarmConfirmed, confirmed.map(|_| self.opened_at), self.lead);
        let at = confirmed.map(|stood| stood.at);
        marks.span(Span::Confirm, (Some(self.opened_at), at), self.lead);
    }
}
