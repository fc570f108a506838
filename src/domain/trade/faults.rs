//! What is wrong with a kind: every fault, so that a person mends them in one go.

use super::super::case::CaseState;
use super::super::command::Role;
use super::code::StageCode;
use super::kind::{Kind, Stage, StageLimit};
use super::may::who;
use super::step::Move;
use super::table::{ANY, also_by, rule};
use super::verb_code::VerbCode;

/// One fault of a kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each says itself in its error sentence")]
pub enum KindFault {
    #[error("the first stage `{0}` is not among its stages")]
    FirstUnknown(StageCode),
    #[error("stage `{at}`: {what} leads to `{to}`, which is not among its stages")]
    ToUnknown { at: StageCode, what: VerbCode, to: StageCode },
    #[error("stage `{at}` is {state:?}: the verb table has no {what} there")]
    NotFrom { at: StageCode, what: VerbCode, state: CaseState },
    #[error("stage `{at}`: the verb table lets no {what} lead to {state:?}")]
    NotTo { at: StageCode, what: VerbCode, state: CaseState },
    #[error("stage `{at}`: {what} must say where it leads (`> STAGE`)")]
    ToMissing { at: StageCode, what: VerbCode },
    #[error("stage `{at}`: {what} stays where it is and leads nowhere")]
    ToNeedless { at: StageCode, what: VerbCode },
    #[error("stage `{at}`: {what} says nobody who may (`by ROLE`)")]
    NobodyMay { at: StageCode, what: VerbCode },
    #[error("stage `{at}`: no kind lets {role:?} ask {what}")]
    MayNot { at: StageCode, what: VerbCode, role: Role },
    #[error("stage `{0}` cannot be come to")]
    Unreachable(StageCode),
    #[error("stage `{0}` has no way out")]
    NoWayOut(StageCode),
    #[error("stage `{at}`: the step `{step}` has no name in `steps`")]
    Unnamed { at: StageCode, step: String },
    #[error("stage `{at}` says {what} twice")]
    Twice { at: StageCode, what: VerbCode },
    #[error("stage `{0}` is ended and has a limit: no clock runs there")]
    LimitWithoutClock(StageCode),
}

impl Kind {
    /// Every fault of it.
    #[must_use]
    pub fn faults(&self) -> Vec<KindFault> {
        let mut faults = Vec::new();
        if !self.stages.contains_key(&self.first) {
            faults.push(KindFault::FirstUnknown(self.first));
        }
        let reachable = self.reachable();
        for (at, stage) in &self.stages {
            self.check_moves((*at, stage), &mut faults);
            let ended = stage.state.is_ended();
            // Endings every kind has may be out of reach: a notice is never merged.
            if !ended && !reachable.contains(at) {
                faults.push(KindFault::Unreachable(*at));
            }
            let leaves = |a_move: &Move| a_move.to.is_some_and(|to| to != *at);
            if !ended && !stage.moves.iter().any(leaves) {
                faults.push(KindFault::NoWayOut(*at));
            }
            let timed = stage.limit != StageLimit::None && stage.state != CaseState::Closed;
            if ended && timed {
                faults.push(KindFault::LimitWithoutClock(*at));
            }
        }
        faults
    }

    fn check_moves(&self, (at, stage): (StageCode, &Stage), faults: &mut Vec<KindFault>) {
        let mut seen = Vec::new();
        for a_move in self.moves(stage) {
            let what = a_move.verb;
            if seen.contains(&(what, a_move.step)) {
                faults.push(KindFault::Twice { at, what });
            }
            seen.push((what, a_move.step));
            self.check_move((at, stage), a_move, faults);
        }
    }

    fn check_move(
        &self,
        (at, stage): (StageCode, &Stage),
        a_move: &Move,
        faults: &mut Vec<KindFault>,
    ) {
        let what = a_move.verb;
        let rule = rule(what);
        if !rule.from.contains(&stage.state) {
            faults.push(KindFault::NotFrom { at, what, state: stage.state });
        }
        if who(a_move).is_empty() {
            faults.push(KindFault::NobodyMay { at, what });
        }
        let may = |role: &Role| rule.who.contains(role) || also_by(what).contains(role);
        if what != VerbCode::Advance
            && let Some(role) = a_move.who.iter().copied().find(|role| !may(role))
        {
            faults.push(KindFault::MayNot { at, what, role });
        }
        if let Some(step) = a_move.step.filter(|step| !self.steps.contains_key(step)) {
            faults.push(KindFault::Unnamed { at, step: step.to_string() });
        }
        match a_move.to {
            Some(_) if rule.to.is_empty() => faults.push(KindFault::ToNeedless { at, what }),
            Some(to) => match self.stages.get(&to) {
                None => faults.push(KindFault::ToUnknown { at, what, to }),
                Some(stage) if !rule.to.contains(&stage.state) => {
                    faults.push(KindFault::NotTo { at, what, state: stage.state });
                }
                Some(_) => {}
            },
            None if rule.to.is_empty() || rule.to == ANY => {}
            None => faults.push(KindFault::ToMissing { at, what }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::road::full_loop;
    use super::*;

    #[test]
    fn the_whole_loop_has_no_fault() {
        assert_eq!(full_loop().faults(), []);
    }

    #[test]
    fn every_fault_is_told() {
        let mut kind = full_loop().clone();
        let stage = |code: &str| StageCode::of(code);
        let filed = kind.stages.get_mut(&stage("filed")).unwrap();
        filed.moves = vec!["dispatch > nowhere".parse().unwrap(), "advance:x".parse().unwrap()];
        let what = VerbCode::Dispatch;
        let told = kind.faults();
        for fault in [
            KindFault::ToUnknown { at: stage("filed"), what, to: stage("nowhere") },
            KindFault::NobodyMay { at: stage("filed"), what: VerbCode::Advance },
            KindFault::Unnamed { at: stage("filed"), step: "x".into() },
        ] {
            assert!(told.contains(&fault), "{fault} is not among {told:?}");
        }
    }
}
