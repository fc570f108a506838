//! Accepting 签收 or returning 退单: the lead's answer to a dispatch.

use crate::domain::{CaseId, Happened, OrderTo, OrderWhat, ReasonCode, Refusal, VerbCode};

use super::super::clocks::stage_clock;
use super::super::road::{road, take};
use super::super::why::Asked;
use super::super::write::{free_unit, tell};
use super::super::{Effects, Situation};

/// The lead takes it. The time to handle it runs since it was dispatched; where another had it in
/// hand, that clock goes on.
pub(super) fn accept(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    case: CaseId,
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::Accept)?;

    let begun = row.behind.as_ref().map(|behind| behind.clock);
    take(situation, effects, asked, (taken, Happened::Accepted), |row, playbook| {
        let since = row.dispatched_at.unwrap_or(asked.now);
        row.clock = begun.or_else(|| stage_clock(playbook, row, since));
    });
    Ok(())
}

/// The lead gives it back while it may: in time, and not for ever. Nobody leads then, and the
/// assisting organisations and units stand down, so that the dispatcher begins anew.
pub(super) fn give_back(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, reason): (CaseId, ReasonCode),
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::Return)?;

    let (units, assists) = (row.units.clone(), row.assists.clone());
    take(situation, effects, asked, (taken, Happened::Returned { reason }), |row, _| {
        row.lead = None;
        row.drop_assists();
        row.units.clear();
        row.dispatched_at = None;
        row.counters.returns = row.counters.returns.saturating_add(1);
    });
    for assist in assists {
        tell(situation, effects, case, (OrderTo::Org(assist), OrderWhat::StandDown));
    }
    for unit in units {
        free_unit(situation, effects, asked.now, (unit, case));
    }
    Ok(())
}
