//! Steps that a kind names itself, and taking a matter on without being sent.

use crate::domain::{CaseId, Happened, ReasonCode, Refusal, Sealed, StepCode, VerbCode};

use super::super::road::{road, step_road, take};
use super::super::why::Asked;
use super::super::{Effects, Situation};

/// Takes the kind's own `step`.
pub(in crate::situation) fn advance(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, step, said): (CaseId, StepCode, (Option<ReasonCode>, Option<&Sealed>)),
) -> Result<(), Refusal> {
    let (_, taken) = step_road(situation, asked, case, (VerbCode::Advance, Some(step)))?;

    let (reason, note) = said;
    let what = Happened::Advanced { step, reason, note: note.cloned() };
    take(situation, effects, asked, (taken, what), |row, _| {
        row.filed_at = row.filed_at.or(Some(asked.now));
    });
    Ok(())
}

/// The asker's organisation takes the case on 认领.
pub(in crate::situation) fn claim(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    case: CaseId,
) -> Result<(), Refusal> {
    let (_, taken) = road(situation, asked, case, VerbCode::Claim)?;

    take(situation, effects, asked, (taken, Happened::Claimed), |row, _| {
        row.lead = Some(asked.actor().org.clone());
        row.filed_at = row.filed_at.or(Some(asked.now));
        row.dispatched_at = Some(asked.now);
    });
    Ok(())
}

/// It was handled on the spot, by who found it 自处置; somebody else checks it.
pub(in crate::situation) fn self_handle(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, note): (CaseId, Option<&Sealed>),
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::SelfHandle)?;
    if row.video_only {
        return Err(Refusal::WrongState { state: row.state });
    }

    let what = Happened::SelfHandled { note: note.cloned() };
    take(situation, effects, asked, (taken, what), |row, _| {
        row.lead = Some(asked.actor().org.clone());
        row.filed_at = Some(asked.now);
        row.dispatched_at = Some(asked.now);
    });
    Ok(())
}
