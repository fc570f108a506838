//! The writes: a row never changes without its version, clock, count and change.
//!
//! Verbs check, then call these. What must always go together goes together here: a case that
//! ends loses its clock and its units (each is told), and a unit names a case exactly when that
//! case lists the unit.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::limits::{CANARY_KEPT_MS, ENDED_KEPT_MS};
use crate::domain::{
    Assignment, Case, CaseId, CaseState, Change, Happened, OrderTo, OrderWhat, Playbook, Purpose,
    Reply, StageClock, Ticket, TicketId, Timestamp, Unit, UnitId, UnitStatus,
};

use super::clocks::stage_ms;
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
    let (id, clock) = (row.id, row.clock);
    situation.open = situation.open.saturating_add(1);
    situation.count.case_moved(&row, None, row.state);
    if row.purpose.is_real() {
        add(&mut situation.count.note().opened);
    }
    situation.clocks.stage_moved(id, None, clock);
    effects.change(Change::CaseMoved { case: Arc::clone(&row), step: step(why, what) });
    situation.cases.insert(id, Dossier::open(row, tickets));
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
    let (state, clock) = (row.state, row.clock);

    edit(row, playbook);
    row.version = row.version.saturating_add(1);
    row.changed_at = why.now;
    let mut released = BTreeSet::new();
    if row.state.is_ended() {
        row.clock = None;
        released = std::mem::take(&mut row.units);
    }
    clocks.stage_moved(case, clock, row.clock);
    count.case_moved(row, Some(state), row.state);
    turn(situation, why.now, case, state);

    if let Some(dossier) = situation.cases.get(&case) {
        let case = Arc::clone(&dossier.row);
        effects.change(Change::CaseMoved { case, step: step(why, what) });
    }
    for unit in released {
        free_unit(situation, effects, why.now, (unit, case));
    }
}

/// Does what it takes where a case ended or was taken up again.
fn turn(situation: &mut Situation, now: Timestamp, case: CaseId, from: CaseState) {
    let Some(dossier) = situation.cases.get_mut(&case) else { return };
    let ended = dossier.row.state.is_ended();
    if ended == from.is_ended() {
        return;
    }
    if let Some(at) = dossier.archive_at.take() {
        situation.clocks.archives.remove(&(at, case));
    }
    if ended {
        let leaves = now.plus_ms(kept_ms(dossier.row.purpose));
        dossier.archive_at = Some(leaves);
        dossier.acceptance = None;
        Arc::make_mut(&mut dossier.row).ended_at = Some(now);
        situation.clocks.archives.insert((leaves, case));
        situation.open = situation.open.saturating_sub(1);
        situation.fusion.end_case(case);
    } else {
        Arc::make_mut(&mut dossier.row).ended_at = None;
        situation.open = situation.open.saturating_add(1);
        situation.fusion.reopen_case(case);
    }
}

/// Brings a row into `stage`, whose time runs from `since`.
pub(super) fn enter(row: &mut Case, playbook: &Playbook, stage: CaseState, since: Timestamp) {
    let item = row.item.and_then(|item| playbook.items.get(&item));
    row.state = stage;
    row.clock = stage_ms(&playbook.limits, item, stage).map(|limit_ms| clock(since, limit_ms));
}

/// A clock of `limit_ms` from `since` on.
pub(super) fn clock(since: Timestamp, limit_ms: i64) -> StageClock {
    StageClock { since, due: since.plus_ms(limit_ms), overdue: false }
}

/// Keeps a new ticket, and says so.
pub(super) fn keep_ticket(situation: &mut Situation, effects: &mut Effects, ticket: Arc<Ticket>) {
    if let Reply::Owed { due, .. } = ticket.reply {
        situation.clocks.replies.insert((due, ticket.id));
    }
    let id = ticket.id;
    effects.change(Change::TicketMoved { ticket: Arc::clone(&ticket) });
    situation.tickets.insert(id, ticket);
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
    let before = row.reply;
    edit(row);
    if before != row.reply {
        if let Reply::Owed { due, .. } = before {
            situation.clocks.replies.remove(&(due, ticket));
        }
        if let Reply::Owed { due, overdue: false } = row.reply {
            situation.clocks.replies.insert((due, ticket));
        }
    }
    effects.change(Change::TicketMoved { ticket: Arc::clone(kept) });
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

/// How long an ended case stays. A canary ends every few seconds and is never reopened.
fn kept_ms(purpose: Purpose) -> i64 {
    match purpose {
        Purpose::Real | Purpose::Drill => ENDED_KEPT_MS,
        Purpose::Canary => CANARY_KEPT_MS,
    }
}
