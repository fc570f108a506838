//! Verifying 核实: someone on site says whether it is so, at most twice.
//!
//! The clock of acceptance runs on meanwhile, behind the verification's own, and reaches its marks:
//! the answer puts it back.

use crate::domain::{CaseId, ClockBehind, Happened, ReasonCode, Refusal, VerbCode};

use super::super::road::{road, take};
use super::super::why::Asked;
use super::super::{Effects, Situation};

/// Has `case` verified.
pub(super) fn ask(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    case: CaseId,
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::AskVerify)?;

    let acceptance = row.clock.map(|clock| ClockBehind { stage: row.stage, clock });
    take(situation, effects, asked, (taken, Happened::VerifyAsked), |row, _| {
        row.counters.verifications = row.counters.verifications.saturating_add(1);
        row.behind = acceptance.map(Box::new);
    });
    Ok(())
}

/// It is so: back to be filed, and confirmed by a person.
pub(super) fn yes(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    case: CaseId,
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::VerifyYes)?;

    let acceptance = row.behind.as_ref().map(|behind| behind.clock);
    take(situation, effects, asked, (taken, Happened::Verified), |row, _| {
        row.clock = acceptance;
        row.video_only = false;
    });
    Ok(())
}

/// It is not so: the case is not taken on.
pub(super) fn no(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, reason): (CaseId, ReasonCode),
) -> Result<(), Refusal> {
    let (_, taken) = road(situation, asked, case, VerbCode::VerifyNo)?;

    take(situation, effects, asked, (taken, Happened::NotVerified { reason }), |_, _| {});
    Ok(())
}
