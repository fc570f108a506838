//! Cancelling 作废: an open case is void; two people say so.

use crate::domain::{CaseId, Happened, OrderTo, OrderWhat, ReasonCode, Refusal, VerbCode};

use super::super::road::{road, take};
use super::super::why::{Asked, second_agrees};
use super::super::write::tell;
use super::super::{Effects, Situation};

/// Voids `case`; `second` is the account of the other person.
pub(super) fn cancel(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, reason, second): (CaseId, ReasonCode, &str),
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::Cancel)?;
    second_agrees(asked, second)?;

    let told: Vec<_> = row.lead.iter().chain(&row.assists).cloned().collect();
    let what = Happened::Cancelled { reason, second: second.to_owned() };
    take(situation, effects, asked, (taken, what), |_, _| {});
    for org in told {
        tell(situation, effects, case, (OrderTo::Org(org), OrderWhat::StandDown));
    }
    Ok(())
}
