//! A verb's way along its case's road: asked, then taken.

use crate::domain::trade::{Asking, Effect, may};
use crate::domain::{
    Case, CaseId, CaseState, Change, Happened, OrgCode, Playbook, Refusal, StageCode, StepCode,
    Timestamp, VerbCode,
};

use super::clocks::{is_owed_a_reply, stage_clock};
use super::why::{Asked, case_here};
use super::write::move_case;
use super::{Effects, Situation};

/// A move that may be made: what is left of it once nobody can refuse it any more.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taken {
    /// The case.
    pub(super) case: CaseId,
    /// The stage it leads to; none where the case stays.
    pub(super) to: Option<StageCode>,
    /// What is stamped: the kind's own step, or the verb.
    stamp: StepCode,
    claims: bool,
    unclaims: bool,
    restates: bool,
}

/// The row of `case` and the move that `verb` makes of it, where it may be asked.
pub(super) fn road<'a>(
    situation: &'a Situation,
    asked: Asked<'_>,
    case: CaseId,
    verb: VerbCode,
) -> Result<(&'a Case, Taken), Refusal> {
    step_road(situation, asked, case, (verb, None))
}

/// As [`road`], of a verb that stands for several steps.
pub(super) fn step_road<'a>(
    situation: &'a Situation,
    asked: Asked<'_>,
    case: CaseId,
    (verb, step): (VerbCode, Option<StepCode>),
) -> Result<(&'a Case, Taken), Refusal> {
    let row = case_here(situation, case)?;
    let owed = || is_owed_a_reply(situation, case);
    let (actor, now) = (asked.actor(), asked.now);
    let asking = Asking { playbook: &situation.playbook, actor, now, owed: &owed };
    let found = may(asking, row, (verb, step))?;
    let taken = Taken {
        case,
        to: found.to,
        stamp: step.unwrap_or_else(|| StepCode::of(verb.as_str())),
        claims: found.effects.contains(&Effect::Claim),
        unclaims: found.effects.contains(&Effect::Unclaim),
        restates: found.effects.contains(&Effect::Restate),
    };
    Ok((row, taken))
}

/// Takes the move: the case comes into its stage, then is changed by `edit`.
pub(super) fn take(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (taken, what): (Taken, Happened),
    edit: impl FnOnce(&mut Case, &Playbook),
) {
    let org = &asked.actor().org;
    move_case(situation, effects, asked.why(), (taken.case, what), |row, playbook| {
        if taken.claims {
            row.lead = Some(org.clone());
        }
        if taken.unclaims {
            row.lead = None;
        }
        if let Some(to) = taken.to {
            enter(row, playbook, to, asked.now);
        }
        row.stamps.insert(taken.stamp, asked.now);
        edit(row, playbook);
        if taken.to.is_some() {
            have_one_lead(row, org, asked.now);
        }
    });
    if taken.restates
        && let Some(case) = situation.case(taken.case).and_then(|row| row.about)
    {
        effects.change(Change::FiguresRestated { case, appeal: taken.case });
    }
}

/// Whatever a kind's own steps lead to: nobody leads what is not yet dispatched, and what is being
/// worked on has somebody who leads it, or was called to it; where nobody is, who brought it there.
fn have_one_lead(row: &mut Case, asker: &OrgCode, now: Timestamp) {
    match row.state {
        CaseState::Reported | CaseState::Verifying | CaseState::Filed => row.lead = None,
        CaseState::Dispatched | CaseState::Handling | CaseState::Suspended | CaseState::Handled => {
            if row.lead.is_none() && row.parts.is_empty() {
                row.lead = Some(asker.clone());
            }
            if row.lead.is_some() {
                row.filed_at = row.filed_at.or(Some(now));
            }
        }
        CaseState::Closed
        | CaseState::Evaluated
        | CaseState::Rejected
        | CaseState::Merged
        | CaseState::Cancelled
        | CaseState::SelfCleared
        | CaseState::HandedOver => {}
    }
}

/// Brings a row into `stage`, whose time runs from `since`. A stage that the kind does not have
/// leaves the row where it is.
pub(super) fn enter(row: &mut Case, playbook: &Playbook, stage: StageCode, since: Timestamp) {
    let Some(found) = playbook.kind(row.kind).stages.get(&stage) else { return };
    row.stage = stage;
    row.state = found.state;
    row.behind = None;
    row.clock = stage_clock(playbook, row, since);
}

/// Brings a row into its kind's stage of that state, as the engine itself does.
pub(super) fn enter_state(row: &mut Case, playbook: &Playbook, state: CaseState, since: Timestamp) {
    if let Some((stage, _)) = playbook.kind(row.kind).in_state(state) {
        enter(row, playbook, stage, since);
    }
}
