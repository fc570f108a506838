//! The register of units: entering one, and what it says it is doing.

use crate::domain::limits::UNITS_MAX;
use crate::domain::{GridCode, OrgCode, Refusal, Unit, UnitId, UnitStatus};

use super::super::why::Asked;
use super::super::write::move_unit;
use super::super::{Effects, Situation};
use super::assign::unit_of;
use super::roles::{ENROL, REPORT_STATUS, may_ask};

/// Enters `unit`, available; or renames one that is in the register.
pub(super) fn enrol(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (unit, name, org): (UnitId, &str, &OrgCode),
) -> Result<(), Refusal> {
    may_ask(asked.actor().role, ENROL)?;
    if !situation.units.contains_key(&unit) && UNITS_MAX <= situation.units.len() {
        return Err(Refusal::UnitsFull);
    }

    situation.units.entry(unit).or_insert_with(|| Unit {
        id: unit,
        name: String::new(),
        org: org.clone(),
        status: UnitStatus::Available,
        assignment: None,
        grid: None,
        changed_at: asked.now,
    });
    move_unit(situation, effects, (unit, asked.now), |row| {
        name.clone_into(&mut row.name);
        row.org.clone_from(org);
    });
    Ok(())
}

/// The unit says what it is doing. It goes to a case, and from it, only by a dispatcher: so one
/// that works on a case is on its way or there, and one that does not is neither.
pub(super) fn report_status(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (unit, status, grid): (UnitId, UnitStatus, Option<GridCode>),
) -> Result<(), Refusal> {
    may_ask(asked.actor().role, REPORT_STATUS)?;
    let row = unit_of(situation, unit, asked.actor())?;
    let on_a_case = matches!(status, UnitStatus::Dispatched | UnitStatus::OnScene);
    match row.engaged() {
        Some(case) if !on_a_case => return Err(Refusal::UnitEngaged { case }),
        None if on_a_case => return Err(Refusal::UnitNotAssigned),
        Some(_) | None => {}
    }

    move_unit(situation, effects, (unit, asked.now), |row| {
        row.status = status;
        if status == UnitStatus::OnScene
            && let Some(assignment) = &mut row.assignment
        {
            assignment.arrive(asked.now);
        }
        row.grid = grid.or(row.grid);
    });
    Ok(())
}
