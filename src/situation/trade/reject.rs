//! Rejecting 不予受理: the matter is not taken on, for a listed reason. A reply is owed all the same.

use crate::domain::{CaseId, CaseState, Happened, ReasonCode, Refusal};

use super::super::why::{Asked, case_in};
use super::super::write::{enter, move_case};
use super::super::{Effects, Situation};

/// Does not take on `case`.
pub(super) fn reject(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, reason): (CaseId, ReasonCode),
) -> Result<(), Refusal> {
    case_in(situation, case, &[CaseState::Reported, CaseState::Verifying])?;

    let what = Happened::Rejected { reason };
    move_case(situation, effects, asked.why(), (case, what), |row, playbook| {
        enter(row, playbook, CaseState::Rejected, asked.now);
    });
    Ok(())
}
