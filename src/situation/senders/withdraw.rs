//! Withdrawing: a sender takes a report back.
//!
//! No reply is owed to it any more. What was reported may still be there, so its case hears of
//! it and goes on; whether to reject or cancel it is for a person to say.

use crate::domain::{Happened, Reply, TicketId};

use super::super::why::Why;
use super::super::write::{move_case, move_ticket};
use super::super::{Effects, Situation};
use super::visit::evaluate_if_done;

/// The sender of `ticket` takes it back; a second time says nothing new.
pub(in crate::situation) fn withdraw(
    situation: &mut Situation,
    effects: &mut Effects,
    ticket: TicketId,
) {
    let Some(row) = situation.ticket(ticket) else { return };
    if row.withdrawn {
        return;
    }
    let (case, why) = (row.case, Why::of_time(situation.now));
    move_ticket(situation, effects, ticket, |row| {
        row.withdrawn = true;
        if matches!(row.reply, Reply::Owed { .. }) {
            row.reply = Reply::NotOwed;
        }
    });
    move_case(situation, effects, why, (case, Happened::Withdrawn { ticket }), |_, _| {});
    evaluate_if_done(situation, effects, why, case);
}
