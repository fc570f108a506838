//! Rejecting 不予受理: the matter is not taken on, for a listed reason. A reply is owed all the same.

use crate::domain::{CaseId, Happened, ReasonCode, Refusal, VerbCode};

use super::super::road::{road, take};
use super::super::why::Asked;
use super::super::{Effects, Situation};

/// Does not take on `case`.
pub(super) fn reject(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, reason): (CaseId, ReasonCode),
) -> Result<(), Refusal> {
    let (_, taken) = road(situation, asked, case, VerbCode::Reject)?;

    take(situation, effects, asked, (taken, Happened::Rejected { reason }), |_, _| {});
    Ok(())
}
