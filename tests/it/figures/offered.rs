//! What is offered at whatever random lives come to is what the core does; what is refused there it
//! refuses for the same reason.

use std::collections::BTreeMap;

use liandong::domain::trade::{Asking, Card, OF_TICKETS, offered, offered_of_ticket, who};
use liandong::domain::{
    Case, CaseState, Change, Entry, KindCode, OrgCode, Outcome, Position, Refusal, Role, StepCode,
    Ticket, TicketId, Verb, VerbCode,
};
use liandong::situation::{Effects, Situation, apply};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::clerk::watched;
use super::turns::{Turn, exactly};
use crate::every_verb::verbs::Of;
use crate::small_city;

/// Entries of a journal, and after how many of them each role asks.
const ENTRIES: usize = 1_500;
const EVERY: usize = 25;

/// What no row tells, or what is said with the verb and not of the case: who is offered such a
/// verb may be refused it for this.
fn for_what_is_said(verb: VerbCode) -> &'static [Refusal] {
    match verb {
        // The other case's row tells.
        VerbCode::Merge => &[Refusal::KindsDiffer, Refusal::SameCase, Refusal::HandingOver],
        VerbCode::Unmerge => &[Refusal::CaseEnded, Refusal::TicketsNotApart, Refusal::HandingOver],
        // Nothing else is longer and yet not too long.
        VerbCode::Extend => &[Refusal::UntilNotRight],
        _ => &[],
    }
}

/// How often what was offered was done, and what was refused.
#[derive(Debug, Default)]
struct Told {
    done: BTreeMap<VerbCode, u32>,
    refused: BTreeMap<String, u32>,
    /// Where desk and core disagree.
    apart: BTreeMap<String, String>,
}

impl Told {
    fn ask_all(&mut self, situation: &Situation) {
        let cases: Vec<&Case> = situation.cases().collect();
        let newest = cases.len().saturating_sub(6);
        // … and of what is seldom come to, whatever there is.
        let seldom = |case: &&&Case| {
            let disputed = case.kind == KindCode::of("dispute") && !case.state.is_ended();
            disputed || case.state == CaseState::Suspended || !case.suggestions.is_empty()
        };
        let seldom = cases[..newest].iter().rev().filter(seldom).take(6);
        for case in cases[newest..].iter().chain(seldom) {
            let parts = case.parts.iter().find(|(_, part)| !part.ended).map(|(org, _)| org);
            let orgs = [case.lead.as_ref(), parts, Some(&OrgCode("CENTRE".to_owned()))];
            for org in orgs.into_iter().flatten() {
                for role in Role::ALL {
                    self.ask(situation, case, (role, org));
                }
            }
        }
    }

    fn ask(&mut self, situation: &Situation, case: &Case, (role, org): (Role, &OrgCode)) {
        let playbook = situation.playbook();
        let kind = playbook.kind(case.kind);
        let Some((_, stage)) = kind.stage(case.stage, case.state) else { return };
        let actor = small_city::actor(role, &org.0);
        let tickets: Vec<&Ticket> =
            situation.tickets_of(case.id).iter().filter_map(|it| situation.ticket(*it)).collect();
        let owed = tickets.iter().any(|ticket| ticket.is_owed_a_reply());
        let owed = || owed;
        let asking = Asking { playbook, actor: &actor, now: situation.now(), owed: &owed };
        for a_move in kind.moves(stage).filter(|a_move| who(a_move).contains(&role)) {
            let (verb, step) = (a_move.verb, a_move.step);
            if !OF_TICKETS.contains(&verb) {
                let says = offered(asking, case, (verb, step)).err();
                let words = words(situation, (case, None), org, (verb, step));
                self.hold(situation, (role, org), (verb, words), says);
                continue;
            }
            for ticket in &tickets {
                let says = offered_of_ticket(asking, (case, ticket), verb).err();
                let words = words(situation, (case, Some(ticket.id)), org, (verb, step));
                self.hold(situation, (role, org), (verb, words), says);
            }
        }
    }

