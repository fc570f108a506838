//! Accepting 签收 or returning 退单: the lead's answer to a dispatch.

use crate::domain::limits::RETURNS_MAX;
use crate::domain::{Case, CaseId, CaseState, Happened, OrderTo, OrderWhat, ReasonCode, Refusal};

use super::super::why::{Asked, case_in};
use super::super::write::{enter, free_unit, move_case, tell};
use super::super::{Effects, Situation};

/// The lead takes it. The time to handle it runs since it was dispatched.
pub(super) fn accept(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    case: CaseId,
) -> Result<(), Refusal> {
    let row = case_in(situation, case, &[CaseState::Dispatched])?;
    asks_as_lead(row, asked)?;

    move_case(situation, effects, asked.why(), (case, Happened::Accepted), |row, playbook| {
        let since = row.dispatched_at.unwrap_or(asked.now);
        enter(row, playbook, CaseState::Handling, since);
    });
    Ok(())
}

/// The lead gives it back while it may: in time, and not for ever. Nobody leads then, and the
/// assisting organisations and units stand down, so that the dispatcher begins anew.
pub(super) fn give_back(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, reason): (CaseId, ReasonCode),
) -> Result<(), Refusal> {
    let row = case_in(situation, case, &[CaseState::Dispatched])?;
    asks_as_lead(row, asked)?;
    if RETURNS_MAX <= row.counters.returns {
        return Err(Refusal::ReturnsExhausted);
    }
    if row.clock.is_some_and(|clock| clock.due < asked.now) {
        return Err(Refusal::ReturnTooLate);
    }

    let (units, assists) = (row.units.clone(), row.assists.clone());
    let what = Happened::Returned { reason };
    move_case(situation, effects, asked.why(), (case, what), |row, playbook| {
        row.lead = None;
        row.assists.clear();
        row.units.clear();
        row.dispatched_at = None;
        row.counters.returns = row.counters.returns.saturating_add(1);
        enter(row, playbook, CaseState::Filed, asked.now);
    });
    for assist in assists {
        tell(situation, effects, case, (OrderTo::Org(assist), OrderWhat::StandDown));
    }
    for unit in units {
        free_unit(situation, effects, asked.now, (unit, case));
    }
    Ok(())
}

/// Whether the asker acts for the organisation that leads.
pub(super) fn asks_as_lead(case: &Case, asked: Asked<'_>) -> Result<(), Refusal> {
    if case.lead.as_ref() != Some(&asked.actor().org) {
        return Err(Refusal::NotLead);
    }
    Ok(())
}
