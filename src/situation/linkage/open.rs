//! Opening a case without a report 代报: a notice, a patrol, a wish, a campaign.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::limits::OPEN_CASES_MAX;
use crate::domain::{
    CaseId, Happened, ItemCode, KindCode, OrderTo, OrderWhat, OrgCode, Place, Purpose, Refusal,
    Sealed,
};

use super::super::matter::Matter;
use super::super::why::Asked;
use super::super::write::{open_case, tell};
use super::super::{Effects, Situation};
use super::parts::call;
use super::whistle::can_call;

/// What is opened.
#[derive(Debug, Clone, Copy)]
pub(in crate::situation) struct Opening<'a> {
    /// Of which kind.
    pub(in crate::situation) kind: KindCode,
    /// About which item, where it has one.
    pub(in crate::situation) item: Option<ItemCode>,
    /// Where.
    pub(in crate::situation) place: Place,
    /// Who is called or told.
    pub(in crate::situation) orgs: &'a BTreeSet<OrgCode>,
    /// What is said.
    pub(in crate::situation) note: Option<&'a Sealed>,
    /// The case it is about.
    pub(in crate::situation) about: Option<CaseId>,
}

/// Opens it.
pub(in crate::situation) fn open(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    opening: Opening<'_>,
) -> Result<(), Refusal> {
    let kind = situation.playbook.kinds.get(&opening.kind).ok_or(Refusal::UnknownKind)?;
    if !kind.opened_by.contains(&asked.actor().role) {
        return Err(Refusal::RoleMayNot);
    }
    let item = opening.item.map(|item| situation.playbook.items.get(&item));
    if item.is_some_and(|item| item.is_none()) {
        return Err(Refusal::UnknownItem);
    }
    if opening.about.is_some_and(|about| situation.case(about).is_none()) {
        return Err(Refusal::UnknownCase);
    }
    match kind.part_steps.is_empty() {
        true if OPEN_CASES_MAX <= situation.open => return Err(Refusal::OpenCasesFull),
        true => {}
        false => can_call(situation, opening.orgs)?,
    }

    let calls = !kind.part_steps.is_empty();
    let matter = Matter {
        kind: Some(opening.kind),
        item: opening.item,
        place: opening.place,
        suggestions: Vec::new(),
        tickets: 0,
        video_only: false,
        purpose: Purpose::Real,
        channel: None,
        origin: Some(asked.actor().org.clone()),
        parent: None,
        promised: None,
    };
    let mut row = situation.first_row(asked.now, matter);
    let case = row.id;
    Arc::make_mut(&mut row).about = opening.about;
    if calls {
        call(Arc::make_mut(&mut row), &situation.playbook, opening.orgs, asked.now);
    }
    let what = Happened::OpenedByOffice { note: opening.note.cloned() };
    open_case(situation, effects, asked.why(), (row, Vec::new()), what);
    for org in opening.orgs.iter().filter(|_| calls) {
        tell(situation, effects, case, (OrderTo::Org(org.clone()), OrderWhat::Called));
    }
    Ok(())
}
