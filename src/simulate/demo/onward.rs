//! Which way a case goes on: what its kind's table lets be asked, nearest to a good end first.
//!
//! Whoever may ask it is asked for, by the answer the core itself would give.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::trade::{Asking, Kind, Move, may, rule, who};
use crate::domain::{
    Actor, Case, CaseState, Item, ItemCode, KindCode, OrgCode, Playbook, Refusal, Role, StageCode,
    StepCode, Timestamp, UnitId, Verb, VerbCode,
};

use super::turn::Turn;

/// Who sees all that there is to do.
pub(super) const SHIFT_LEADER: &str = "demo-shift-leader";

/// The demonstration's accounts: in which role, and for whom; none acts for whoever has the case.
pub(super) const SEATS: [(Role, &str, Option<&str>); 11] = [
    (Role::Handler, "demo-handler", None),
    (Role::Mediator, "demo-mediator", None),
    (Role::Receiver, "demo-receiver", Some("ZHZX")),
    (Role::Dispatcher, "demo-dispatcher", Some("ZHZX")),
    (Role::Checker, "demo-checker", Some("HCZX")),
    (Role::GridWorker, "demo-grid-worker", Some("WGZX")),
    (Role::Agent, "demo-agent", Some("ZHZX")),
    (Role::TownLeader, "demo-town-leader", None),
    (Role::Supervisor, "demo-supervisor", Some("ZHZX")),
    (Role::Leader, "demo-official", Some("ZHZX")),
    (Role::ShiftLeader, SHIFT_LEADER, Some("ZHZX")),
];

/// A case that is not seen through to a good end costs as many steps more.
const ELSEWHERE: u32 = 3;

/// What players know of a case besides its row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Desk<'a> {
    pub(super) playbook: &'a Playbook,
    pub(super) now: Timestamp,
    /// Whether one of its senders is owed a reply.
    pub(super) owed: bool,
}

impl Desk<'_> {
    /// The account in `role` that may ask this of `case`, as whom.
    pub(super) fn seat(
        &self,
        role: Role,
        case: &Case,
        asked: (VerbCode, Option<StepCode>),
    ) -> Result<(&'static str, OrgCode), Refusal> {
        let seat = SEATS.iter().find(|(it, ..)| *it == role).ok_or(Refusal::RoleMayNot)?;
        let org = seat.2.map_or_else(|| self.in_hand(case), |org| OrgCode(org.to_owned()));
        let may = self.may((seat.1, role), org, case, asked);
        if seat.2.is_some() || may != Err(Refusal::HandlerMayNotCheck) {
            return may;
        }
        // Who did it does not judge it: somebody else in that role does.
        let other = self.listed().find(|org| case.lead.as_ref() != Some(*org));
        self.may((seat.1, role), other.ok_or(Refusal::HandlerMayNotCheck)?.clone(), case, asked)
    }

    /// The city's organisations, but for those that the accounts act for.
    fn listed(&self) -> impl Iterator<Item = &OrgCode> {
        let centre = |org: &&OrgCode| SEATS.iter().any(|(.., of)| *of == Some(org.0.as_str()));
        self.playbook.organisations.listed.keys().filter(move |org| !centre(org))
    }

    fn may(
        &self,
        (token, role): (&'static str, Role),
        org: OrgCode,
        case: &Case,
        asked: (VerbCode, Option<StepCode>),
    ) -> Result<(&'static str, OrgCode), Refusal> {
        let actor = Actor { account: token.to_owned(), role, org };
        let Self { playbook, now, owed } = *self;
        may(Asking { playbook, actor: &actor, now, owed: &|| owed }, case, asked)?;
        Ok((token, actor.org))
    }

    /// Who has it in hand, or would.
    pub(super) fn in_hand(&self, case: &Case) -> OrgCode {
        let item = self.item(case);
        let owner =
            || item.map(|item| self.playbook.lead_for(item, case.place.grid, case.id.partition).0);
        let listed = || self.listed().next().cloned();
        case.lead.clone().or_else(owner).or_else(listed).unwrap_or(OrgCode(String::new()))
    }

    fn item(&self, case: &Case) -> Option<&Item> {
        case.item.and_then(|item| self.playbook.items.get(&item))
    }

    /// What it is filed as: what it is about, or the first of its kind.
    fn named(&self, case: &Case) -> Option<ItemCode> {
        let unsorted = case.kind == KindCode::CITY_EVENT;
        let of_kind = || self.playbook.items.values().find(|item| item.kind == case.kind);
        let first = || of_kind().filter(|_| !unsorted).map(|item| item.code);
        // 意见建议: what named nothing.
        case.item.or_else(first).or_else(|| "G10040".parse().ok())
    }
}

