//! Whether something may be asked of a case: its kind's table, the asker's role, the guards.
//!
//! One answer for all: the core decides by it, and a desk offers by it what the core would do.

use std::fmt;

use super::super::case::{Case, CaseState};
use super::super::command::{Actor, Role};
use super::super::limits::{EXTENSIONS_MAX, RETURNS_MAX, VERIFICATIONS_MAX};
use super::super::playbook::Playbook;
use super::super::time::Timestamp;
use super::attributes::{Card, PartRole};
use super::code::StepCode;
use super::guard::Guard;
use super::refusal::Refusal;
use super::step::Move;
use super::table::{OPEN, rule};
use super::verb_code::VerbCode;

/// Who asks, when, and what the rules are.
#[derive(Clone, Copy)]
pub struct Asking<'a> {
    /// The rules in force.
    pub playbook: &'a Playbook,
    /// Who asks.
    pub actor: &'a Actor,
    /// When.
    pub now: Timestamp,
    /// Whether one of the case's senders is still owed a reply; looked for only where that matters.
    pub owed: &'a dyn Fn() -> bool,
}

impl fmt::Debug for Asking<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { actor, now, .. } = self;
        f.debug_struct("Asking").field("actor", actor).field("now", now).finish_non_exhaustive()
    }
}

/// The move that `verb` makes of `case`, where it may be asked.
///
/// # Errors
/// Why it may not, in the order a dispatcher would ask: where the case stands, who asks, the rest.
pub fn may<'a>(
    asking: Asking<'a>,
    case: &Case,
    (verb, step): (VerbCode, Option<StepCode>),
) -> Result<&'a Move, Refusal> {
    let kind = asking.playbook.kind(case.kind);
    let found = kind.stage(case.stage, case.state);
    let found = found.and_then(|(_, stage)| kind.find(stage, (verb, step)));
    let role = asking.actor.role;
    let Some(found) = found else { return Err(not_here(kind.knows(verb), case, verb, role)) };
    if !who(found).contains(&role) {
        return Err(Refusal::RoleMayNot);
    }
    if case.handover.is_some() {
        return Err(Refusal::HandingOver);
    }
    for guard in rule(verb).guards.iter().chain(&found.guards) {
        holds(asking, case, *guard)?;
    }
    let to = found.to.and_then(|to| kind.stages.get(&to)).map(|stage| stage.state);
    if to == Some(CaseState::Evaluated) && (asking.owed)() {
        return Err(Refusal::TicketsWaiting);
    }
    Ok(found)
}

/// Who may ask a move.
#[must_use]
pub fn who(a_move: &Move) -> &[Role] {
    if a_move.who.is_empty() { rule(a_move.verb).who } else { &a_move.who }
}

/// Why a verb is not possible where the case stands.
fn not_here(known: bool, case: &Case, verb: VerbCode, asker: Role) -> Refusal {
    let rule = rule(verb);
    if !rule.who.is_empty() && !rule.who.contains(&asker) {
        return Refusal::RoleMayNot;
    }
    if !known {
        return Refusal::KindMayNot;
    }
    if case.state.is_ended() && rule.from == OPEN {
        return Refusal::CaseEnded;
    }
    Refusal::WrongState { state: case.state }
}

/// Whether `guard` holds.
fn holds(asking: Asking<'_>, case: &Case, guard: Guard) -> Result<(), Refusal> {
    let Asking { actor, now, .. } = asking;
    let leads = case.lead.as_ref() == Some(&actor.org);
    let (right, refusal) = match guard {
        Guard::Lead => (leads, Refusal::NotLead),
        Guard::LeadOrCentre => (leads || actor.role != Role::Handler, Refusal::NotLead),
        Guard::NotHandler => {
            (!leads && !case.assists.contains(&actor.org), Refusal::HandlerMayNotCheck)
        }
        Guard::Part => (case.parts.contains_key(&actor.org), Refusal::NoPart),
        Guard::ReturnsLeft => (case.counters.returns < RETURNS_MAX, Refusal::ReturnsExhausted),
        Guard::VerificationsLeft => {
            (case.counters.verifications < VERIFICATIONS_MAX, Refusal::VerificationsExhausted)
        }
        Guard::BeforeDue => {
            (case.clock.is_none_or(|clock| now <= clock.due), Refusal::ReturnTooLate)
        }
        Guard::ExtensionsLeft => {
            (case.counters.extensions < EXTENSIONS_MAX, Refusal::ExtensionsExhausted)
        }
        Guard::NonePending => (case.extension.is_none(), Refusal::ExtensionPending),
        Guard::Pending => (case.extension.is_some(), Refusal::NoExtensionPending),
        Guard::NoRedCard => (card(case) != Some(Card::Red), Refusal::RedCard),
        Guard::AssistsDone => (parts_done(case, PartRole::Assist), Refusal::AssistsNotDone),
        Guard::PartsDone => (parts_done(case, PartRole::Called), Refusal::PartsNotDone),
        Guard::ChildrenEnded => (case.children_open == 0, Refusal::ChildrenOpen),
        Guard::Graded => (case.colour.is_some(), Refusal::NotGraded),
        Guard::TicketsDone => (case.tickets_waiting == 0, Refusal::TicketsWaiting),
        Guard::Supervised => (case.supervision.is_some(), Refusal::NotSupervised),
        Guard::SameOrHigher | Guard::SetterOrHigher => return stands_above(asking, case, guard),
        Guard::Authority | Guard::AuthorityMissing | Guard::Lawful => {
            return has_authority(asking, case, guard);
        }
    };
    if right { Ok(()) } else { Err(refusal) }
}

/// The card of a case.
fn card(case: &Case) -> Option<Card> {
    case.supervision.as_ref().map(|supervision| supervision.card)
}

fn parts_done(case: &Case, role: PartRole) -> bool {
    case.parts.values().filter(|part| part.role == role).all(|part| part.ended)
}

/// Whether the asker stands as high as the guard wants. A city that lists no organisations has no
/// levels to compare.
fn stands_above(asking: Asking<'_>, case: &Case, guard: Guard) -> Result<(), Refusal> {
    let organisations = &asking.playbook.organisations;
    let setter = || case.supervision.as_ref().and_then(|supervision| supervision.by.as_ref());
    let other = if guard == Guard::SetterOrHigher { setter() } else { case.lead.as_ref() };
    let Some(other) = other.filter(|_| !organisations.is_empty()) else { return Ok(()) };
    let above = organisations.is_at_or_above(&asking.actor.org, other);
    if above { Ok(()) } else { Err(Refusal::LevelTooLow) }
}

/// Whether the item's authority is where the guard wants it.
fn has_authority(asking: Asking<'_>, case: &Case, guard: Guard) -> Result<(), Refusal> {
    let Playbook { items, organisations, .. } = asking.playbook;
    let item = case.item.ok_or(Refusal::ItemMissing)?;
    let item = items.get(&item).ok_or(Refusal::UnknownItem)?;
    if guard == Guard::Lawful {
        return if item.unlawful { Err(Refusal::NotLawful) } else { Ok(()) };
    }
    if organisations.is_empty() {
        return Ok(());
    }
    let has = organisations.may_handle(&asking.actor.org, &item.owner.0);
    match guard == Guard::Authority {
        true if !has => Err(Refusal::AuthorityMissing),
        false if has => Err(Refusal::AuthorityNotMissing),
        true | false => Ok(()),
    }
}
