//! Time passes: what is due is marked overdue once, and what is old enough leaves.
//!
//! Each queue gives at most [`TICK_CLOCKS_MAX`] a tick, so no tick does unbounded work; what is
//! left waits for the next.

use crate::domain::limits::{ENDED_CASES_MAX, TICK_CLOCKS_MAX};
use crate::domain::time::DAY_MS;
use crate::domain::{CaseId, Change, Happened, Reply, Timestamp};

use super::super::count::add;
use super::super::why::Why;
use super::super::write::{move_case, move_ticket};
use super::super::{Effects, Situation};

/// Lets time pass up to the situation's now.
pub(in crate::situation) fn tick(situation: &mut Situation, effects: &mut Effects) {
    stages_overdue(situation, effects);
    replies_overdue(situation, effects);
    archive(situation, effects);

    let now = situation.now;
    situation.answers.forget_old(now, TICK_CLOCKS_MAX);
    let (partition, tickets) = (situation.partition, &situation.tickets);
    situation.sources.forget_old(now, TICK_CLOCKS_MAX, |number, source| {
        let ticket = number.within(partition).and_then(|ticket| tickets.get(&ticket));
        ticket.is_some_and(|ticket| ticket.source == source)
    });
    situation.fusion.forget_old(&situation.playbook.fusion, now);
    situation.count.say_if_moved(effects);
}

/// A clock's moment has passed when now is after it: due at 10:00, late from 10:00 and 1 ms on.
fn passed(due: Timestamp, now: Timestamp) -> bool {
    due < now
}

fn stages_overdue(situation: &mut Situation, effects: &mut Effects) {
    let why = Why::of_time(situation.now);
    for _ in 0..TICK_CLOCKS_MAX {
        let Some((due, case)) = situation.clocks.stages.first().copied() else { return };
        if !passed(due, why.now) {
            return;
        }
        // The write takes the clock out of the queue; should there be no such case, this does.
        situation.clocks.stages.remove(&(due, case));
        if situation.case(case).is_some_and(|case| !case.drill) {
            add(&mut situation.count.note().overdue);
        }
        move_case(situation, effects, why, (case, Happened::Overdue), |row, _| {
            if let Some(clock) = &mut row.clock {
                clock.overdue = true;
            }
        });
    }
}

fn replies_overdue(situation: &mut Situation, effects: &mut Effects) {
    let now = situation.now;
    for _ in 0..TICK_CLOCKS_MAX {
        let Some((due, ticket)) = situation.clocks.replies.first().copied() else { return };
        if !passed(due, now) {
            return;
        }
        situation.clocks.replies.remove(&(due, ticket));
        move_ticket(situation, effects, ticket, |ticket| {
            ticket.reply = Reply::Owed { due, overdue: true };
        });
    }
}

fn archive(situation: &mut Situation, effects: &mut Effects) {
    for _ in 0..TICK_CLOCKS_MAX {
        let Some((at, case)) = situation.clocks.archives.first().copied() else { return };
        let ended = situation.cases.len().saturating_sub(situation.open);
        if !passed(at, situation.now) && ended <= ENDED_CASES_MAX {
            return;
        }
        situation.clocks.archives.remove(&(at, case));
        if owes_a_reply(situation, case) {
            put_off(situation, case);
        } else {
            archive_case(situation, effects, case);
        }
    }
}

fn owes_a_reply(situation: &Situation, case: CaseId) -> bool {
    situation
        .tickets_of(case)
        .iter()
        .filter_map(|ticket| situation.ticket(*ticket))
        .any(|ticket| matches!(ticket.reply, Reply::Owed { .. }))
}

/// A case stays while one of its senders waits for a reply: it is asked again a day later.
fn put_off(situation: &mut Situation, case: CaseId) {
    let later = situation.now.plus_ms(DAY_MS);
    if let Some(dossier) = situation.cases.get_mut(&case) {
        dossier.archive_at = Some(later);
        situation.clocks.archives.insert((later, case));
    }
}

/// The case leaves with its tickets; its history stays in the journal.
fn archive_case(situation: &mut Situation, effects: &mut Effects, case: CaseId) {
    let Some(dossier) = situation.cases.remove(&case) else { return };
    for ticket in &dossier.tickets {
        if let Some(ticket) = situation.tickets.remove(ticket) {
            situation.sources.forget(ticket.source);
        }
    }
    situation.fusion.forget_case(case);
    situation.count.case_archived(&dossier.row);
    effects.change(Change::CaseArchived { case });
}
