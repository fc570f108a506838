//! Between the five levels 五级: down to a child 交办, up to a parent 上报, across 改派.
//!
//! The old lead stays until the new one accepts: nobody is without an owner meanwhile, because the
//! case is dispatched to the new one and its stage says who is asked.

use crate::domain::trade::Move;
use crate::domain::{
    Case, CaseId, CaseState, ClockBehind, Happened, OrderTo, OrderWhat, OrgCode, ReasonCode,
    Refusal, Severity, StageCode, VerbCode,
};

use super::super::road::{Taken, road, take};
use super::super::trade::are_known;
use super::super::why::Asked;
use super::super::write::tell;
use super::super::{Effects, Situation};

/// Another organisation is to lead.
pub(in crate::situation) fn reassign(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, lead, reason): (CaseId, &OrgCode, ReasonCode),
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::Reassign)?;
    are_known(&situation.playbook, [lead].into_iter())?;

    let behind = clock_behind(situation, row, taken);
    let what = Happened::Reassigned { lead: lead.clone(), reason };
    send(situation, effects, asked, (taken, what, (lead, behind)));
    Ok(())
}

/// Down to a direct child; further down only where it is grave, with a reason.
pub(in crate::situation) fn delegate(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, to, reason): (CaseId, &OrgCode, Option<ReasonCode>),
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::Delegate)?;
    let organisations = &situation.playbook.organisations;
    are_known(&situation.playbook, [to].into_iter())?;
    let from = &asked.actor().org;
    let skips = may_skip(row, reason) && organisations.is_at_or_above(from, to);
    if !(organisations.is_empty() || skips || organisations.is_direct_child(to, from)) {
        return Err(Refusal::NotDirectChild);
    }

    let behind = clock_behind(situation, row, taken);
    send(situation, effects, asked, (taken, Happened::Delegated { to: to.clone() }, (to, behind)));
    Ok(())
}

/// Up to a direct parent; further up only where it is grave, with a reason.
pub(in crate::situation) fn raise(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, to, reason): (CaseId, &OrgCode, Option<ReasonCode>),
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::Raise)?;
    let organisations = &situation.playbook.organisations;
    are_known(&situation.playbook, [to].into_iter())?;
    let from = &asked.actor().org;
    let skips = may_skip(row, reason) && organisations.is_at_or_above(to, from);
    if !(organisations.is_empty() || skips || organisations.is_direct_parent(to, from)) {
        return Err(Refusal::NotDirectParent);
    }

    let behind = clock_behind(situation, row, taken);
    send(situation, effects, asked, (taken, Happened::Raised { to: to.clone() }, (to, behind)));
    Ok(())
}

/// A level may be passed over at severity 1 or 2, with a reason.
fn may_skip(row: &Case, reason: Option<ReasonCode>) -> bool {
    reason.is_some() && matches!(row.severity, Severity::Red | Severity::Orange)
}

/// The clock of handling, which runs on until the new lead accepts, where that leads to as long a
/// stage.
fn clock_behind(situation: &Situation, row: &Case, taken: Taken) -> Option<ClockBehind> {
    if row.state == CaseState::Dispatched {
        return row.behind.as_deref().copied();
    }
    let stages = &situation.playbook.kind(row.kind).stages;
    let limit = |stage: StageCode| stages.get(&stage).map(|stage| stage.limit);
    let accept = |a_move: &&Move| a_move.verb == VerbCode::Accept;
    let sent = taken.to.and_then(|to| stages.get(&to))?;
    let to = sent.moves.iter().find(accept).and_then(|a_move| a_move.to)?;
    let alike = limit(to) == limit(row.stage);
    row.clock.filter(|_| alike).map(|clock| ClockBehind { stage: row.stage, clock })
}

/// Sends the case to `lead`; the time to handle it runs on.
fn send(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (taken, what, (lead, behind)): (Taken, Happened, (&OrgCode, Option<ClockBehind>)),
) {
    take(situation, effects, asked, (taken, what), |row, _| {
        row.assists.remove(lead);
        row.parts.remove(lead);
        row.lead = Some(lead.clone());
        row.extension = None;
        row.behind = behind.map(Box::new);
    });
    tell(situation, effects, taken.case, (OrderTo::Org(lead.clone()), OrderWhat::Lead));
}
