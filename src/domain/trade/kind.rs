//! A kind of matter 案件类型: its stages over the states, and what can be asked at each.
//!
//! A kind is data (`config/kinds.toml`): a table of stages, each with a state of `domain.md` 4.2,
//! a limit and its moves. The engine knows verbs, guards and effects by name and nothing of kinds.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::case::CaseState;
use super::super::catalog::Limit;
use super::super::command::Role;
use super::attributes::{Part, PartRole};
use super::code::{KindCode, StageCode, StepCode};
use super::step::Move;
use super::table::rule;
use super::verb_code::VerbCode;

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default, JsonSchema)]
pub struct Names {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Names {
    /// Both.
    #[must_use]
    pub fn new(zh: &str, en: &str) -> Self {
        Self { zh: zh.to_owned(), en: en.to_owned() }
    }
}

/// How long a stage may last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageLimit {
    /// As long as it takes: no clock runs.
    None,
    /// As long as the item gives to respond.
    Response,
    /// As long as the item gives to handle, from the moment it was dispatched.
    Handle,
    /// As long as the centre gives to dispatch.
    Dispatch,
    /// As long as the centre gives to verify.
    Verify,
    /// As long as the centre gives to check.
    Check,
    /// As long as the centre gives to visit.
    Visit,
    /// So long.
    Fixed(Limit),
    // New ones go to the end: journals keep them by their number.
    /// Until the moment that the signal said which opened the case; no clock runs without one.
    Signal,
}

/// Whether done work that was not well done has its whole time again.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Rework {
    /// 单次: the whole limit again.
    #[default]
    Single,
    /// 累计: only what was left of it.
    Cumulative,
}

/// One stage of a kind's road.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Stage {
    /// The state it is, for figures and for the verb table.
    pub state: CaseState,
    /// Its name on a page.
    pub names: Names,
    /// How long it may last.
    pub limit: StageLimit,
    /// What can be asked there.
    pub moves: Vec<Move>,
}

/// What an organisation that was called or told has to do, one after the other, each in its time
/// since it was called.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PartStep {
    /// The step, such as `signed`.
    pub step: StepCode,
    /// Within which time; none where it may take as long as it takes.
    pub limit: Option<Limit>,
}

/// A kind of matter.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Kind {
    /// Its code.
    pub code: KindCode,
    /// Its name.
    pub names: Names,
    /// Where a case of it begins.
    pub first: StageCode,
    /// Its stages.
    pub stages: BTreeMap<StageCode, Stage>,
    /// The order in which a page draws them; endings are not among them.
    pub road: Vec<StageCode>,
    /// What can be asked wherever the verb table allows it.
    pub also: Vec<Move>,
    /// The names of steps of its own.
    pub steps: BTreeMap<StepCode, Names>,
    /// Who may open a case of it without a report.
    pub opened_by: Vec<Role>,
    /// Whether it is about people: fusion never joins such by itself, only suggests.
    pub about_people: bool,
    /// The colours it is graded by, gravest first; none where it is not.
    pub palette: Vec<Names>,
    /// How rework is timed.
    pub rework: Rework,
    /// Whether a stage that is late by far gets its card of itself.
    pub auto_card: bool,
    /// What an organisation that was called or told has to do.
    pub part_steps: Vec<PartStep>,
    /// The kind of the cases it fans out into, where it does.
    pub child: Option<KindCode>,
}

/// The one step of an assist.
pub const PART_DONE: StepCode = StepCode::of("done");

impl Kind {
    /// The stage a case stands in: the one it names or, where the rules no longer have that, the
    /// first that is of its state.
    #[must_use]
    pub fn stage(&self, code: StageCode, state: CaseState) -> Option<(StageCode, &Stage)> {
        let named = self.stages.get_key_value(&code).filter(|(_, stage)| stage.state == state);
        named.map(|(code, stage)| (*code, stage)).or_else(|| self.in_state(state))
    }

    /// The first stage of that state, in the order of the road.
    #[must_use]
    pub fn in_state(&self, state: CaseState) -> Option<(StageCode, &Stage)> {
        let road = self.road.iter().filter_map(|code| Some((*code, self.stages.get(code)?)));
        let all = self.stages.iter().map(|(code, stage)| (*code, stage));
        road.chain(all).find(|(_, stage)| stage.state == state)
    }

    /// The move that `verb` (and `step`) makes at `stage`; none where it is not possible there.
    #[must_use]
    pub fn find<'kind>(
        &'kind self,
        stage: &'kind Stage,
        asked: (VerbCode, Option<StepCode>),
    ) -> Option<&'kind Move> {
        // Whether it may be asked from there is looked up for the one that it would be.
        let is = |a_move: &&Move| (a_move.verb, a_move.step) == asked;
        let also = || self.also.iter().find(|it| is(it) && may_follow(stage, it));
        stage.moves.iter().find(is).or_else(also)
    }

    /// Everything that can be asked at `stage`, its own first.
    pub fn moves<'kind>(&'kind self, stage: &'kind Stage) -> impl Iterator<Item = &'kind Move> {
        stage.moves.iter().chain(self.also.iter().filter(|it| may_follow(stage, it)))
    }

    /// Whether it knows `verb` at any stage.
    #[must_use]
    pub fn knows(&self, verb: VerbCode) -> bool {
        let own = self.stages.values().flat_map(|stage| &stage.moves);
        own.chain(&self.also).any(|a_move| a_move.verb == verb)
    }

    /// The step a part has to take next; none where it is done.
    #[must_use]
    pub fn next_part_step(&self, part: &Part) -> Option<StepCode> {
        match part.role {
            _ if part.ended => None,
            PartRole::Assist => Some(PART_DONE),
            PartRole::Called => self.part_steps.get(part.done.len()).map(|step| step.step),
        }
    }

    /// The stages that can be come to from the first.
    #[must_use]
    pub fn reachable(&self) -> BTreeSet<StageCode> {
        let mut reached = BTreeSet::from([self.first]);
        let mut waiting = vec![self.first];
        while let Some(code) = waiting.pop() {
            let Some(stage) = self.stages.get(&code) else { continue };
            for to in self.moves(stage).filter_map(|a_move| a_move.to) {
                if reached.insert(to) {
                    waiting.push(to);
                }
            }
        }
        reached
    }
}

/// Whether what can be asked at many stages can be asked at this one.
fn may_follow(stage: &Stage, a_move: &Move) -> bool {
    rule(a_move.verb).from.contains(&stage.state)
}
