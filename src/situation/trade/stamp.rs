//! Stamping an order: the crew's page says that it was delivered, displayed, accepted, done.
//!
//! The times are the order's, not the crew's: they end with it, and say nothing of where anybody
//! is.

use crate::domain::{CaseId, OrderStamp, Refusal, UnitId, UnitStatus};

use super::super::why::Asked;
use super::super::write::move_unit;
use super::super::{Effects, Situation};
use super::assign::unit_of;
use super::roles::{STAMP, may_ask};

/// The order of `unit` to `case` has come as far as `stamp`. Asked again, nothing moves: pages
/// repeat what they are not sure was heard.
pub(super) fn stamp(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (unit, case, stamp): (UnitId, CaseId, OrderStamp),
) -> Result<(), Refusal> {
    may_ask(asked.actor().role, STAMP)?;
    let row = unit_of(situation, unit, asked.actor())?;
    let assignment = row.assignment.ok_or(Refusal::UnitNotAssigned)?;
    if assignment.case != case {
        return Err(Refusal::UnitNotAssigned);
    }
    if stamp == OrderStamp::Done && row.status != UnitStatus::OnScene {
        return Err(Refusal::UnitNotThere);
    }

    if !assignment.has(stamp) {
        move_unit(situation, effects, (unit, asked.now), |row| {
            if let Some(assignment) = &mut row.assignment {
                assignment.stamp(stamp, asked.now);
            }
        });
    }
    Ok(())
}
