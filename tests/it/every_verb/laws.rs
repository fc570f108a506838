//! The law: what the core answers is what the tables say, and a refusal changes nothing.

use std::collections::BTreeSet;

use liandong::domain::trade::{Asking, Guard, Kind, Move, Stage, may, rule, who};
use liandong::domain::{CaseState, Channel, Outcome, Refusal, Role, StageCode, StepCode, VerbCode};
use liandong::situation::invariants;

use super::stands::{Stand, expected, kinds, stands};
use crate::rows::Rows;
use crate::small_city;

/// Everything that can be asked of a kind: each verb, its own steps, and one it has not.
fn askable(kind: &Kind) -> Vec<(VerbCode, Option<StepCode>)> {
    let plain = VerbCode::ALL.iter().filter(|verb| **verb != VerbCode::Advance);
    let own = kind.steps.keys().copied().chain([StepCode::of("unheard_of")]);
    plain.map(|verb| (*verb, None)).chain(own.map(|step| (VerbCode::Advance, Some(step)))).collect()
}

/// The line of the tables, looked up as a person would.
fn line<'a>(
    kind: &'a Kind,
    stage: &'a Stage,
    asked: (VerbCode, Option<StepCode>),
) -> Option<&'a Move> {
    let own = stage.moves.iter().find(|it| (it.verb, it.step) == asked);
    let common = kind.also.iter().find(|it| (it.verb, it.step) == asked);
    own.or(common.filter(|it| rule(it.verb).from.contains(&stage.state)))
}

/// What else a verb may be refused for, once its stage, role and guards let it be: what is said
/// with it does not fit the case.
fn for_what_is_said(verb: VerbCode) -> &'static [Refusal] {
    match verb {
        VerbCode::Merge | VerbCode::Split => &[Refusal::TicketsNotApart],
        VerbCode::Decline => &[Refusal::NotSuggested],
        VerbCode::Release => &[Refusal::UnitNotAssigned],
        VerbCode::Leave => &[Refusal::NoPart],
        VerbCode::PartDone => &[Refusal::PartNotNext],
        VerbCode::Extend => &[Refusal::UntilNotRight],
        VerbCode::Reply => &[Refusal::ReplyNotOwed],
        VerbCode::Visit => &[Refusal::VisitNotOwed],
        VerbCode::Exclude => &[Refusal::ExcludedAlready],
        VerbCode::Supervise => &[Refusal::CardMustRise],
        VerbCode::HandOver => &[Refusal::NotElsewhere],
        _ => &[],
    }
}

/// What is found out about the case before its table is asked at all.
fn before_the_table(stand: &Stand, verb: VerbCode) -> Option<Refusal> {
    let row = stand.row();
    let of_ticket =
        matches!(verb, VerbCode::Reply | VerbCode::Contact | VerbCode::Visit | VerbCode::Exclude);
    if of_ticket && stand.core.situation.tickets_of(row.id).is_empty() {
        return Some(Refusal::UnknownTicket);
    }
    (verb == VerbCode::Unmerge && row.merged_into.is_none()).then_some(Refusal::NotMerged)
}

/// Asks one thing as one role, and holds the answer to the tables.
fn ask(stand: &mut Stand, kind: &Kind, asked: (VerbCode, Option<StepCode>), role: Role) {
    let (verb, step) = asked;
    let (_, stage) = kind.stage(stand.row().stage, stand.row().state).unwrap();
    let whose = stand.asker(verb, role);
    let actor = small_city::actor(role, &whose);
    let now = stand.core.now;
    let playbook = stand.core.situation.playbook();
    let owed = stand.is_owed_a_reply();
    let owed = || owed;
    let asking = Asking { playbook, actor: &actor, now, owed: &owed };
    let says = may(asking, stand.row(), asked).map(|_| ());
    let told = format!("{} {} {verb} {step:?} by {role:?}@{whose}", kind.code, stand.row().stage);

    let line = line(kind, stage, asked);
    match line {
        None => assert!(
            matches!(
                says,
                Err(Refusal::RoleMayNot
                    | Refusal::KindMayNot
                    | Refusal::WrongState { .. }
                    | Refusal::CaseEnded)
            ),
            "{told} is in no table: {says:?}"
        ),
        Some(line) if !who(line).contains(&role) => {
            assert_eq!(says, Err(Refusal::RoleMayNot), "{told}");
        }
        Some(_) => assert!(
            !matches!(
                says,
                Err(Refusal::RoleMayNot
                    | Refusal::KindMayNot
                    | Refusal::WrongState { .. }
                    | Refusal::CaseEnded)
            ),
            "{told} is in the table: {says:?}"
        ),
    }

    let words = stand.verb(&whose, verb, step);
    let earlier = before_the_table(stand, verb);
    let mut trial = if says.is_ok() { Some(stand.clone()) } else { None };
    let answer = trial.as_mut().unwrap_or(stand).ask((role, &whose), words);
    let expected = match (earlier, says) {
        (Some(refusal), _) | (None, Err(refusal)) => Outcome::Refused(refusal),
        (None, Ok(())) => match answer {
            Outcome::Refused(refusal) if for_what_is_said(verb).contains(&refusal) => answer,
            _ => Outcome::Changed,
        },
    };
    assert_eq!(answer, expected, "{told}");
    let asked = trial.as_ref().unwrap_or(stand);
    match answer {
        Outcome::Changed => {
            let sound = invariants::check(&asked.core.situation);
            assert!(sound.is_ok(), "{told}: {sound:?}");
        }
        Outcome::Refused(_) => {
            let effects = &asked.core.effects;
            assert!(effects.changes.len() == 1 && effects.orders.is_empty(), "{told}");
        }
    }
}

