//! More time 延期: the lead asks before it is late, the shift leader answers.

use crate::domain::limits::AHEAD_MS_MAX;
use crate::domain::trade::Extension;
use crate::domain::{
    CaseId, Happened, OrderTo, OrderWhat, ReasonCode, Refusal, Timestamp, VerbCode,
};

use super::super::clocks::longer;
use super::super::road::{road, take};
use super::super::why::Asked;
use super::super::write::tell;
use super::super::{Effects, Situation};

/// The lead asks for time `until` then.
pub(in crate::situation) fn extend(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, until, reason): (CaseId, Timestamp, ReasonCode),
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::Extend)?;
    let due = row.clock.ok_or(Refusal::UntilNotRight)?.due;
    if until <= due || asked.now.plus_ms(AHEAD_MS_MAX) < until {
        return Err(Refusal::UntilNotRight);
    }

    let what = Happened::ExtensionAsked { until, reason };
    take(situation, effects, asked, (taken, what), |row, _| {
        row.extension = Some(Box::new(Extension { until, asked_at: asked.now }));
    });
    Ok(())
}

/// It is given: the stage is due then, and its marks are measured anew from its start.
pub(in crate::situation) fn allow(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    case: CaseId,
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::AllowExtension)?;
    let until = row.extension.as_ref().ok_or(Refusal::NoExtensionPending)?.until;

    take(situation, effects, asked, (taken, Happened::Extended { until }), |row, playbook| {
        row.extension = None;
        row.counters.extensions = row.counters.extensions.saturating_add(1);
        row.clock = row.clock.map(|clock| longer(playbook, row, (clock, until)));
    });
    answered(situation, effects, case);
    Ok(())
}

/// It is not: the due moment stays.
pub(in crate::situation) fn deny(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, reason): (CaseId, ReasonCode),
) -> Result<(), Refusal> {
    let (_, taken) = road(situation, asked, case, VerbCode::DenyExtension)?;

    take(situation, effects, asked, (taken, Happened::ExtensionDenied { reason }), |row, _| {
        row.extension = None;
    });
    answered(situation, effects, case);
    Ok(())
}

fn answered(situation: &Situation, effects: &mut Effects, case: CaseId) {
    if let Some(lead) = situation.case(case).and_then(|row| row.lead.clone()) {
        tell(situation, effects, case, (OrderTo::Org(lead), OrderWhat::ExtensionAnswered));
    }
}
