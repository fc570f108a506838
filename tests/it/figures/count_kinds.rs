//! What only some kinds and some cases count for, by definition; and where counts go.

use liandong::domain::trade::{Card, PartRole};
use liandong::domain::{
    Assignment, Case, CaseState, Channel, Happened, KindCode, OrgCode, StepCode, Timestamp, UnitId,
};
use liandong::picture::figures::{Fact as F, Span as S};

use super::count::{Counted, HOUR, MONTH, Road, Said, Stands, Thing, closed};

impl Road<'_> {
    pub(super) fn count_cards(&self, out: &mut Out<'_>) {
        let words = [
            (Card::Plain, F::PlainIssued, F::PlainCleared),
            (Card::Yellow, F::YellowIssued, F::YellowCleared),
            (Card::Red, F::RedIssued, F::RedCleared),
        ];
        let held = |row: &Case| row.supervision.as_ref().map(|it| it.card);
        for (card, issued, cleared) in words {
            let given = Happened::Supervised { card };
            let Some((at, when, org)) = self.said(|what| *what == given) else { continue };
            out.fact(issued, Some(when), &org);
            let cancelled = (at + 1..self.moves.len()).any(|at| {
                let off = matches!(self.moves[at].what, Happened::SupervisionCancelled { .. });
                off && held(&self.moves[at - 1].row) == Some(card)
            });
            let over = held(self.last) == Some(card) && closed(self.last);
            out.fact(cleared, Some(when).filter(|_| cancelled || over), &org);
        }
    }

    pub(super) fn count_kind(
        &self,
        out: &mut Out<'_>,
        (filed, begun): (Option<Timestamp>, Option<Timestamp>),
        (accepted, signed, handled, ended): (
            &Option<Stands>,
            &Option<Stands>,
            &Option<Stands>,
            &Option<Stands>,
        ),
    ) {
        let (row, lead) = (self.last, self.last.lead.clone());
        let decided = accepted.as_ref().filter(|_| row.state != CaseState::Rejected);
        if row.kind == KindCode::of("dispute") {
            out.fact(F::DisputeFiled, filed, &lead);
            out.done(F::DisputeSettled, handled.as_ref());
            out.stands((F::DisputeTouched, F::DisputeTouchedInTime), signed.as_ref());
            out.said(F::DisputeReverted, self.reverted());
        } else if row.kind == KindCode::of("safety_hazard") {
            out.fact(F::HazardFound, filed, &lead);
            out.stands((F::HazardFixed, F::HazardFixedInTime), handled.as_ref());
        } else if row.kind == KindCode::of("micro_wish") {
            out.fact(F::WishPosted, begun, &lead);
            out.done(F::WishClaimed, decided);
            out.done(F::WishDone, handled.as_ref());
        } else if row.kind == KindCode::of("form_task") {
            let refused = row.ended_at.filter(|_| row.state == CaseState::Rejected);
            out.fact(F::FormRefused, refused, &lead);
        } else if row.kind == KindCode::of("certificate") {
            let lawful = row.stamps.get(&StepCode::of("check_list")).copied();
            out.fact(F::CertificateLawful, lawful, &lead);
            let soon = ended.as_ref().is_some_and(|it| it.at.ms_since(row.opened_at) <= HOUR);
            out.fact(F::CertificateAtOnce, lawful.filter(|_| soon), &lead);
        } else if row.kind == KindCode::WHISTLE || row.kind == KindCode::of("notice") {
            self.count_parts(out);
        }
        if row.kind == KindCode::of("warning") || row.channel == Some(Channel::Video) {
            out.fact(F::AlarmRaised, begun, &lead);
            let confirmed = decided.filter(|_| begun.is_some());
            out.fact(F::AlarmConfirmed, confirmed.and(begun), &lead);
            let confirmed = confirmed.map(|it| Stands { org: lead, ..it.clone() });
            out.span(S::Confirm, Some(row.opened_at), confirmed.as_ref());
        }
    }

    /// The last time that a settled dispute was reopened within 30 days.
    fn reverted(&self) -> Option<Said> {
        (1..self.moves.len()).rev().find_map(|at| {
            let reopened = matches!(self.moves[at].what, Happened::Reopened { .. });
            let moves = &self.moves[..at];
            let before = Road { moves, last: moves.last()?.row.as_ref(), ..*self };
            let closed = before.closed(None).filter(|_| reopened)?;
            let when = self.moves[at].at;
            (when.ms_since(closed.at) <= MONTH).then_some((at, when, closed.org))
        })
    }

    pub(super) fn count_parts(&self, out: &mut Out<'_>) {
        let whistle = self.last.kind == KindCode::WHISTLE;
        let called = self.last.parts.iter().filter(|(_, part)| part.role == PartRole::Called);
        for (org, part) in called.clone() {
            let did = |step| part.done.iter().any(|(it, _)| *it == StepCode::of(step));
            let so = |stands: bool| stands.then_some(part.since);
            let org = Some(org.clone());
            if whistle {
                out.fact(F::Called, so(true), &org);
                out.fact(F::Arrived, so(part.ended && part.late == 0), &org);
            } else {
                out.fact(F::NoticeSent, so(true), &org);
                out.fact(F::NoticeDelivered, so(did("delivered")), &org);
                out.fact(F::NoticeReplied, so(did("replied")), &org);
            }
        }
        let rated = self.moves.iter().rev().find_map(|it| match it.what {
            Happened::Rated { rating, resolved } => Some((it.at, rating, resolved)),
            _ => None,
        });
        let Some((at, rating, solved)) = rated.filter(|_| whistle && closed(self.last)) else {
            return;
        };
        let orgs = called.map(|(org, _)| (Some(org.clone()), (true, false)));
        for (org, rows) in orgs.chain([(None, (false, true))]) {
            let words = [
                (F::WhistleRated, 1),
                (F::WhistleSolved, i64::from(solved)),
                (F::WhistlePoints, i64::from(rating)),
            ];
            for (fact, count) in words {
                out.put(Thing::Fact(fact, at), (org.clone(), rows), count);
            }
        }
    }

    pub(super) fn count_orders(&self, out: &mut Out<'_>) {
        let mut orders: Vec<(UnitId, Assignment, OrgCode)> = Vec::new();
        for (_, unit) in &self.history.units {
            let Some(order) = unit.assignment.filter(|it| it.case == self.last.id) else {
                continue;
            };
            let same = |(id, other, _): &&mut (UnitId, Assignment, OrgCode)| {
                (*id, other.ordered_at) == (unit.id, order.ordered_at)
            };
            match orders.iter_mut().find(same) {
                Some(known) => known.1 = order,
                None => orders.push((unit.id, order, unit.org.clone())),
            }
        }
        let mut first: Option<(Timestamp, Option<OrgCode>)> = None;
        for (_, order, org) in orders {
            let (sent, org) = (order.ordered_at, Some(org));
            out.fact(F::OrderSent, Some(sent), &org);
            let soon = order.displayed_at.is_some_and(|at| at.ms_since(sent) <= 60_000);
            out.fact(F::OrderShown, Some(sent).filter(|_| soon), &org);
            let Some(at) = order.arrived_at else { continue };
            let there = Stands { at, order: 0, org: org.clone(), late: false };
            out.span(S::OrderArrival, Some(sent), Some(&there));
            out.span(S::Response, Some(self.last.opened_at), Some(&there));
            if first.as_ref().is_none_or(|(earlier, _)| at < *earlier) {
                first = Some((at, org));
            }
        }
        if let Some((at, org)) = first {
            let there = Stands { at, order: 0, org, late: false };
            out.span(S::FirstArrival, Some(self.last.opened_at), Some(&there));
        }
    }
}

