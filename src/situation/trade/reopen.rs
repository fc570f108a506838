//! Reopening: an ended case is taken up again.
//!
//! A closed one goes back to be dispatched; one that was never worked on, to be accepted. A
//! merged case is not reopened but taken out of the other (`unmerge`).

use crate::domain::limits::OPEN_CASES_MAX;
use crate::domain::{CaseId, CaseState, Happened, ReasonCode, Refusal};

use super::super::why::{Asked, case_in};
use super::super::write::{enter, move_case};
use super::super::{Effects, Situation};

/// Takes up `case` again.
pub(super) fn reopen(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, reason): (CaseId, ReasonCode),
) -> Result<(), Refusal> {
    let ended =
        [CaseState::Closed, CaseState::Rejected, CaseState::Cancelled, CaseState::SelfCleared];
    case_in(situation, case, &ended)?;
    if OPEN_CASES_MAX <= situation.open {
        return Err(Refusal::OpenCasesFull);
    }

    let what = Happened::Reopened { reason };
    move_case(situation, effects, asked.why(), (case, what), |row, playbook| {
        let worked_on = row.state == CaseState::Closed;
        let stage = if worked_on { CaseState::Filed } else { CaseState::Reported };
        row.lead = None;
        row.assists.clear();
        row.dispatched_at = None;
        row.counters.reopens = row.counters.reopens.saturating_add(1);
        enter(row, playbook, stage, asked.now);
    });
    Ok(())
}
