//! Replying 答复: each sender is answered, whatever became of the case.

use crate::domain::{Happened, Refusal, Reply, Sealed, TicketId, VerbCode};

use super::super::count::add;
use super::super::road::{road, take};
use super::super::why::Asked;
use super::super::write::move_ticket;
use super::super::{Effects, Situation};
use super::visit::evaluate_if_done;

/// The sender of `ticket` was answered, by the hotline or by the organisation that leads.
pub(in crate::situation) fn reply(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (ticket, text): (TicketId, Option<&Sealed>),
) -> Result<(), Refusal> {
    let row = situation.ticket(ticket).ok_or(Refusal::UnknownTicket)?;
    let (case, taken) = road(situation, asked, row.case, VerbCode::Reply)?;
    let Reply::Owed { due, .. } = row.reply else { return Err(Refusal::ReplyNotOwed) };

    let real = case.purpose.is_real();
    move_ticket(situation, effects, ticket, |row| row.reply = Reply::Given { due, at: asked.now });
    let what = Happened::Replied { ticket, text: text.cloned() };
    take(situation, effects, asked, (taken, what), |_, _| {});
    evaluate_if_done(situation, effects, asked.why(), taken.case);
    if real {
        let tally = situation.count.note();
        add(&mut tally.replied);
        if due < asked.now {
            add(&mut tally.replied_late);
        }
    }
    Ok(())
}
