//! Time passes: what is due is marked overdue once, and what is old enough leaves.
//!
//! Each queue gives at most [`TICK_CLOCKS_MAX`] a tick, so no tick does unbounded work; what is
//! left waits for the next.

use crate::domain::limits::{ENDED_CASES_MAX, TICK_CLOCKS_MAX};
use crate::domain::time::DAY_MS;
use crate::domain::{Case, CaseId, Change, Happened, Reply, Timestamp};

use super::super::why::Why;
use super::super::write::{move_case, move_ticket};
use super::super::{Effects, Situation};
use super::mark::mark;

/// Lets time pass up to the situation's now.
pub(in crate::situation) fn tick(situation: &mut Situation, effects: &mut Effects) {
    stages_marked(situation, effects);
    parts_late(situation, effects);
    replies_overdue(situation, effects);
    archive(situation, effects, ENDED_CASES_MAX);

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

fn stages_marked(situation: &mut Situation, effects: &mut Effects) {
    for _ in 0..TICK_CLOCKS_MAX {
        let Some((at, case)) = situation.clocks.stages.first().copied() else { return };
        if !passed(at, situation.now) {
            return;
        }
        mark(situation, effects, case);
        // The write moves the clock in the queue. What has no time at all reaches its next mark at
        // the same moment; should there be no such case or clock, it goes.
        if situation.case(case).and_then(Case::next_mark) != Some(at) {
            situation.clocks.stages.remove(&(at, case));
        }
    }
}

fn parts_late(situation: &mut Situation, effects: &mut Effects) {
    let why = Why::of_time(situation.now);
    for _ in 0..TICK_CLOCKS_MAX {
        let Some((due, case, org)) = situation.clocks.parts.first().cloned() else { return };
        if !passed(due, why.now) {
            return;
        }
        situation.clocks.parts.remove(&(due, case, org.clone()));
        let what = Happened::PartLate { org: org.clone() };
        move_case(situation, effects, why, (case, what), |row, _| {
            if let Some(part) = row.parts.get_mut(&org) {
                part.due = None;
                part.late = part.late.saturating_add(1);
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

/// Lets ended cases go whose day has come; earlier where more than `ended_max` are kept.
fn archive(situation: &mut Situation, effects: &mut Effects, ended_max: usize) {
    for _ in 0..TICK_CLOCKS_MAX {
        let Some((at, case)) = situation.clocks.archives.first().copied() else { return };
        let ended = situation.cases.len().saturating_sub(situation.open);
        if !passed(at, situation.now) && ended <= ended_max {
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
    situation.clocks.mark_moved(case, dossier.row.next_mark(), None);
    for ticket in &dossier.tickets {
        if let Some(ticket) = situation.tickets.remove(ticket) {
            situation.sources.forget(ticket.source);
        }
    }
    situation.fusion.forget_case(case);
    situation.count.case_archived(&dossier.row);
    effects.change(Change::CaseArchived { case });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::{HOUR_MS, MINUTE_MS};
    use crate::domain::{
        Actor, Channel, Command, CommandId, Entry, Evidence, OrgCode, Partition, Place, Position,
        Purpose, ReasonCode, Role, Signal, SignalKind, SourceKey, Verb,
    };
    use crate::situation::apply;

    fn signal(source: u64) -> Entry {
        Entry::Signal(Box::new(Signal {
            source: SourceKey(source.into()),
            external_id: String::new(),
            channel: Channel::Grid,
            kind: SignalKind::New,
            item: None,
            place: Place::default(),
            observed_at: Timestamp(0),
            arrived_at: Timestamp(0),
            owes_reply: false,
            purpose: Purpose::Real,
            evidence: Evidence::default(),
            words: None,
            due: None,
        }))
    }

    fn rejection(number: u64) -> Entry {
        let case = CaseId { partition: Partition(3), number };
        Entry::Command(Box::new(Command {
            id: CommandId(number.into()),
            actor: Actor { account: "a".into(), role: Role::Receiver, org: OrgCode("C".into()) },
            expected_version: None,
            verb: Verb::Reject { case, reason: ReasonCode::Test },
            arrived_at: Timestamp(0),
        }))
    }

    /// Applies `entry` at `at`, and counts the cases that moved.
    fn play(situation: &mut Situation, at: i64, entry: Entry) -> usize {
        let mut effects = Effects::default();
        let position = Position::new(situation.position().offset.saturating_add(1), 0);
        apply(situation, &mut effects, (position, Timestamp(at)), entry);
        effects.changes.iter().filter(|change| matches!(change, Change::CaseMoved { .. })).count()
    }

    #[test]
    fn a_tick_lets_no_more_run_out_than_it_may() {
        let mut situation = Situation::new(Partition(3));
        for source in 1..=u64::try_from(TICK_CLOCKS_MAX).unwrap() + 5 {
            play(&mut situation, 1, signal(source));
        }
        assert_eq!(play(&mut situation, HOUR_MS + MINUTE_MS, Entry::Tick), TICK_CLOCKS_MAX);
        assert_eq!(play(&mut situation, HOUR_MS + MINUTE_MS, Entry::Tick), 5);
        assert_eq!(play(&mut situation, HOUR_MS + MINUTE_MS, Entry::Tick), 0);
    }

    #[test]
    fn ended_cases_leave_early_where_there_are_too_many() {
        let mut situation = Situation::new(Partition(3));
        for number in 1..=4 {
            let at = i64::try_from(number).unwrap();
            play(&mut situation, at, signal(number));
            play(&mut situation, at, rejection(number));
        }
        let mut effects = Effects::default();
        archive(&mut situation, &mut effects, 4);
        assert_eq!(effects.changes, []);
        archive(&mut situation, &mut effects, 1);
        assert_eq!(situation.cases().map(|case| case.id.number).collect::<Vec<_>>(), [4]);
        assert_eq!(effects.changes.len(), 3);
    }
}
