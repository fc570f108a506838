//! What must be true after every entry, checked the long way.
//!
//! The core never calls this: tests do after each entry, and a person may over a snapshot.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::limits::{
    ASSIGNMENTS_MAX, ASSISTS_MAX, SUGGESTIONS_MAX, TICKETS_PER_CASE_MAX, UNITS_MAX,
};
use crate::domain::trade::Part;
use crate::domain::{Case, CaseId, CaseState, OrgCode, Reply, Ticket, TicketId, Unit, UnitId};

use super::Situation;
use super::dossier::Dossier;

/// What is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each says itself in its error sentence")]
pub enum Broken {
    #[error("unit {unit} and case {case} do not both say that it works there")]
    EngagedOneWay { unit: UnitId, case: CaseId },
    #[error("case {case} is {state:?} with the wrong number of leads")]
    Lead { case: CaseId, state: CaseState },
    #[error("ticket {ticket} and case {case} do not both say that it is handled there")]
    TicketOneWay { ticket: TicketId, case: CaseId },
    #[error("case {case} counts {said} tickets and has {has}")]
    TicketCount { case: CaseId, said: u32, has: usize },
    #[error("case {case} holds more than it may: {what}")]
    OverLimit { case: CaseId, what: &'static str },
    #[error("the register holds {units} units")]
    TooManyUnits { units: usize },
    #[error("{what}: the tally says {said}, the cases say {are}")]
    Tally { what: &'static str, said: u64, are: u64 },
    #[error("case {case} is at version {version}")]
    Version { case: CaseId, version: u32 },
    #[error("case {case} is {state:?} and merged into {into:?}")]
    Merged { case: CaseId, state: CaseState, into: Option<CaseId> },
    #[error("the clocks of {what} do not agree with the rows")]
    Clocks { what: &'static str },
    #[error("case {case} is {state:?} with {what}")]
    Ended { case: CaseId, state: CaseState, what: &'static str },
    #[error("case {case} says {said} of its tickets wait, and {are} do")]
    Waiting { case: CaseId, said: u32, are: usize },
    #[error("case {case} is evaluated, and ticket {ticket} was neither answered nor excluded")]
    Unanswered { case: CaseId, ticket: TicketId },
    #[error("case {case} says {said} of its cases are open, and {are} are")]
    Children { case: CaseId, said: u32, are: usize },
    #[error("{what} was numbered beyond the counter")]
    Numbered { what: &'static str },
    #[error("the remembered answers do not agree with their ages")]
    Answers,
}

/// Checks all of it.
///
/// # Errors
/// The first thing that is not as it must be.
pub fn check(situation: &Situation) -> Result<(), Broken> {
    for dossier in situation.cases.values() {
        check_case(situation, dossier)?;
    }
    check_tickets(situation)?;
    check_units(situation)?;
    check_tally(situation)?;
    check_clocks(situation)?;
    check_children(situation)?;
    check_numbers(situation)?;
    if situation.answers.agrees() { Ok(()) } else { Err(Broken::Answers) }
}

fn check_case(situation: &Situation, dossier: &Dossier) -> Result<(), Broken> {
    let row = dossier.row.as_ref();
    let case = row.id;
    if usize::try_from(row.tickets) != Ok(dossier.tickets.len()) {
        let (said, has) = (row.tickets, dossier.tickets.len());
        return Err(Broken::TicketCount { case, said, has });
    }
    if row.version == 0 {
        return Err(Broken::Version { case, version: row.version });
    }
    check_lead(row)?;
    check_limits(row)?;
    check_end(row, dossier)?;
    check_waiting(situation, dossier)?;
    let points_right = match row.merged_into {
        Some(into) => row.state == CaseState::Merged && situation.cases.contains_key(&into),
        None => row.state != CaseState::Merged,
    };
    if !points_right {
        return Err(Broken::Merged { case, state: row.state, into: row.merged_into });
    }
    for unit in &row.units {
        if situation.unit(*unit).and_then(Unit::engaged) != Some(case) {
            return Err(Broken::EngagedOneWay { unit: *unit, case });
        }
    }
    Ok(())
}

fn check_lead(row: &Case) -> Result<(), Broken> {
    let right = match row.state {
        CaseState::Dispatched | CaseState::Handling | CaseState::Suspended | CaseState::Handled => {
            row.lead.is_some() || !row.parts.is_empty()
        }
        CaseState::Reported | CaseState::Verifying | CaseState::Filed => row.lead.is_none(),
        CaseState::Closed
        | CaseState::Evaluated
        | CaseState::HandedOver
        | CaseState::Rejected
        | CaseState::Merged
        | CaseState::Cancelled
        | CaseState::SelfCleared => true,
    };
    if right { Ok(()) } else { Err(Broken::Lead { case: row.id, state: row.state }) }
}

fn check_limits(row: &Case) -> Result<(), Broken> {
    let held = [
        ("tickets", usize::try_from(row.tickets).unwrap_or(usize::MAX), TICKETS_PER_CASE_MAX),
        ("units", row.units.len(), ASSIGNMENTS_MAX),
        ("assists", row.assists.len(), ASSISTS_MAX),
        ("suggestions", row.suggestions.len(), SUGGESTIONS_MAX),
    ];
    match held.into_iter().find(|(_, has, most)| most < has) {
        Some((what, ..)) => Err(Broken::OverLimit { case: row.id, what }),
        None => Ok(()),
    }
}

/// An ended case has an end, a day to leave, and neither units nor a clock (but a closed one's, in
/// which its senders are visited); an open one has tickets or an office that opened it.
fn check_end(row: &Case, dossier: &Dossier) -> Result<(), Broken> {
    let ended = row.state.is_ended();
    let faults = [
        (row.ended_at.is_some() != ended, "the wrong end"),
        (dossier.archive_at.is_some() != ended, "the wrong day to leave"),
        (row.clock.is_some() && ended && row.state != CaseState::Closed, "a clock"),
        (ended && !row.units.is_empty(), "units"),
        (!ended && row.tickets == 0 && row.origin.is_none(), "no ticket"),
        (ended && row.parts.values().any(|part| part.due.is_some()), "a part that is due"),
        (row.handover.is_some() && ended, "a hand-over"),
        (row.pause.is_some() != (row.state == CaseState::Suspended), "the wrong pause"),
        (row.behind.is_some() && !has_one_behind(row.state), "a clock behind"),
        (row.filed_at.is_none() && row.lead.is_some(), "a lead before it was filed"),
    ];
    match faults.into_iter().find(|(is, _)| *is) {
        Some((_, what)) => Err(Broken::Ended { case: row.id, state: row.state, what }),
        None => Ok(()),
    }
}

/// Whether a clock may go on, or wait, behind that of such a state.
fn has_one_behind(state: CaseState) -> bool {
    matches!(state, CaseState::Verifying | CaseState::Suspended | CaseState::Dispatched)
}

/// Every ticket is in exactly the case it names.
fn check_tickets(situation: &Situation) -> Result<(), Broken> {
    let mut listed = BTreeMap::new();
    for dossier in situation.cases.values() {
        for ticket in &dossier.tickets {
            if listed.insert(*ticket, dossier.row.id).is_some() {
                return Err(Broken::TicketOneWay { ticket: *ticket, case: dossier.row.id });
            }
        }
    }
    for ticket in situation.tickets() {
        if listed.remove(&ticket.id) != Some(ticket.case) {
            return Err(Broken::TicketOneWay { ticket: ticket.id, case: ticket.case });
        }
    }
    match listed.first_key_value() {
        Some((ticket, case)) => Err(Broken::TicketOneWay { ticket: *ticket, case: *case }),
        None => Ok(()),
    }
}

fn check_units(situation: &Situation) -> Result<(), Broken> {
    if UNITS_MAX < situation.units.len() {
        return Err(Broken::TooManyUnits { units: situation.units.len() });
    }
    for unit in situation.units() {
        let Some(case) = unit.engaged() else { continue };
        if !situation.case(case).is_some_and(|row| row.units.contains(&unit.id)) {
            return Err(Broken::EngagedOneWay { unit: unit.id, case });
        }
    }
    Ok(())
}

fn check_tally(situation: &Situation) -> Result<(), Broken> {
    let mut by_state: BTreeMap<CaseState, u64> = BTreeMap::new();
    let mut open = 0_usize;
    for row in situation.cases() {
        if !row.state.is_ended() {
            open = open.saturating_add(1);
        }
        if row.purpose.is_real() {
            let count = by_state.entry(row.state).or_default();
            *count = count.saturating_add(1);
        }
    }
    if by_state != situation.tally().cases {
        let said = situation.tally().cases.values().sum();
        return Err(Broken::Tally { what: "cases by state", said, are: by_state.values().sum() });
    }
    if open != situation.open {
        let whole = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let (said, are) = (whole(situation.open), whole(open));
        return Err(Broken::Tally { what: "open cases", said, are });
    }
    Ok(())
}

fn check_clocks(situation: &Situation) -> Result<(), Broken> {
    let (mut stages, mut archives) = (BTreeSet::new(), BTreeSet::new());
    let mut parts = BTreeSet::new();
    for dossier in situation.cases.values() {
        let row = &dossier.row;
        stages.extend(row.next_mark().map(|next| (next, row.id)));
        let due = |(org, part): (&OrgCode, &Part)| part.due.map(|due| (due, row.id, org.clone()));
        parts.extend(row.parts.iter().filter_map(due));
        archives.extend(dossier.archive_at.map(|at| (at, row.id)));
    }
    let owed = |ticket: &Ticket| match ticket.reply {
        Reply::Owed { due, overdue: false } => Some((due, ticket.id)),
        Reply::Owed { overdue: true, .. } | Reply::NotOwed | Reply::Given { .. } => None,
    };
    let replies: BTreeSet<_> = situation.tickets().filter_map(owed).collect();
    let clocks = &situation.clocks;
    let queues = [
        ("stages", stages == clocks.stages),
        ("parts", parts == clocks.parts),
        ("replies", replies == clocks.replies),
        ("archives", archives == clocks.archives),
    ];
    match queues.into_iter().find(|(_, agree)| !agree) {
        Some((what, _)) => Err(Broken::Clocks { what }),
        None => Ok(()),
    }
}

/// Who waits is counted; an evaluated case has nobody who is owed a reply.
fn check_waiting(situation: &Situation, dossier: &Dossier) -> Result<(), Broken> {
    let (case, said) = (dossier.row.id, dossier.row.tickets_waiting);
    let tickets = || dossier.tickets.iter().filter_map(|ticket| situation.ticket(*ticket));
    let are = tickets().filter(|ticket| ticket.waits()).count();
    if usize::try_from(said) != Ok(are) {
        return Err(Broken::Waiting { case, said, are });
    }
    let unanswered =
        |ticket: &&Ticket| matches!(ticket.reply, Reply::Owed { .. }) && ticket.exclusion.is_none();
    match tickets().find(unanswered) {
        Some(ticket) if dossier.row.state == CaseState::Evaluated => {
            Err(Broken::Unanswered { case, ticket: ticket.id })
        }
        _ => Ok(()),
    }
}

/// A case counts those that belong to it and are not ended.
fn check_children(situation: &Situation) -> Result<(), Broken> {
    let mut open: BTreeMap<CaseId, usize> = BTreeMap::new();
    for row in situation.cases().filter(|row| !row.state.is_ended()) {
        if let Some(parent) = row.parent {
            let count = open.entry(parent).or_default();
            *count = count.saturating_add(1);
        }
    }
    for row in situation.cases() {
        let are = open.get(&row.id).copied().unwrap_or_default();
        if usize::try_from(row.children_open) != Ok(are) {
            return Err(Broken::Children { case: row.id, said: row.children_open, are });
        }
    }
    Ok(())
}

fn check_numbers(situation: &Situation) -> Result<(), Broken> {
    let last_case = situation.cases.keys().last().map_or(0, |id| id.number);
    let last_ticket = situation.tickets.keys().last().map_or(0, |id| id.number);
    if situation.cases_numbered < last_case {
        return Err(Broken::Numbered { what: "a case" });
    }
    if situation.tickets_numbered < last_ticket {
        return Err(Broken::Numbered { what: "a ticket" });
    }
    Ok(())
}
