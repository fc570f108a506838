//! How grave a matter is among its kind's colours, and how soon it must be handled.

use crate::domain::trade::Urgency;
use crate::domain::{CaseId, ClockBehind, Happened, ReasonCode, Refusal, VerbCode};

use super::super::clocks::{hurried, stopped};
use super::super::road::{road, take};
use super::super::why::Asked;
use super::super::{Effects, Situation};

/// The case is of the kind's colour number `colour`, 0 the gravest; each grading is a step of its
/// own, so that how it rose and fell can be told.
pub(in crate::situation) fn grade_colour(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, colour): (CaseId, u8),
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::GradeColour)?;
    if situation.playbook.kind(row.kind).palette.len() <= usize::from(colour) {
        return Err(Refusal::UnknownColour);
    }

    take(situation, effects, asked, (taken, Happened::Graded { colour }), |row, _| {
        row.colour = Some(colour);
    });
    Ok(())
}

/// The case must be handled so soon: what is left of its stage is measured anew, from its start.
pub(in crate::situation) fn set_urgency(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, urgency, reason): (CaseId, Urgency, ReasonCode),
) -> Result<(), Refusal> {
    let (_, taken) = road(situation, asked, case, VerbCode::SetUrgency)?;

    let what = Happened::UrgencySet { urgency, reason };
    take(situation, effects, asked, (taken, what), |row, playbook| {
        if row.urgency == urgency {
            return;
        }
        row.urgency = urgency;
        // What is suspended is reviewed when it was said.
        if row.pause.is_none() {
            row.clock = row.clock.map(|clock| hurried(playbook, row, (row.stage, clock)));
        }
        if let Some(ClockBehind { stage, clock }) = row.behind.as_deref().copied() {
            let behind = ClockBehind { stage, clock: hurried(playbook, row, (stage, clock)) };
            let behind = if row.pause.is_some() { stopped(behind) } else { behind };
            row.behind = Some(Box::new(behind));
        }
    });
    Ok(())
}
