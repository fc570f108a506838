//! Urging 催办: pressing for a case, by an operator or by the ticket's own sender.

use crate::domain::{CaseId, Happened, OrderTo, OrderWhat, Refusal, TicketId, VerbCode};

use super::super::road::road;
use super::super::why::{Asked, Why};
use super::super::write::{move_case, move_ticket, tell};
use super::super::{Effects, Situation};

/// An operator presses for `case`.
pub(super) fn urge(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    case: CaseId,
) -> Result<(), Refusal> {
    road(situation, asked, case, VerbCode::Urge)?;

    press(situation, effects, asked.why(), case);
    Ok(())
}

/// The sender of `ticket` asks again. An ended case is not pressed; its ticket remembers.
pub(super) fn heard(situation: &mut Situation, effects: &mut Effects, ticket: TicketId) {
    let why = Why::of_time(situation.now);
    move_ticket(situation, effects, ticket, |ticket| {
        ticket.urges = ticket.urges.saturating_add(1);
    });
    let Some(case) = situation.ticket(ticket).map(|ticket| ticket.case) else { return };
    if situation.case(case).is_some_and(|row| !row.state.is_ended()) {
        press(situation, effects, why, case);
    }
}

fn press(situation: &mut Situation, effects: &mut Effects, why: Why<'_>, case: CaseId) {
    move_case(situation, effects, why, (case, Happened::Urged), |row, _| {
        row.counters.urges = row.counters.urges.saturating_add(1);
    });
    if let Some(lead) = situation.case(case).and_then(|case| case.lead.clone()) {
        tell(situation, effects, case, (OrderTo::Org(lead), OrderWhat::Urged));
    }
}