    /// The core answers as it was offered.
    fn hold(
        &mut self,
        situation: &Situation,
        (role, org): (Role, &OrgCode),
        (verb, words): (VerbCode, Verb),
        says: Option<Refusal>,
    ) {
        let (mut trial, mut effects) = (situation.clone(), Effects::default());
        let actor = small_city::actor(role, &org.0);
        let said = format!("{words:?} by {actor:?}");
        let entry = Entry::Command(Box::new(small_city::command(u128::MAX, actor, words)));
        let at = Position::new(situation.position().offset + 1, 0);
        apply(&mut trial, &mut effects, (at, situation.now()), entry);
        let Some(Change::CommandAnswered { outcome, .. }) = effects.changes.last() else {
            panic!("no answer to {said}");
        };
        let expected = says.map_or(Outcome::Changed, Outcome::Refused);
        if *outcome == expected {
            match says {
                None => *self.done.entry(verb).or_default() += 1,
                Some(refusal) => *self.refused.entry(format!("{refusal:?}")).or_default() += 1,
            }
            return;
        }
        let for_its_words = match (*outcome, says) {
            // Whether a unit is free, or there is such a one, its own row tells.
            (Outcome::Refused(Refusal::UnitEngaged { .. } | Refusal::UnknownUnit), _) => {
                matches!(verb, VerbCode::Assign | VerbCode::Release)
            }
            (Outcome::Refused(refusal), None) => for_what_is_said(verb).contains(&refusal),
            _ => false,
        };
        if !for_its_words {
            self.apart.insert(format!("{verb}: {outcome:?}, offered {says:?}"), said);
        }
    }
}

/// The verb as somebody with good reasons would ask it.
fn words(
    situation: &Situation,
    (row, ticket): (&Case, Option<TicketId>),
    org: &OrgCode,
    (verb, step): (VerbCode, Option<StepCode>),
) -> Verb {
    let others = situation.cases().filter(|case| case.id != row.id && !case.state.is_ended());
    let other = others.last().map_or(row.id, |case| case.id);
    let mut words = Of { situation, row, other, org, now: situation.now() }.verb(verb, step);
    match &mut words {
        Verb::Reply { ticket: of, .. }
        | Verb::Contact { ticket: of }
        | Verb::Visit { ticket: of, .. }
        | Verb::Exclude { ticket: of, .. } => *of = ticket.unwrap_or(*of),
        Verb::Leave { org, .. } => *org = row.assists.first().unwrap_or(org).clone(),
        Verb::Decline { to, .. } => *to = row.suggestions.first().map_or(*to, |it| it.case),
        Verb::Release { unit, .. } => *unit = row.units.first().copied().unwrap_or(*unit),
        Verb::Assign { unit, .. } => {
            let free = situation.units().find(|unit| unit.engaged().is_none());
            *unit = free.map_or(*unit, |free| free.id);
        }
        Verb::Supervise { card, .. } => {
            let held = row.supervision.as_ref().map(|held| held.card);
            *card = Card::above(held).unwrap_or(*card);
        }
        Verb::File { item, .. } => *item = item.or_else(|| Some(small_city::item("G01001"))),
        _ => {}
    }
    words
}

fn asked_along(turns: &[Turn]) -> Told {
    let (mut told, mut count) = (Told::default(), 0);
    watched(turns, &mut |situation, _, _| {
        count += 1;
        if count % EVERY == 0 {
            told.ask_all(situation);
        }
    });
    assert!(told.apart.is_empty(), "{:#?}", told.apart);
    told
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2,
        max_shrink_iters: 16,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_offered_is_done_and_what_is_refused_is_refused_for_that(turns in exactly(ENTRIES)) {
        asked_along(&turns);
    }
}

#[test]
fn nearly_every_verb_is_offered_and_done() {
    let mut runner = TestRunner::deterministic();
    let mut all = Told::default();
    for _ in 0..3 {
        let told = asked_along(&exactly(ENTRIES).new_tree(&mut runner).unwrap().current());
        for (verb, count) in told.done {
            *all.done.entry(verb).or_default() += count;
        }
        for (refusal, count) in told.refused {
            *all.refused.entry(refusal).or_default() += count;
        }
    }
    let never: Vec<_> = VerbCode::ALL.iter().filter(|it| !all.done.contains_key(it)).collect();
    // Some are come to so seldom that a random life may miss them; `every_verb` asks them all.
    assert!(never.len() < 5, "{never:?} of {all:?}");
}