/// The turn that brings `case` on; none where it has to wait, or is ended.
pub(super) fn onward(desk: Desk<'_>, case: &Case, units: &BTreeSet<UnitId>) -> Option<Turn> {
    if case.state.is_ended() {
        return None;
    }
    if let Some(turn) = part_of(desk, case) {
        return Some(turn);
    }
    let kind = desk.playbook.kind(case.kind);
    let (_, stage) = kind.stage(case.stage, case.state)?;
    let far = steps_to_an_end(kind);
    let mut ways: Vec<(u32, &Move)> = kind
        .moves(stage)
        .filter(|a_move| leads_on(a_move))
        .filter_map(|a_move| Some((*far.get(&a_move.to?)?, a_move)))
        .filter(|(steps, _)| far.get(&case.stage).is_none_or(|here| steps < here))
        .collect();
    ways.sort_by_key(|(steps, _)| *steps);
    let mut waits = false;
    for (_, a_move) in ways {
        match take(desk, case, a_move, units) {
            Ok(turn) => return Some(turn),
            Err(Refusal::NotGraded) => return grade(desk, case),
            Err(Refusal::ItemMissing | Refusal::UnknownItem | Refusal::NotLawful) => {}
            Err(_) => waits = true,
        }
    }
    if waits {
        return None;
    }
    // What cannot be done is refused.
    let refuses = |a_move: &&Move| {
        let to = a_move.to.and_then(|to| kind.stages.get(&to));
        to.is_some_and(|to| to.state == CaseState::Rejected)
    };
    kind.moves(stage).filter(refuses).find_map(|a_move| take(desk, case, a_move, units).ok())
}

/// Whether a move leads on, and not back, aside or to nothing.
fn leads_on(a_move: &Move) -> bool {
    use VerbCode as V;
    let aside = [V::Return, V::Reassign, V::Delegate, V::Raise, V::Suspend, V::CheckFail];
    // Handling on the spot is not for everybody, and would hide the longer way.
    let ends =
        [V::SelfHandle, V::Merge, V::Reject, V::VerifyNo, V::Cancel, V::HandOver, V::AskVerify];
    !aside.contains(&a_move.verb) && !ends.contains(&a_move.verb)
}

/// How many steps each stage of a kind is from a good end.
fn steps_to_an_end(kind: &Kind) -> BTreeMap<StageCode, u32> {
    let mut far = BTreeMap::new();
    for (code, stage) in &kind.stages {
        match stage.state {
            CaseState::Closed | CaseState::Evaluated => drop(far.insert(*code, 0)),
            CaseState::HandedOver => drop(far.insert(*code, ELSEWHERE)),
            _ => {}
        }
    }
    for _ in 0..kind.stages.len() {
        for (code, stage) in kind.stages.iter().filter(|(_, stage)| !stage.state.is_ended()) {
            let onward = kind.moves(stage).filter(|a_move| leads_on(a_move));
            let nearest = onward.filter_map(|a_move| far.get(&a_move.to?)).min();
            if let Some(steps) = nearest.map(|steps| steps + 1) {
                let known = far.entry(*code).or_insert(steps);
                *known = steps.min(*known);
            }
        }
    }
    far
}

/// The move, by the first who may.
fn take(
    desk: Desk<'_>,
    case: &Case,
    a_move: &Move,
    units: &BTreeSet<UnitId>,
) -> Result<Turn, Refusal> {
    let mut refused = Refusal::RoleMayNot;
    for role in who(a_move) {
        match desk.seat(*role, case, (a_move.verb, a_move.step)) {
            Ok((token, org)) => {
                let verb = words(desk, case, a_move, (&org, units)).ok_or(Refusal::KindMayNot)?;
                return Ok(Turn { token, org: Some(org), verb });
            }
            Err(refusal) => refused = refusal,
        }
    }
    Err(refused)
}

fn words(
    desk: Desk<'_>,
    row: &Case,
    a_move: &Move,
    (org, units): (&OrgCode, &BTreeSet<UnitId>),
) -> Option<Verb> {
    let case = row.id;
    Some(match a_move.verb {
        VerbCode::VerifyYes => Verb::VerifyYes { case },
        VerbCode::File => Verb::File { case, item: desk.named(row) },
        VerbCode::Dispatch => {
            let lead = row.item.is_none().then(|| desk.in_hand(row));
            Verb::Dispatch { case, lead, assists: BTreeSet::new(), units: units.clone() }
        }
        VerbCode::Accept => Verb::Accept { case },
        VerbCode::Resume => Verb::Resume { case },
        VerbCode::Handled => Verb::Handled { case, note: None },
        VerbCode::CheckPass => Verb::CheckPass { case },
        VerbCode::Claim => Verb::Claim { case },
        VerbCode::FanOut => Verb::FanOut { case, orgs: [org.clone()].into() },
        VerbCode::Rate => Verb::Rate { case, rating: 5, resolved: true },
        VerbCode::Reject => Verb::Reject { case, reason: crate::domain::ReasonCode::OutOfScope },
        VerbCode::Advance => Verb::Advance { case, step: a_move.step?, reason: None, note: None },
        _ => return None,
    })
}

/// The part of an organisation that assists, was called or was told, and is not done.
fn part_of(desk: Desk<'_>, case: &Case) -> Option<Turn> {
    let kind = desk.playbook.kind(case.kind);
    let seat = ("demo-handler", Role::Handler);
    case.parts.iter().find_map(|(org, part)| {
        let step = kind.next_part_step(part)?;
        let asked = (VerbCode::PartDone, None);
        let (token, org) = desk.may(seat, org.clone(), case, asked).ok()?;
        let verb = Verb::PartDone { case: case.id, step, note: None };
        Some(Turn { token, org: Some(org), verb })
    })
}

/// What is not graded yet is, first.
fn grade(desk: Desk<'_>, case: &Case) -> Option<Turn> {
    let asked = (VerbCode::GradeColour, None);
    let seat = |role: &Role| desk.seat(*role, case, asked).ok();
    let (token, org) = rule(VerbCode::GradeColour).who.iter().find_map(seat)?;
    Some(Turn { token, org: Some(org), verb: Verb::GradeColour { case: case.id, colour: 2 } })
}
