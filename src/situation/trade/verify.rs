//! Verifying 核实: someone on site says whether it is so, at most twice.
//!
//! The clock of acceptance runs on meanwhile: the answer puts it back as it was.

use crate::domain::{CaseId, Happened, ReasonCode, Refusal, VerbCode};

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

    let acceptance = row.clock;
    if let Some(dossier) = situation.cases.get_mut(&case) {
        dossier.acceptance = acceptance;
    }
    take(situation, effects, asked, (taken, Happened::VerifyAsked), |row, _| {
        row.counters.verifications = row.counters.verifications.saturating_add(1);
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
    let (_, taken) = road(situation, asked, case, VerbCode::VerifyYes)?;

    let acceptance = situation.cases.get_mut(&case).and_then(|dossier| dossier.acceptance.take());
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
