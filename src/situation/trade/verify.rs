//! Verifying 核实: someone on site says whether it is so, at most twice.
//!
//! The clock of acceptance runs on meanwhile: the answer puts it back as it was.

use crate::domain::limits::VERIFICATIONS_MAX;
use crate::domain::{CaseId, CaseState, Happened, ReasonCode, Refusal};

use super::super::why::{Asked, case_in};
use super::super::write::{enter, move_case};
use super::super::{Effects, Situation};

/// Has `case` verified.
pub(super) fn ask(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    case: CaseId,
) -> Result<(), Refusal> {
    let row = case_in(situation, case, &[CaseState::Reported])?;
    if VERIFICATIONS_MAX <= row.counters.verifications {
        return Err(Refusal::VerificationsExhausted);
    }

    let acceptance = row.clock;
    if let Some(dossier) = situation.cases.get_mut(&case) {
        dossier.acceptance = acceptance;
    }
    move_case(situation, effects, asked.why(), (case, Happened::VerifyAsked), |row, playbook| {
        enter(row, playbook, CaseState::Verifying, asked.now);
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
    case_in(situation, case, &[CaseState::Verifying])?;

    let acceptance = situation.cases.get_mut(&case).and_then(|dossier| dossier.acceptance.take());
    move_case(situation, effects, asked.why(), (case, Happened::Verified), |row, _| {
        row.state = CaseState::Reported;
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
    case_in(situation, case, &[CaseState::Verifying])?;

    let what = Happened::NotVerified { reason };
    move_case(situation, effects, asked.why(), (case, what), |row, playbook| {
        enter(row, playbook, CaseState::Rejected, asked.now);
    });
    Ok(())
}
