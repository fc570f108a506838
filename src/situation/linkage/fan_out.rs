//! Fanning out 分解任务: a case for each of several organisations, which the first one counts.

use std::collections::BTreeSet;

use crate::domain::limits::{CHILDREN_MAX, OPEN_CASES_MAX};
use crate::domain::{CaseId, CaseState, Happened, OrderTo, OrderWhat, OrgCode, Refusal, VerbCode};

use super::super::matter::Matter;
use super::super::road::{enter_state, road, take};
use super::super::trade::are_known;
use super::super::why::Asked;
use super::super::write::{open_case, tell};
use super::super::{Effects, Situation};

/// Opens a case of the kind's child kind for each of `orgs`, dispatched to it.
pub(in crate::situation) fn fan_out(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, orgs): (CaseId, &BTreeSet<OrgCode>),
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::FanOut)?;
    let child = situation.playbook.kind(row.kind).child.ok_or(Refusal::UnknownKind)?;
    if orgs.is_empty() {
        return Err(Refusal::NobodyNamed);
    }
    let room = CHILDREN_MAX.saturating_sub(usize::try_from(row.children).unwrap_or(usize::MAX));
    if room < orgs.len() {
        return Err(Refusal::PartsFull);
    }
    if OPEN_CASES_MAX.saturating_sub(situation.open) < orgs.len() {
        return Err(Refusal::OpenCasesFull);
    }
    are_known(&situation.playbook, orgs.iter())?;

    let count = u32::try_from(orgs.len()).unwrap_or(u32::MAX);
    for org in orgs {
        open_child(situation, effects, asked, (case, child, org));
    }
    take(situation, effects, asked, (taken, Happened::FannedOut { cases: count }), |row, _| {
        row.children = row.children.saturating_add(count);
        row.children_open = row.children_open.saturating_add(count);
    });
    Ok(())
}

fn open_child(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (parent, kind, org): (CaseId, crate::domain::KindCode, &OrgCode),
) {
    let Some(of) = situation.case(parent) else { return };
    let mut matter = Matter::belonging_to(of);
    matter.kind = Some(kind);
    matter.origin = Some(asked.actor().org.clone());
    let mut row = situation.first_row(asked.now, matter);
    let playbook = &situation.playbook;
    let edited = std::sync::Arc::make_mut(&mut row);
    edited.lead = Some(org.clone());
    edited.filed_at = Some(asked.now);
    edited.dispatched_at = Some(asked.now);
    enter_state(edited, playbook, CaseState::Dispatched, asked.now);
    if edited.state != CaseState::Dispatched {
        edited.lead = None;
    }
    let id = row.id;
    open_case(situation, effects, asked.why(), (row, Vec::new()), Happened::OpenedFor { parent });
    tell(situation, effects, id, (OrderTo::Org(org.clone()), OrderWhat::Lead));
}
