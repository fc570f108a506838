//! After the case: who asked is spoken with 联系, asked how it went 回访, or stands outside the
//! rates 剔除. Once nobody waits any more, the closed case is evaluated.

use crate::domain::trade::{Exclusion, ExclusionReason, Satisfaction, Visit};
use crate::domain::{CaseId, CaseState, Happened, Refusal, Reply, TicketId, VerbCode};

use super::super::clocks::evaluate;
use super::super::road::{road, take};
use super::super::why::{Asked, Why, second_agrees};
use super::super::write::move_ticket;
use super::super::{Effects, Situation};

/// The sender of `ticket` was spoken with.
pub(in crate::situation) fn contact(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    ticket: TicketId,
) -> Result<(), Refusal> {
    let row = situation.ticket(ticket).ok_or(Refusal::UnknownTicket)?;
    let (_, taken) = road(situation, asked, row.case, VerbCode::Contact)?;

    move_ticket(situation, effects, ticket, |row| {
        row.contacted_at = row.contacted_at.or(Some(asked.now));
    });
    take(situation, effects, asked, (taken, Happened::Contacted { ticket }), |_, _| {});
    Ok(())
}

/// … and said how it went; a ticket is visited once, after its reply.
pub(in crate::situation) fn visit(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (ticket, resolved, satisfaction): (TicketId, bool, Satisfaction),
) -> Result<(), Refusal> {
    let row = situation.ticket(ticket).ok_or(Refusal::UnknownTicket)?;
    let (_, taken) = road(situation, asked, row.case, VerbCode::Visit)?;
    if !matches!(row.reply, Reply::Given { .. }) || !row.waits() {
        return Err(Refusal::VisitNotOwed);
    }

    move_ticket(situation, effects, ticket, |row| {
        row.visit = Some(Box::new(Visit { at: asked.now, resolved, satisfaction }));
        row.contacted_at = row.contacted_at.or(Some(asked.now));
    });
    take(situation, effects, asked, (taken, Happened::Visited { ticket }), |_, _| {});
    evaluate_if_done(situation, effects, asked.why(), taken.case);
    Ok(())
}

/// The ticket leaves the three rates; two people say so, for a listed reason. It is answered all
/// the same, where a reply is owed.
pub(in crate::situation) fn exclude(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (ticket, reason, second): (TicketId, ExclusionReason, &str),
) -> Result<(), Refusal> {
    let row = situation.ticket(ticket).ok_or(Refusal::UnknownTicket)?;
    let (_, taken) = road(situation, asked, row.case, VerbCode::Exclude)?;
    if row.exclusion.is_some() {
        return Err(Refusal::ExcludedAlready);
    }
    second_agrees(asked, second)?;

    move_ticket(situation, effects, ticket, |row| {
        row.exclusion = Some(Box::new(Exclusion { reason, at: asked.now }));
    });
    let what = Happened::Excluded { ticket, second: second.to_owned() };
    take(situation, effects, asked, (taken, what), |_, _| {});
    evaluate_if_done(situation, effects, asked.why(), taken.case);
    Ok(())
}

/// Evaluates a closed case that had somebody waiting and has nobody now.
pub(super) fn evaluate_if_done(
    situation: &mut Situation,
    effects: &mut Effects,
    why: Why<'_>,
    case: CaseId,
) {
    let Some(row) = situation.case(case) else { return };
    let done = row.state == CaseState::Closed && row.tickets_waiting == 0;
    if done && !situation.playbook.kind(row.kind).knows(VerbCode::Rate) {
        evaluate(situation, effects, why, case);
    }
}
