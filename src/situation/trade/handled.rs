//! Handled 处置完毕: the lead says it is done; someone else will check.

use crate::domain::{CaseId, CaseState, Happened, Refusal, Sealed};

use super::super::why::{Asked, case_in};
use super::super::write::{enter, move_case};
use super::super::{Effects, Situation};
use super::accept::asks_as_lead;

/// The lead is done with `case`.
pub(super) fn handled(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, note): (CaseId, Option<&Sealed>),
) -> Result<(), Refusal> {
    let row = case_in(situation, case, &[CaseState::Handling])?;
    asks_as_lead(row, asked)?;

    let what = Happened::Handled { note: note.cloned() };
    move_case(situation, effects, asked.why(), (case, what), |row, playbook| {
        enter(row, playbook, CaseState::Handled, asked.now);
    });
    Ok(())
}
