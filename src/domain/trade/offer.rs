//! What is offered: what may be asked, and what the verb's words could say of the case at all.
//!
//! What rows do not tell (a unit's whereabouts, whom an organisation may be handed to) is left to
//! the core: such a verb is offered.

use super::super::case::Case;
use super::super::ticket::{Reply, Ticket};
use super::attributes::Card;
use super::code::StepCode;
use super::may::{Asking, may};
use super::refusal::Refusal;
use super::step::Move;
use super::verb_code::VerbCode;

/// The verbs that are about a ticket.
pub const OF_TICKETS: [VerbCode; 4] =
    [VerbCode::Reply, VerbCode::Contact, VerbCode::Visit, VerbCode::Exclude];

/// The move that is offered of `case`.
///
/// # Errors
/// Why the core would refuse it, whatever is said with it.
pub fn offered<'a>(
    asking: Asking<'a>,
    case: &Case,
    asked: (VerbCode, Option<StepCode>),
) -> Result<&'a Move, Refusal> {
    let found = may(asking, case, asked)?;
    beyond(asking, case, found.verb)?;
    Ok(found)
}

/// … of one of its tickets.
///
/// # Errors
/// As [`offered`].
pub fn offered_of_ticket<'a>(
    asking: Asking<'a>,
    (case, ticket): (&Case, &Ticket),
    verb: VerbCode,
) -> Result<&'a Move, Refusal> {
    let found = may(asking, case, (verb, None))?;
    beyond_ticket(ticket, verb)?;
    Ok(found)
}

/// What the verb asks for besides what its move does, as far as the row tells.
#[expect(clippy::wildcard_enum_match_arm, reason = "all others are offered as the move is")]
fn beyond(asking: Asking<'_>, case: &Case, verb: VerbCode) -> Result<(), Refusal> {
    let kind = asking.playbook.kind(case.kind);
    let card = case.supervision.as_ref().map(|supervision| supervision.card);
    let part = case.parts.get(&asking.actor.org);
    let next_step = || part.and_then(|part| kind.next_part_step(part));
    let (right, refusal) = match verb {
        // What cameras alone have seen a person must confirm.
        VerbCode::SelfHandle => (!case.video_only, Refusal::WrongState { state: case.state }),
        VerbCode::Release => (!case.units.is_empty(), Refusal::UnitNotAssigned),
        VerbCode::Leave => (!case.assists.is_empty(), Refusal::NoPart),
        VerbCode::Split => (1 < case.tickets, Refusal::TicketsNotApart),
        VerbCode::Decline => (!case.suggestions.is_empty(), Refusal::NotSuggested),
        VerbCode::Supervise => (Card::above(card).is_some(), Refusal::CardMustRise),
        VerbCode::GradeColour => (!kind.palette.is_empty(), Refusal::UnknownColour),
        VerbCode::PartDone => (next_step().is_some(), Refusal::PartNotNext),
        VerbCode::FanOut => (kind.child.is_some(), Refusal::UnknownKind),
        VerbCode::HandOver => (case.children_open == 0, Refusal::NotElsewhere),
        _ => return Ok(()),
    };
    if right { Ok(()) } else { Err(refusal) }
}

/// What a ticket's verb asks for besides what its case's move does.
#[expect(clippy::wildcard_enum_match_arm, reason = "all others are offered as the move is")]
fn beyond_ticket(ticket: &Ticket, verb: VerbCode) -> Result<(), Refusal> {
    let given = matches!(ticket.reply, Reply::Given { .. });
    let (right, refusal) = match verb {
        VerbCode::Reply => (matches!(ticket.reply, Reply::Owed { .. }), Refusal::ReplyNotOwed),
        VerbCode::Visit => (given && ticket.waits(), Refusal::VisitNotOwed),
        VerbCode::Exclude => (ticket.exclusion.is_none(), Refusal::ExcludedAlready),
        _ => return Ok(()),
    };
    if right { Ok(()) } else { Err(refusal) }
}
