//! Dispatching 派遣: one organisation leads, others may assist, units may go at once.
//!
//! Without a lead the playbook's ownership says who leads and assists: for an item at a place, and
//! where it has no row, the item's own department, the county's outside partition 0.

use std::collections::BTreeSet;

use crate::domain::limits::{ASSIGNMENTS_MAX, ASSISTS_MAX};
use crate::domain::{
    Case, CaseId, Happened, OrderTo, OrderWhat, OrgCode, Playbook, Refusal, UnitId, VerbCode,
};

use super::super::linkage::add_assist;
use super::super::road::{road, take};
use super::super::why::Asked;
use super::super::write::{engage_unit, tell};
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
    let (row, taken) = road(situation, asked, case, VerbCode::Dispatch)?;
    let (lead, assists) = match lead {
        Some(lead) => (lead.clone(), assists.clone()),
        None => owners_of(situation, row, assists)?,
    };
    are_known(&situation.playbook, assists.iter().chain([&lead]))?;
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
    take(situation, effects, asked, (taken, what), |row, playbook| {
        row.lead = Some(lead.clone());
        row.drop_assists();
        row.units.extend(units);
        row.filed_at = row.filed_at.or(Some(asked.now));
        row.dispatched_at = Some(asked.now);
        for assist in assists.iter().filter(|assist| **assist != lead) {
            add_assist(row, playbook, assist, asked.now);
        }
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

/// Who leads by default, and who assists besides those that were named.
fn owners_of(
    situation: &Situation,
    case: &Case,
    named: &BTreeSet<OrgCode>,
) -> Result<(OrgCode, BTreeSet<OrgCode>), Refusal> {
    let item = case.item.ok_or(Refusal::ItemMissing)?;
    let playbook = &situation.playbook;
    let item = playbook.items.get(&item).ok_or(Refusal::UnknownItem)?;
    let (lead, assists) = playbook.lead_for(item, case.place.grid, situation.partition);
    let mut all = named.clone();
    all.extend(assists.into_iter().take(ASSISTS_MAX.saturating_sub(named.len())));
    Ok((lead, all))
}

/// Whether the rules know these organisations. A city that lists none knows any.
pub(in crate::situation) fn are_known<'a>(
    playbook: &Playbook,
    mut orgs: impl Iterator<Item = &'a OrgCode>,
) -> Result<(), Refusal> {
    let organisations = &playbook.organisations;
    if organisations.is_empty() || orgs.all(|org| organisations.knows(org)) {
        return Ok(());
    }
    Err(Refusal::UnknownOrganisation)
}
