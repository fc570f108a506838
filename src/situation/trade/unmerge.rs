//! Unmerging: a merged case is taken out again, with the tickets it brought.

use crate::domain::limits::OPEN_CASES_MAX;
use crate::domain::{CaseId, Happened, Refusal, TicketId, VerbCode};

use super::super::road::{road, take};
use super::super::why::{Asked, case_open};
use super::super::write::move_case;
use super::super::{Effects, Situation};
use super::merge::{by_command, merged_into, rehouse};

/// Takes `case` out of the case it was merged into, to be accepted anew.
pub(super) fn unmerge(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    case: CaseId,
) -> Result<(), Refusal> {
    let from = merged_into(situation, case)?;
    let (_, taken) = road(situation, asked, case, VerbCode::Unmerge)?;
    case_open(situation, from)?;
    let back = still_there(situation, (case, from));
    if back.is_empty() || situation.tickets_of(from).len() <= back.len() {
        return Err(Refusal::TicketsNotApart);
    }
    if OPEN_CASES_MAX <= situation.open {
        return Err(Refusal::OpenCasesFull);
    }

    move_tickets(situation, effects, asked, (&back, from, case));
    let count = u32::try_from(back.len()).unwrap_or(u32::MAX);
    if let Some(dossier) = situation.cases.get_mut(&case) {
        dossier.brought.clear();
    }
    let what = Happened::TicketsLeft { to: case };
    move_case(situation, effects, asked.why(), (from, what), |row, _| {
        row.tickets = row.tickets.saturating_sub(count);
    });
    let what = Happened::Unmerged { from };
    take(situation, effects, asked, (taken, what), |row, _| {
        row.tickets = count;
        row.merged_into = None;
    });
    Ok(())
}

/// The tickets that `case` brought and that `into` still holds.
fn still_there(situation: &Situation, (case, into): (CaseId, CaseId)) -> Vec<TicketId> {
    let brought = situation.cases.get(&case).map_or(&[][..], |dossier| &dossier.brought);
    let here = |ticket: &TicketId| situation.ticket(*ticket).is_some_and(|row| row.case == into);
    brought.iter().copied().filter(here).collect()
}

/// Moves `tickets` from one case's list to another's, by command.
pub(super) fn move_tickets(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (tickets, from, to): (&[TicketId], CaseId, CaseId),
) {
    for ticket in tickets {
        rehouse(situation, effects, (*ticket, to), |row| {
            row.attachment = by_command(asked.command.id, None);
        });
    }
    if let Some(dossier) = situation.cases.get_mut(&from) {
        dossier.tickets.retain(|ticket| !tickets.contains(ticket));
    }
    if let Some(dossier) = situation.cases.get_mut(&to) {
        dossier.tickets.extend(tickets);
    }
}
