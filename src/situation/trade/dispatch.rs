//! Dispatching 派遣: one organisation leads, others may assist, units may go at once.
//!
//! Without a lead the item's owner leads. The catalogue names a department such as `CG`; a
//! county's own is written with its county before it, `211002-CG`. So outside partition 0 the
//! owner is the department of the county whose grid the case lies in, and without a grid (or in
//! the city's own partition) the city's department.

use std::collections::BTreeSet;

use crate::domain::limits::{ASSIGNMENTS_MAX, ASSISTS_MAX};
use crate::domain::{
    Case, CaseId, CaseState, GridCode, Happened, OrderTo, OrderWhat, OrgCode, Partition, Refusal,
    UnitId,
};

use super::super::why::{Asked, case_in};
use super::super::write::{engage_unit, enter, move_case, tell};
use super::super::{Effects, Situation};
use super::assign::unit_free;

/// Whom to send where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sending<'a> {
    /// To which case.
    pub(super) case: CaseId,
    /// Who leads; the item's owner where none is named.
    pub(super) lead: Option<&'a OrgCode>,
    /// Who assists.
    pub(super) assists: &'a BTreeSet<OrgCode>,
    /// Who goes at once.
    pub(super) units: &'a BTreeSet<UnitId>,
}

/// Sends a filed case to its lead.
pub(super) fn dispatch(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    sending: Sending<'_>,
) -> Result<(), Refusal> {
    let Sending { case, lead, assists, units } = sending;
    let row = case_in(situation, case, &[CaseState::Filed])?;
    let lead = lead.map_or_else(|| owner_of(situation, row), |lead| Ok(lead.clone()))?;
    if ASSISTS_MAX < assists.len() {
        return Err(Refusal::AssistsFull);
    }
    if ASSIGNMENTS_MAX < row.units.len().saturating_add(units.len()) {
        return Err(Refusal::AssignmentsFull);
    }
    for unit in units {
        unit_free(situation, *unit)?;
    }

    let what = Happened::Dispatched { lead: lead.clone() };
    move_case(situation, effects, asked.why(), (case, what), |row, playbook| {
        row.lead = Some(lead.clone());
        row.assists = assists.iter().filter(|assist| **assist != lead).cloned().collect();
        row.units.extend(units);
        row.dispatched_at = Some(asked.now);
        enter(row, playbook, CaseState::Dispatched, asked.now);
    });
    tell(situation, effects, case, (OrderTo::Org(lead.clone()), OrderWhat::Lead));
    for assist in assists.iter().filter(|assist| **assist != lead) {
        tell(situation, effects, case, (OrderTo::Org(assist.clone()), OrderWhat::Assist));
    }
    for unit in units {
        engage_unit(situation, effects, asked.now, (*unit, case));
    }
    Ok(())
}

/// The organisation that leads by default.
fn owner_of(situation: &Situation, case: &Case) -> Result<OrgCode, Refusal> {
    let item = case.item.ok_or(Refusal::ItemMissing)?;
    let owner = &situation.playbook.items.get(&item).ok_or(Refusal::UnknownItem)?.owner;
    let county = case.place.grid.and_then(GridCode::county);
    Ok(match county {
        Some(county) if situation.partition != Partition::CITY && !owner.0.contains('-') => {
            OrgCode(format!("{county}-{owner}"))
        }
        _ => owner.clone(),
    })
}