#[test]
fn every_verb_at_every_stage_of_every_kind_is_done_or_refused_as_the_tables_say() {
    let mut asked = 0_usize;
    for kind in kinds() {
        for (at, mut stand) in stands(kind) {
            let before = stand.core.situation.clone();
            for what in askable(kind) {
                for role in Role::ALL {
                    ask(&mut stand, kind, what, role);
                    asked += 1;
                }
            }
            let after = &stand.core.situation;
            let tally = after.tally().clone();
            let unmoved = Rows { tally, ..Rows::of(&before) } == Rows::of(after);
            assert!(unmoved, "{} {at}: a refusal changed something", kind.code);
            assert_eq!(before.fusion(), after.fusion());
        }
    }
    assert!(100_000 < asked, "only {asked} were asked");
}

#[test]
fn a_real_case_comes_to_every_stage_of_its_kind() {
    for kind in kinds() {
        let came: BTreeSet<StageCode> = stands(kind).into_keys().collect();
        assert_eq!(came, expected(kind), "{}", kind.code);
    }
}

/// Lines that one case alone cannot come to: nothing is like it, it has no part, nobody leads it.
fn needs_more(stand: &Stand, kind: &Kind, (a_move, role): (&Move, Role)) -> bool {
    let row = stand.row();
    let leads = a_move.guards.contains(&Guard::Lead);
    let speaks = rule(a_move.verb).guards.contains(&Guard::LeadOrCentre) && role == Role::Handler;
    if (leads || speaks) && row.lead.is_none() {
        return true;
    }
    match a_move.verb {
        VerbCode::Decline => row.suggestions.is_empty(),
        VerbCode::PartDone => row.parts.values().all(|part| part.ended),
        VerbCode::Split => row.tickets < 2,
        VerbCode::Contact | VerbCode::Exclude => row.tickets == 0,
        VerbCode::Reply | VerbCode::Visit => {
            row.tickets == 0 || row.channel == Some(Channel::Video)
        }
        VerbCode::Merge => !kind.part_steps.is_empty(),
        _ => false,
    }
}

#[test]
fn every_line_of_every_table_is_done_by_each_who_may() {
    for kind in kinds() {
        for (at, stand) in stands(kind) {
            let stage = &kind.stages[&at];
            for a_move in kind.moves(stage) {
                for role in who(a_move) {
                    let mut stand = stand.clone();
                    stand.prepare(a_move);
                    if needs_more(&stand, kind, (a_move, *role)) {
                        continue;
                    }
                    let told = format!("{} {at} {} {:?}", kind.code, a_move.verb, a_move.step);
                    let outcome = stand.take(a_move, *role);
                    assert_eq!(outcome, Outcome::Changed, "{told} by {role:?}: {:?}", stand.row());
                    let row = stand.row();
                    let to = a_move.to.filter(|_| a_move.verb != VerbCode::HandOver);
                    // With the last sender who was spoken with, the engine evaluates it.
                    let evaluates = a_move.to.is_none()
                        && stage.state == CaseState::Closed
                        && row.tickets_waiting == 0
                        && row.state == CaseState::Evaluated;
                    assert!(evaluates || row.stage == to.unwrap_or(at), "{told}: {row:?}");
                }
            }
        }
    }
}
