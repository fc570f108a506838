//! Replying 答复: each sender is answered, whatever became of the case.

use crate::domain::{Happened, Refusal, Reply, Role, Sealed, TicketId};

use super::super::count::add;
use super::super::why::{Asked, case_here};
use super::super::write::{move_case, move_ticket};
use super::super::{Effects, Situation};
use super::accept::asks_as_lead;

/// The sender of `ticket` was answered, by the hotline or by the organisation that leads.
pub(super) fn reply(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (ticket, text): (TicketId, Option<&Sealed>),
) -> Result<(), Refusal> {
    let row = situation.ticket(ticket).ok_or(Refusal::UnknownTicket)?;
    let case = case_here(situation, row.case)?;
    if asked.actor().role == Role::Handler {
        asks_as_lead(case, asked)?;
    }
    let Reply::Owed { due, .. } = row.reply else { return Err(Refusal::ReplyNotOwed) };

    let (case, real) = (case.id, case.purpose.is_real());
    move_ticket(situation, effects, ticket, |row| row.reply = Reply::Given { due, at: asked.now });
    let what = Happened::Replied { ticket, text: text.cloned() };
    move_case(situation, effects, asked.why(), (case, what), |_, _| {});
    if real {
        let tally = situation.count.note();
        add(&mut tally.replied);
        if due < asked.now {
            add(&mut tally.replied_late);
        }
    }
    Ok(())
}
