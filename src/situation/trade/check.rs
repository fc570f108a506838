//! Checking 核查: whether what was handled is well done.
//!
//! **Invariant, the handler never checks itself.** Neither the lead nor an assisting
//! organisation may.

use crate::domain::{CaseId, Happened, OrderTo, OrderWhat, ReasonCode, Refusal, VerbCode};

use super::super::road::{road, take};
use super::super::why::Asked;
use super::super::write::tell;
use super::super::{Effects, Situation};

/// It is: the case closes.
pub(super) fn pass(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    case: CaseId,
) -> Result<(), Refusal> {
    let (_, taken) = road(situation, asked, case, VerbCode::CheckPass)?;

    take(situation, effects, asked, (taken, Happened::CheckPassed), |_, _| {});
    Ok(())
}

/// It is not: the lead does it again, in the whole time or in what was left, as the kind says.
pub(super) fn fail(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, reason): (CaseId, ReasonCode),
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::CheckFail)?;

    let lead = row.lead.clone();
    let what = Happened::CheckFailed { reason };
    take(situation, effects, asked, (taken, what), |row, _| {
        row.counters.reworks = row.counters.reworks.saturating_add(1);
    });
    if let Some(lead) = lead {
        tell(situation, effects, case, (OrderTo::Org(lead), OrderWhat::Rework));
    }
    Ok(())
}
