//! Assigning a unit to a case, and letting it go.
//!
//! **Invariant, engaged both ways.** A unit names a case exactly when that case lists the unit.

use crate::domain::limits::ASSIGNMENTS_MAX;
use crate::domain::{Actor, CaseId, Happened, Refusal, Role, Unit, UnitId, UnitStatus, VerbCode};

use super::super::road::{road, take};
use super::super::why::Asked;
use super::super::write::{engage_unit, free_unit};
use super::super::{Effects, Situation};

/// Sends `unit` to `case`.
pub(super) fn assign(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, unit): (CaseId, UnitId),
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::Assign)?;
    unit_free(situation, unit)?;
    if ASSIGNMENTS_MAX <= row.units.len() {
        return Err(Refusal::AssignmentsFull);
    }

    take(situation, effects, asked, (taken, Happened::UnitAssigned { unit }), |row, _| {
        row.units.insert(unit);
    });
    engage_unit(situation, effects, asked.now, (unit, case));
    Ok(())
}

/// Lets `unit` go from `case`.
pub(super) fn release(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, unit): (CaseId, UnitId),
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::Release)?;
    unit_here(situation, unit)?;
    if !row.units.contains(&unit) {
        return Err(Refusal::UnitNotAssigned);
    }

    take(situation, effects, asked, (taken, Happened::UnitReleased { unit }), |row, _| {
        row.units.remove(&unit);
    });
    free_unit(situation, effects, asked.now, (unit, case));
    Ok(())
}

/// The unit, where the register has it.
pub(super) fn unit_here(situation: &Situation, unit: UnitId) -> Result<&Unit, Refusal> {
    situation.units.get(&unit).ok_or(Refusal::UnknownUnit)
}

/// The unit, where `actor` may speak for it: a crew for its own organisation's units only.
pub(super) fn unit_of<'situation>(
    situation: &'situation Situation,
    unit: UnitId,
    actor: &Actor,
) -> Result<&'situation Unit, Refusal> {
    let row = unit_here(situation, unit)?;
    if actor.role == Role::Crew && actor.org != row.org {
        return Err(Refusal::UnitNotYours);
    }
    Ok(row)
}

/// Whether the unit can be sent.
pub(in crate::situation) fn unit_free(situation: &Situation, unit: UnitId) -> Result<(), Refusal> {
    let unit = unit_here(situation, unit)?;
    if let Some(case) = unit.engaged() {
        return Err(Refusal::UnitEngaged { case });
    }
    if unit.status == UnitStatus::OffDuty {
        return Err(Refusal::UnitOffDuty);
    }
    Ok(())
}
