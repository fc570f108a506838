//! Rallying 集结: everyone who is named goes at once, whatever stage the case is at.

use std::collections::BTreeSet;

use crate::domain::limits::ASSIGNMENTS_MAX;
use crate::domain::{CaseId, Happened, OrderTo, OrderWhat, OrgCode, Refusal, UnitId, VerbCode};

use super::super::road::{road, take};
use super::super::trade::{are_known, unit_free};
use super::super::why::Asked;
use super::super::write::{engage_unit, tell};
use super::super::{Effects, Situation};
use super::join::{add_assist, has_room};

/// Sends `units`, and has `orgs` assist.
pub(in crate::situation) fn rally(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, orgs, units): (CaseId, &BTreeSet<OrgCode>, &BTreeSet<UnitId>),
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::Rally)?;
    if orgs.is_empty() && units.is_empty() {
        return Err(Refusal::NobodyNamed);
    }
    are_known(&situation.playbook, orgs.iter())?;
    has_room(row, orgs)?;
    if ASSIGNMENTS_MAX < row.units.len().saturating_add(units.len()) {
        return Err(Refusal::AssignmentsFull);
    }
    for unit in units {
        unit_free(situation, *unit)?;
    }

    take(situation, effects, asked, (taken, Happened::Rallied), |row, playbook| {
        row.units.extend(units);
        for org in orgs {
            add_assist(row, playbook, org, asked.now);
        }
    });
    for org in orgs {
        tell(situation, effects, case, (OrderTo::Org(org.clone()), OrderWhat::Assist));
    }
    for unit in units {
        engage_unit(situation, effects, asked.now, (*unit, case));
    }
    Ok(())
}