/// Where counts go, of one case.
pub(super) struct Out<'a> {
    pub(super) all: &'a mut Vec<Counted>,
    pub(super) row: &'a Case,
    pub(super) channel: Option<Channel>,
}

impl Out<'_> {
    pub(super) fn put(
        &mut self,
        thing: Thing,
        (org, rows): (Option<OrgCode>, (bool, bool)),
        count: i64,
    ) {
        let (case, channel) = (self.row.clone(), self.channel);
        self.all.push(Counted { thing, org, rows, count, case, channel });
    }

    #[expect(clippy::ref_option, reason = "whoever counts has it as it stands in a row")]
    pub(super) fn fact(&mut self, fact: F, at: Option<Timestamp>, org: &Option<OrgCode>) {
        if let Some(at) = at {
            self.put(Thing::Fact(fact, at), (org.clone(), (true, true)), 1);
        }
    }

    pub(super) fn done(&mut self, fact: F, stands: Option<&Stands>) {
        self.fact(fact, stands.map(|it| it.at), &stands.and_then(|it| it.org.clone()));
    }

    pub(super) fn stands(&mut self, (done, in_time): (F, F), stands: Option<&Stands>) {
        self.done(done, stands);
        self.done(in_time, stands.filter(|it| !it.late));
    }

    pub(super) fn said(&mut self, fact: F, said: Option<Said>) {
        if let Some((_, at, org)) = said {
            self.fact(fact, Some(at), &org);
        }
    }

    pub(super) fn span(&mut self, span: S, from: Option<Timestamp>, to: Option<&Stands>) {
        if let (Some(from), Some(to)) = (from, to) {
            let thing = Thing::Span(span, to.at, to.at.ms_since(from).max(0));
            self.put(thing, (to.org.clone(), (true, true)), 1);
        }
    }
}
