//! Splitting: fusion was wrong, so some tickets become a case of their own.

use std::collections::BTreeSet;

use crate::domain::limits::OPEN_CASES_MAX;
use crate::domain::{CaseId, Channel, Happened, Refusal, TicketId, VerbCode};

use super::super::matter::Matter;
use super::super::road::{road, take};
use super::super::why::Asked;
use super::super::write::open_case;
use super::super::{Effects, Situation};
use super::unmerge::move_tickets;

/// Takes `tickets` out of `case` into a new one, to be accepted anew.
pub(super) fn split(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, tickets): (CaseId, &BTreeSet<TicketId>),
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::Split)?;
    let all = situation.tickets_of(case);
    let apart = tickets.len() < all.len() && tickets.iter().all(|ticket| all.contains(ticket));
    let Some(first) = tickets.first().and_then(|ticket| situation.ticket(*ticket)) else {
        return Err(Refusal::TicketsNotApart);
    };
    if !apart {
        return Err(Refusal::TicketsNotApart);
    }
    if OPEN_CASES_MAX <= situation.open {
        return Err(Refusal::OpenCasesFull);
    }

    let count = u32::try_from(tickets.len()).unwrap_or(u32::MAX);
    let by_camera = |ticket: &TicketId| {
        situation.ticket(*ticket).is_some_and(|row| row.channel == Channel::Video)
    };
    let due = |ticket: &TicketId| situation.ticket(*ticket).and_then(|row| row.due);
    let matter = Matter {
        kind: None,
        item: first.item.or(row.item),
        place: first.place,
        suggestions: Vec::new(),
        tickets: count,
        video_only: tickets.iter().all(by_camera),
        purpose: row.purpose,
        channel: Some(first.channel),
        origin: None,
        parent: None,
        promised: tickets.iter().filter_map(due).min(),
    };
    let moved: Vec<TicketId> = tickets.iter().copied().collect();
    let new = situation.first_row(asked.now, matter);
    let to = new.id;
    move_tickets(situation, effects, asked, (&moved, case, to));
    let what = Happened::TicketsLeft { to };
    take(situation, effects, asked, (taken, what), |row, _| {
        row.tickets = row.tickets.saturating_sub(count);
    });
    let what = Happened::SplitFrom { case };
    open_case(situation, effects, asked.why(), (new, moved), what);
    Ok(())
}
