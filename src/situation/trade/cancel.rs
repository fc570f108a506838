//! Cancelling 作废: an open case is void; two people say so.

use crate::domain::{CaseId, CaseState, Happened, OrderTo, OrderWhat, ReasonCode, Refusal};

use super::super::why::{Asked, case_open};
use super::super::write::{enter, move_case, tell};
use super::super::{Effects, Situation};

/// Voids `case`; `second` is the account of the other person.
pub(super) fn cancel(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, reason, second): (CaseId, ReasonCode, &str),
) -> Result<(), Refusal> {
    let row = case_open(situation, case)?;
    if second.is_empty() || second == asked.actor().account {
        return Err(Refusal::SecondPersonMissing);
    }

    let told: Vec<_> = row.lead.iter().chain(&row.assists).cloned().collect();
    let what = Happened::Cancelled { reason, second: second.to_owned() };
    move_case(situation, effects, asked.why(), (case, what), |row, playbook| {
        enter(row, playbook, CaseState::Cancelled, asked.now);
    });
    for org in told {
        tell(situation, effects, case, (OrderTo::Org(org), OrderWhat::StandDown));
    }
    Ok(())
}
