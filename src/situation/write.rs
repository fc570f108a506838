//! The writes: a row never changes without its version, clock, count and change.
//!
//! Verbs check, then call these. What must always go together goes together here: a case that
//! ends loses its clock and its units (each is told), and a unit names a case exactly when that
//! case lists the unit.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::limits::CANARY_KEPT_MS;
use crate::domain::trade::Part;
use crate::domain::{
    Assignment, Case, CaseId, CaseState, Change, Happened, OrderTo, OrderWhat, OrgCode, Playbook,
    Purpose, Reply, Ticket, TicketId, Timestamp, Unit, UnitId, UnitStatus,
};

use super::count::add;
use super::dossier::Dossier;
use super::effects::step;
use super::why::Why;
use super::{Effects, Situation};

/// Opens a case with `row` and its first tickets.
pub(super) fn open_case(
    situation: &mut Situation,
    effects: &mut Effects,
    why: Why<'_>,
    (row, tickets): (Arc<Case>, Vec<TicketId>),
    what: Happened,
) {
    let id = row.id;
    let row = with_waiting(situation, row, &tickets);
    situation.open = situation.open.saturating_add(1);
    situation.count.case_moved(&row, None, row.state);
    if row.purpose.is_real() {
        add(&mut situation.count.note().opened);
    }
    situation.clocks.mark_moved(id, None, row.next_mark());
    situation.clocks.parts_moved(id, Vec::new(), part_dues(&row));
    effects.change(Change::CaseMoved { case: Arc::clone(&row), step: step(why, what) });
    situation.cases.insert(id, Dossier::open(row, tickets));
}

/// The row, with how many of its tickets wait.
fn with_waiting(situation: &Situation, mut row: Arc<Case>, tickets: &[TicketId]) -> Arc<Case> {
    let waits = |ticket: &&TicketId| situation.ticket(**ticket).is_some_and(Ticket::waits);
    let waiting = tickets.iter().filter(waits).count();
    if waiting != 0 {
        Arc::make_mut(&mut row).tickets_waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
    }
    row
}

/// Changes a case's row by `edit`, and says that `what` happened.
pub(super) fn move_case(
    situation: &mut Situation,
    effects: &mut Effects,
    why: Why<'_>,
    (case, what): (CaseId, Happened),
    edit: impl FnOnce(&mut Case, &Playbook),
) {
    let Situation { cases, playbook, clocks, count, .. } = situation;
    let Some(dossier) = cases.get_mut(&case) else { return };
    let row = Arc::make_mut(&mut dossier.row);
    let (state, next, parts) = (row.state, row.next_mark(), part_dues(row));

    edit(row, playbook);
    row.version = row.version.saturating_add(1);
    row.changed_at = why.now;
    let mut released = BTreeSet::new();
    if row.state.is_ended() {
        end_clocks(row);
        released = std::mem::take(&mut row.units);
    }
    clocks.mark_moved(case, next, row.next_mark());
    clocks.parts_moved(case, parts, part_dues(row));
    count.case_moved(row, Some(state), row.state);
    turn(situation, why.now, case, state);

    let mut belongs_to = None;
    if let Some(dossier) = situation.cases.get(&case) {
        let row = Arc::clone(&dossier.row);
        let turned = row.state.is_ended() != state.is_ended();
        belongs_to = row.parent.filter(|_| turned).map(|parent| (parent, row.state.is_ended()));
        effects.change(Change::CaseMoved { case: row, step: step(why, what) });
    }
    for unit in released {
        free_unit(situation, effects, why.now, (unit, case));
    }
    if let Some((parent, ended)) = belongs_to {
        child_turned(situation, effects, why, (parent, case, ended));
    }
}

/// A case that belongs to `parent` ended, or was taken up again.
fn child_turned(
    situation: &mut Situation,
    effects: &mut Effects,
    why: Why<'_>,
    (parent, case, ended): (CaseId, CaseId, bool),
) {
    move_case(situation, effects, why, (parent, Happened::ChildTurned { case }), |row, _| {
        row.children_open = if ended {
            row.children_open.saturating_sub(1)
        } else {
            row.children_open.saturating_add(1)
        };
    });
}

/// The dues of a row's parts.
fn part_dues(row: &Case) -> Vec<(Timestamp, OrgCode)> {
    let due = |(org, part): (&OrgCode, &Part)| part.due.map(|due| (due, org.clone()));
    row.parts.iter().filter_map(due).collect()
}

/// Nothing runs on in an ended case, but the time in which its senders are visited.
fn end_clocks(row: &mut Case) {
    if row.state != CaseState::Closed {
        row.clock = None;
    }
    row.behind = None;
    for part in row.parts.values_mut() {
        part.due = None;
    }
    row.extension = None;
    row.pause = None;
}

