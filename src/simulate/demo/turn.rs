//! Whose turn it is: what a case needs next, who does it, and after how long.

use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Case, CaseState, GridCode, Hint, OrgCode, ReasonCode, Role, UnitId, Verb};

use super::onward::{Desk, onward};

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

/// The next turn of a case: now and then a whim, else the way on by its kind's table; none where it
/// is ended or has to wait.
pub(super) fn next_turn(
    random: &mut ChaCha8Rng,
    case: &Case,
    crews: &Crews,
    desk: Desk<'_>,
) -> Option<Turn> {
    let chance = random.random_range(0..100);
    if let Some(turn) = whim(chance, case, desk) {
        return Some(turn);
    }
    let units = match case.state {
        CaseState::Filed => crews.free(random, case.place.grid.and_then(GridCode::county)),
        _ => BTreeSet::new(),
    };
    onward(desk, case, &units)
}

/// What does not lead straight on, where it may be asked.
fn whim(chance: u32, row: &Case, desk: Desk<'_>) -> Option<Turn> {
    let case = row.id;
    let (role, verb) = match row.state {
        CaseState::Reported => (Role::Receiver, receive(chance, row)?),
        CaseState::Verifying if 85 <= chance => {
            (Role::GridWorker, Verb::VerifyNo { case, reason: ReasonCode::NotFound })
        }
        CaseState::Dispatched if chance < 4 && row.counters.returns == 0 => {
            (Role::Handler, Verb::Return { case, reason: ReasonCode::NotOurDuty })
        }
        CaseState::Handled if chance < 6 => {
            (Role::Checker, Verb::CheckFail { case, reason: ReasonCode::NotDone })
        }
        _ => return None,
    };
    let (token, org) = desk.seat(role, row, verb.code()?).ok()?;
    Some(Turn { token, org: Some(org), verb })
}

/// What the receiver does with a reported case but file it: join it to its like, verify, or reject.
fn receive(chance: u32, row: &Case) -> Option<Verb> {
    let case = row.id;
    let join = row.suggestions.iter().find(|it| it.hint == Hint::Join);
    match join {
        Some(like) if chance < 60 => return Some(Verb::Merge { case, into: like.case }),
        Some(like) if chance < 80 => return Some(Verb::Decline { case, to: like.case }),
        _ => {}
    }
    if chance < 3 {
        return Some(Verb::Reject { case, reason: ReasonCode::OutOfScope });
    }
    (chance < 10 && row.counters.verifications == 0).then_some(Verb::AskVerify { case })
}
