//! Joining 协办: an organisation assists the lead, or need not any more.

use std::collections::BTreeSet;

use crate::domain::limits::ASSISTS_MAX;
use crate::domain::trade::{Part, PartRole};
use crate::domain::{
    Case, CaseId, Happened, OrderTo, OrderWhat, OrgCode, Playbook, Refusal, Timestamp, VerbCode,
};

use super::super::road::{road, take};
use super::super::trade::are_known;
use super::super::why::Asked;
use super::super::write::tell;
use super::super::{Effects, Situation};

/// `org` assists from now on.
pub(in crate::situation) fn join(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, org): (CaseId, &OrgCode),
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::Join)?;
    are_known(&situation.playbook, [org].into_iter())?;
    has_room(row, &BTreeSet::from([org.clone()]))?;

    let what = Happened::Joined { org: org.clone() };
    take(situation, effects, asked, (taken, what), |row, playbook| {
        add_assist(row, playbook, org, asked.now);
    });
    tell(situation, effects, case, (OrderTo::Org(org.clone()), OrderWhat::Assist));
    Ok(())
}

/// `org` need not assist any more.
pub(in crate::situation) fn leave(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, org): (CaseId, &OrgCode),
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::Leave)?;
    if !row.assists.contains(org) {
        return Err(Refusal::NoPart);
    }

    let what = Happened::Left { org: org.clone() };
    take(situation, effects, asked, (taken, what), |row, _| {
        row.assists.remove(org);
        row.parts.remove(org);
    });
    tell(situation, effects, case, (OrderTo::Org(org.clone()), OrderWhat::StandDown));
    Ok(())
}

/// Several organisations sit together 联席会商; those that had no part yet assist from now on.
pub(in crate::situation) fn joint_session(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, orgs): (CaseId, &BTreeSet<OrgCode>),
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::JointSession)?;
    if orgs.is_empty() {
        return Err(Refusal::NobodyNamed);
    }
    are_known(&situation.playbook, orgs.iter())?;
    has_room(row, orgs)?;

    let new: Vec<_> = orgs.iter().filter(|org| !row.assists.contains(org)).cloned().collect();
    take(situation, effects, asked, (taken, Happened::JointSessionHeld), |row, playbook| {
        for org in &new {
            add_assist(row, playbook, org, asked.now);
        }
    });
    for org in new {
        tell(situation, effects, case, (OrderTo::Org(org), OrderWhat::Assist));
    }
    Ok(())
}

/// Whether the case has room for these assists besides its own.
pub(super) fn has_room(row: &Case, orgs: &BTreeSet<OrgCode>) -> Result<(), Refusal> {
    let new = orgs.iter().filter(|org| !row.assists.contains(*org)).count();
    if ASSISTS_MAX < row.assists.len().saturating_add(new) {
        return Err(Refusal::AssistsFull);
    }
    Ok(())
}

/// Adds an assist, with a part that is due when the case's own handling is. The lead is none.
pub(in crate::situation) fn add_assist(
    row: &mut Case,
    playbook: &Playbook,
    org: &OrgCode,
    now: Timestamp,
) {
    if row.lead.as_ref() == Some(org) || !row.assists.insert(org.clone()) {
        return;
    }
    let handle = row.item.and_then(|item| playbook.items.get(&item)).map(|item| item.handle);
    let due = handle
        .map(|handle| playbook.calendar.after(row.dispatched_at.unwrap_or(now), handle).max(now));
    let part =
        Part { role: PartRole::Assist, since: now, done: Vec::new(), due, late: 0, ended: false };
    row.parts.insert(org.clone(), part);
}
