//! Checking 核查: whether what was handled is well done.
//!
//! **Invariant, the handler never checks itself.** Neither the lead nor an assisting
//! organisation may.

use crate::domain::{Case, CaseId, CaseState, Happened, OrderTo, OrderWhat, ReasonCode, Refusal};

use super::super::why::{Asked, case_in};
use super::super::write::{enter, move_case, tell};
use super::super::{Effects, Situation};

/// It is: the case closes.
pub(super) fn pass(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    case: CaseId,
) -> Result<(), Refusal> {
    did_not_handle(case_in(situation, case, &[CaseState::Handled])?, asked)?;

    move_case(situation, effects, asked.why(), (case, Happened::CheckPassed), |row, playbook| {
        enter(row, playbook, CaseState::Closed, asked.now);
    });
    Ok(())
}

/// It is not: the lead does it again, and has the item's whole time for it.
pub(super) fn fail(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, reason): (CaseId, ReasonCode),
) -> Result<(), Refusal> {
    let row = case_in(situation, case, &[CaseState::Handled])?;
    did_not_handle(row, asked)?;

    let lead = row.lead.clone();
    let what = Happened::CheckFailed { reason };
    move_case(situation, effects, asked.why(), (case, what), |row, playbook| {
        row.counters.reworks = row.counters.reworks.saturating_add(1);
        enter(row, playbook, CaseState::Handling, asked.now);
    });
    if let Some(lead) = lead {
        tell(situation, effects, case, (OrderTo::Org(lead), OrderWhat::Rework));
    }
    Ok(())
}

fn did_not_handle(case: &Case, asked: Asked<'_>) -> Result<(), Refusal> {
    let org = &asked.actor().org;
    if case.lead.as_ref() == Some(org) || case.assists.contains(org) {
        return Err(Refusal::HandlerMayNotCheck);
    }
    Ok(())
}
