//! Reopening: an ended case is taken up again.
//!
//! A closed one goes back to be dispatched; one that was never worked on, to be accepted: so says
//! its kind's road. A merged case is not reopened but taken out of the other (`unmerge`).

use crate::domain::limits::OPEN_CASES_MAX;
use crate::domain::{CaseId, Happened, ReasonCode, Refusal, VerbCode};

use super::super::road::{road, take};
use super::super::why::Asked;
use super::super::{Effects, Situation};

/// Takes up `case` again.
pub(super) fn reopen(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, reason): (CaseId, ReasonCode),
) -> Result<(), Refusal> {
    let (_, taken) = road(situation, asked, case, VerbCode::Reopen)?;
    if OPEN_CASES_MAX <= situation.open {
        return Err(Refusal::OpenCasesFull);
    }

    take(situation, effects, asked, (taken, Happened::Reopened { reason }), |row, _| {
        row.lead = None;
        row.drop_assists();
        row.dispatched_at = None;
        row.used_ms = 0;
        row.counters.reopens = row.counters.reopens.saturating_add(1);
    });
    Ok(())
}
