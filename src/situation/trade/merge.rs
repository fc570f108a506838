//! Merging 并案: one case is handled as part of another, or is said not to be like it.
//!
//! Cases are merged, complaints are not: the tickets move and keep their reply clocks.

use crate::domain::limits::TICKETS_PER_CASE_MAX;
use crate::domain::{
    AttachedBy, Attachment, Case, CaseId, CommandId, Happened, Refusal, Suggestion, Ticket,
    TicketId, VerbCode,
};

use super::super::road::{Taken, road, take};
use super::super::why::{Asked, case_here, case_open};
use super::super::write::{move_case, move_ticket};
use super::super::{Effects, Situation};

/// Handles `case` as part of `into`.
pub(super) fn merge(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, into): (CaseId, CaseId),
) -> Result<(), Refusal> {
    let taken = may_merge(situation, asked, (case, into))?;

    let command = asked.command.id;
    let brought = situation.tickets_of(case).to_vec();
    let count = u32::try_from(brought.len()).unwrap_or(u32::MAX);
    let likeness = situation.case(case).and_then(|row| likeness_to(row, into));
    for ticket in &brought {
        rehouse(situation, effects, (*ticket, into), |row| {
            if row.attachment.by == AttachedBy::Opening {
                row.attachment = by_command(command, likeness.as_ref());
            }
        });
    }
    if let Some(dossier) = situation.cases.get_mut(&case) {
        dossier.tickets.clear();
        dossier.brought.clone_from(&brought);
    }
    if let Some(dossier) = situation.cases.get_mut(&into) {
        dossier.tickets.extend(&brought);
    }
    let only_cameras = situation.case(case).is_some_and(|row| row.video_only);
    let what = Happened::MergedInto { case: into };
    take(situation, effects, asked, (taken, what), |row, _| {
        row.tickets = 0;
        row.merged_into = Some(into);
    });
    let what = Happened::Absorbed { case };
    move_case(situation, effects, asked.why(), (into, what), |row, _| {
        row.tickets = row.tickets.saturating_add(count);
        row.video_only &= only_cameras;
        row.suggestions.retain(|suggestion| suggestion.case != case);
    });
    Ok(())
}

fn may_merge(
    situation: &Situation,
    asked: Asked<'_>,
    (case, into): (CaseId, CaseId),
) -> Result<Taken, Refusal> {
    let (one, taken) = road(situation, asked, case, VerbCode::Merge)?;
    if case == into {
        return Err(Refusal::SameCase);
    }
    let other = case_open(situation, into)?;
    if !are_of_one_kind(one, other) {
        return Err(Refusal::KindsDiffer);
    }
    let together =
        situation.tickets_of(case).len().saturating_add(situation.tickets_of(into).len());
    if TICKETS_PER_CASE_MAX < together {
        return Err(Refusal::TicketsFull);
    }
    Ok(taken)
}

/// One family of items, or an item not yet named; and never what is not meant with what is.
fn are_of_one_kind(one: &Case, other: &Case) -> bool {
    let family = |case: &Case| case.item.map(|item| item.category());
    let alike = one.kind == other.kind || family(one) == family(other);
    one.purpose == other.purpose && (alike || one.item.is_none() || other.item.is_none())
}

/// The likeness of `to` to `case` is none: it is suggested no more.
pub(super) fn decline(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, to): (CaseId, CaseId),
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::Decline)?;
    if likeness_to(row, to).is_none() {
        return Err(Refusal::NotSuggested);
    }

    let what = Happened::SuggestionDeclined { case: to };
    take(situation, effects, asked, (taken, what), |row, _| {
        row.suggestions.retain(|suggestion| suggestion.case != to);
    });
    Ok(())
}

fn likeness_to(row: &Case, to: CaseId) -> Option<Suggestion> {
    row.suggestions.iter().find(|suggestion| suggestion.case == to).cloned()
}

/// An operator put it there, for the reasons that were suggested, where some were.
pub(super) fn by_command(command: CommandId, likeness: Option<&Suggestion>) -> Attachment {
    Attachment {
        by: AttachedBy::Command(command),
        against: likeness.map(|likeness| likeness.against),
        points: likeness.map_or(0, |likeness| likeness.points),
        reasons: likeness.map_or_else(Vec::new, |likeness| likeness.reasons.clone()),
    }
}

/// The ticket's half of a move to `case`, in the register and in fusion's memory.
pub(super) fn rehouse(
    situation: &mut Situation,
    effects: &mut Effects,
    (ticket, case): (TicketId, CaseId),
    edit: impl FnOnce(&mut Ticket),
) {
    situation.fusion.relocate(ticket, case);
    move_ticket(situation, effects, ticket, |row| {
        row.case = case;
        edit(row);
    });
}

/// The case that `case` was merged into.
pub(super) fn merged_into(situation: &Situation, case: CaseId) -> Result<CaseId, Refusal> {
    case_here(situation, case)?.merged_into.ok_or(Refusal::NotMerged)
}