/// Does what it takes where a case ended, was evaluated, or was taken up again.
fn turn(situation: &mut Situation, now: Timestamp, case: CaseId, from: CaseState) {
    let kept = situation.playbook.limits.ended_kept_ms;
    let Some(dossier) = situation.cases.get_mut(&case) else { return };
    let ended = dossier.row.state.is_ended();
    if dossier.row.state == from || !(ended || from.is_ended()) {
        return;
    }
    if let Some(at) = dossier.archive_at.take() {
        situation.clocks.archives.remove(&(at, case));
    }
    if ended {
        let leaves = now.plus_ms(kept_ms(dossier.row.purpose, kept));
        dossier.archive_at = Some(leaves);
        situation.clocks.archives.insert((leaves, case));
    }
    if ended == from.is_ended() {
        return;
    }
    let Some(dossier) = situation.cases.get_mut(&case) else { return };
    if ended {
        Arc::make_mut(&mut dossier.row).ended_at = Some(now);
        situation.open = situation.open.saturating_sub(1);
        situation.fusion.end_case(case);
    } else {
        Arc::make_mut(&mut dossier.row).ended_at = None;
        situation.open = situation.open.saturating_add(1);
        situation.fusion.reopen_case(case);
    }
}

/// Keeps a new ticket, and says so.
pub(super) fn keep_ticket(situation: &mut Situation, effects: &mut Effects, ticket: Arc<Ticket>) {
    // One that comes from another partition may be late already, and was told to be.
    if let Reply::Owed { due, overdue: false } = ticket.reply {
        situation.clocks.replies.insert((due, ticket.id));
    }
    let (id, waits) = (ticket.id, ticket.waits().then_some(ticket.case));
    effects.change(Change::TicketMoved { ticket: Arc::clone(&ticket) });
    situation.tickets.insert(id, ticket);
    count_waiting(situation, None, waits);
}

/// Changes a ticket's row by `edit`, and says so.
pub(super) fn move_ticket(
    situation: &mut Situation,
    effects: &mut Effects,
    ticket: TicketId,
    edit: impl FnOnce(&mut Ticket),
) {
    let Some(kept) = situation.tickets.get_mut(&ticket) else { return };
    let row = Arc::make_mut(kept);
    let (before, waited) = (row.reply, row.waits().then_some(row.case));
    edit(row);
    let waits = row.waits().then_some(row.case);
    if before != row.reply {
        if let Reply::Owed { due, .. } = before {
            situation.clocks.replies.remove(&(due, ticket));
        }
        if let Reply::Owed { due, overdue: false } = row.reply {
            situation.clocks.replies.insert((due, ticket));
        }
    }
    effects.change(Change::TicketMoved { ticket: Arc::clone(kept) });
    count_waiting(situation, waited, waits);
}

/// Counts a ticket that waited for `from` and now waits for `to`. Who moves a ticket says the
/// rows of its cases afterwards.
fn count_waiting(situation: &mut Situation, from: Option<CaseId>, to: Option<CaseId>) {
    if from == to {
        return;
    }
    let mut count = |case: Option<CaseId>, more: bool| {
        let Some(dossier) = case.and_then(|case| situation.cases.get_mut(&case)) else { return };
        let waiting = &mut Arc::make_mut(&mut dossier.row).tickets_waiting;
        *waiting = if more { waiting.saturating_add(1) } else { waiting.saturating_sub(1) };
    };
    count(from, false);
    count(to, true);
}

/// Changes a unit's row by `edit`, and says so.
pub(super) fn move_unit(
    situation: &mut Situation,
    effects: &mut Effects,
    (unit, now): (UnitId, Timestamp),
    edit: impl FnOnce(&mut Unit),
) {
    let Some(unit) = situation.units.get_mut(&unit) else { return };
    edit(unit);
    unit.changed_at = now;
    effects.change(Change::UnitMoved { unit: Box::new(unit.clone()) });
}

/// The unit's half of an assignment: it works on `case`, and is told. The case lists it already.
pub(super) fn engage_unit(
    situation: &mut Situation,
    effects: &mut Effects,
    now: Timestamp,
    (unit, case): (UnitId, CaseId),
) {
    move_unit(situation, effects, (unit, now), |unit| {
        unit.status = UnitStatus::Dispatched;
        unit.assignment = Some(Assignment::new(case, now));
    });
    tell(situation, effects, case, (OrderTo::Unit(unit), OrderWhat::Respond));
}

/// The unit's half of a release: it is free, and told. The case lists it no more.
pub(super) fn free_unit(
    situation: &mut Situation,
    effects: &mut Effects,
    now: Timestamp,
    (unit, case): (UnitId, CaseId),
) {
    move_unit(situation, effects, (unit, now), |unit| {
        unit.status = UnitStatus::Available;
        unit.assignment = None;
    });
    tell(situation, effects, case, (OrderTo::Unit(unit), OrderWhat::StandDown));
}

/// Tells the field something about `case`.
pub(super) fn tell(
    situation: &Situation,
    effects: &mut Effects,
    case: CaseId,
    order: (OrderTo, OrderWhat),
) {
    let purpose = situation.case(case).map_or(Purpose::Real, |row| row.purpose);
    effects.order((case, purpose), order);
}

/// How long an ended case stays, of `kept`. A canary ends every few seconds and is never reopened.
fn kept_ms(purpose: Purpose, kept: i64) -> i64 {
    match purpose {
        Purpose::Real | Purpose::Drill => kept,
        Purpose::Canary => CANARY_KEPT_MS,
    }
}
