//! Whose turn it is: what a case needs next, who does it, and after how long.

use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::trade::{PART_DONE, Part, PartRole};
use crate::domain::{Case, CaseState, GridCode, Hint, ItemCode, OrgCode, ReasonCode, UnitId, Verb};

/// What someone does next.
#[derive(Debug, Clone)]
pub(super) struct Turn {
    /// The demo account that does it.
    pub(super) token: &'static str,
    /// For which organisation, where the account acts for any.
    pub(super) org: Option<OrgCode>,
    /// What.
    pub(super) verb: Verb,
}

/// How long people take, milliseconds, before the case's next step.
pub(super) fn delay_ms(random: &mut ChaCha8Rng, state: CaseState) -> i64 {
    match state {
        CaseState::Reported => random.random_range(2_000..7_000),
        CaseState::Verifying | CaseState::Filed => random.random_range(1_000..4_000),
        CaseState::Dispatched => random.random_range(2_000..5_000),
        CaseState::Handling => random.random_range(6_000..25_000),
        _ => random.random_range(2_000..6_000),
    }
}

/// Crews by county, and what is free among them.
#[derive(Debug, Default)]
pub(super) struct Crews {
    by_county: BTreeMap<GridCode, Vec<UnitId>>,
    pub(super) engaged: BTreeSet<UnitId>,
}

impl Crews {
    /// A unit of the register.
    pub(super) fn enter(&mut self, county: GridCode, unit: UnitId) {
        self.by_county.entry(county).or_default().push(unit);
    }

    fn free(&self, random: &mut ChaCha8Rng, county: Option<GridCode>) -> BTreeSet<UnitId> {
        let all = county.and_then(|county| self.by_county.get(&county));
        let free: Vec<UnitId> =
            all.into_iter().flatten().copied().filter(|it| !self.engaged.contains(it)).collect();
        free.choose(random).copied().into_iter().collect()
    }
}

/// The next turn of a case; none where it is ended or nobody needs to move.
pub(super) fn next_turn(random: &mut ChaCha8Rng, case: &Case, crews: &Crews) -> Option<Turn> {
    let id = case.id;
    let of_lead = |verb| Turn { token: "demo-handler", org: case.lead.clone(), verb };
    let by = |token, verb| Turn { token, org: None, verb };
    let chance = random.random_range(0..100);
    match case.state {
        CaseState::Reported => Some(receive(chance, case)),
        CaseState::Verifying if chance < 85 => {
            Some(by("demo-grid-worker", Verb::VerifyYes { case: id }))
        }
        CaseState::Verifying => {
            let reason = ReasonCode::NotFound;
            Some(by("demo-grid-worker", Verb::VerifyNo { case: id, reason }))
        }
        CaseState::Filed => {
            let units = crews.free(random, case.place.grid.and_then(GridCode::county));
            let assists = BTreeSet::new();
            let verb = Verb::Dispatch { case: id, lead: None, assists, units };
            Some(by("demo-dispatcher", verb))
        }
        CaseState::Dispatched if chance < 4 && case.counters.returns == 0 => {
            Some(of_lead(Verb::Return { case: id, reason: ReasonCode::NotOurDuty }))
        }
        CaseState::Dispatched => Some(of_lead(Verb::Accept { case: id })),
        CaseState::Handling => {
            Some(assisted(case).unwrap_or_else(|| of_lead(Verb::Handled { case: id, note: None })))
        }
        CaseState::Handled if chance < 6 => {
            let reason = ReasonCode::NotDone;
            Some(by("demo-checker", Verb::CheckFail { case: id, reason }))
        }
        CaseState::Handled => Some(by("demo-checker", Verb::CheckPass { case: id })),
        _ => None,
    }
}

/// What an assisting organisation that is not done yet does: its part, before the lead is done.
fn assisted(case: &Case) -> Option<Turn> {
    let waits = |part: &Part| part.role == PartRole::Assist && !part.ended;
    let (org, _) = case.parts.iter().find(|(_, part)| waits(part))?;
    let verb = Verb::PartDone { case: case.id, step: PART_DONE, note: None };
    Some(Turn { token: "demo-handler", org: Some(org.clone()), verb })
}

/// What the receiver does with a reported case: join it to its like, verify, file, or reject.
fn receive(chance: u32, case: &Case) -> Turn {
    let id = case.id;
    let by = |verb| Turn { token: "demo-receiver", org: None, verb };
    let join = case.suggestions.iter().find(|it| it.hint == Hint::Join);
    match join {
        Some(like) if chance < 60 => return by(Verb::Merge { case: id, into: like.case }),
        Some(like) if chance < 80 => return by(Verb::Decline { case: id, to: like.case }),
        _ => {}
    }
    if chance < 3 {
        return by(Verb::Reject { case: id, reason: ReasonCode::OutOfScope });
    }
    if chance < 10 && case.counters.verifications == 0 {
        return by(Verb::AskVerify { case: id });
    }
    by(Verb::File { case: id, item: case.item.or_else(unsorted) })
}

/// What a receiver files a report as that named nothing: 意见建议.
fn unsorted() -> Option<ItemCode> {
    "G10040".parse().ok()
}
