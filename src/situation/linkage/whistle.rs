//! Whistling 吹哨: a township that lacks the authority calls those that have it.
//!
//! The whistle is a case of its own, of the kind the playbook names for it, with a part and its
//! own clocks for each organisation called; the case it is blown for waits for nobody.

use std::collections::BTreeSet;

use crate::domain::limits::{OPEN_CASES_MAX, PARTS_MAX};
use crate::domain::{CaseId, Happened, KindCode, OrderTo, OrderWhat, OrgCode, Refusal, VerbCode};

use super::super::matter::Matter;
use super::super::road::{road, take};
use super::super::trade::are_known;
use super::super::why::Asked;
use super::super::write::{open_case, tell};
use super::super::{Effects, Situation};
use super::parts::call;

/// Calls `calls` to `case`.
pub(in crate::situation) fn whistle(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, calls): (CaseId, &BTreeSet<OrgCode>),
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::Whistle)?;
    let kind = KindCode::WHISTLE;
    if !situation.playbook.kinds.contains_key(&kind) {
        return Err(Refusal::UnknownKind);
    }
    can_call(situation, calls)?;

    let mut matter = Matter::belonging_to(row);
    matter.kind = Some(kind);
    matter.origin = Some(asked.actor().org.clone());
    let mut row = situation.first_row(asked.now, matter);
    let blown = row.id;
    let playbook = &situation.playbook;
    call(std::sync::Arc::make_mut(&mut row), playbook, calls, asked.now);
    let what = Happened::OpenedFor { parent: case };
    open_case(situation, effects, asked.why(), (row, Vec::new()), what);
    take(situation, effects, asked, (taken, Happened::Whistled { case: blown }), |row, _| {
        row.counters.whistles = row.counters.whistles.saturating_add(1);
        row.children = row.children.saturating_add(1);
        row.children_open = row.children_open.saturating_add(1);
    });
    for org in calls {
        tell(situation, effects, blown, (OrderTo::Org(org.clone()), OrderWhat::Called));
    }
    Ok(())
}

/// Whether these can be called or told.
pub(super) fn can_call(situation: &Situation, orgs: &BTreeSet<OrgCode>) -> Result<(), Refusal> {
    if orgs.is_empty() {
        return Err(Refusal::NobodyNamed);
    }
    if PARTS_MAX < orgs.len() {
        return Err(Refusal::PartsFull);
    }
    if OPEN_CASES_MAX <= situation.open {
        return Err(Refusal::OpenCasesFull);
    }
    are_known(&situation.playbook, orgs.iter())
}
