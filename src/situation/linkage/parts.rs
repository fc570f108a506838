//! Parts: what an organisation that assists, was called or was told has done of its own.

use std::collections::BTreeSet;

use crate::domain::trade::{Kind, Part, PartRole};
use crate::domain::{
    Case, CaseId, Happened, OrgCode, Playbook, Refusal, Sealed, StepCode, Timestamp, VerbCode,
};

use super::super::road::{road, take};
use super::super::why::Asked;
use super::super::{Effects, Situation};

/// The asker's organisation has taken the next step of its part.
pub(in crate::situation) fn part_done(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, step, note): (CaseId, StepCode, Option<&Sealed>),
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::PartDone)?;
    let org = asked.actor().org.clone();
    let part = row.parts.get(&org).ok_or(Refusal::NoPart)?;
    let kind = situation.playbook.kind(row.kind);
    if kind.next_part_step(part) != Some(step) {
        return Err(Refusal::PartNotNext);
    }

    let late = part.due.is_some_and(|due| due < asked.now) || part.due.is_none() && part.late != 0;
    let what = Happened::PartDone { org: org.clone(), step, late, note: note.cloned() };
    take(situation, effects, asked, (taken, what), |row, playbook| {
        let kind = playbook.kind(row.kind);
        if let Some(part) = row.parts.get_mut(&org) {
            advance_part(playbook, kind, part, (step, asked.now));
        }
    });
    Ok(())
}

fn advance_part(
    playbook: &Playbook,
    kind: &Kind,
    part: &mut Part,
    (step, now): (StepCode, Timestamp),
) {
    if part.due.is_some_and(|due| due < now) {
        part.late = part.late.saturating_add(1);
    }
    part.done.push((step, now));
    part.due = due_of(playbook, kind, part);
    part.ended = kind.next_part_step(part).is_none() || part.role == PartRole::Assist;
    if part.ended {
        part.due = None;
    }
}

/// When the next step of a part is due, since it was called.
fn due_of(playbook: &Playbook, kind: &Kind, part: &Part) -> Option<Timestamp> {
    let limit = kind.part_steps.get(part.done.len())?.limit?;
    Some(playbook.calendar.after(part.since, limit))
}

/// Calls `orgs`: each has its part from now on.
pub(super) fn call(row: &mut Case, playbook: &Playbook, orgs: &BTreeSet<OrgCode>, now: Timestamp) {
    let kind = playbook.kind(row.kind);
    for org in orgs {
        let mut part = Part {
            role: PartRole::Called,
            since: now,
            done: Vec::new(),
            due: None,
            late: 0,
            ended: kind.part_steps.is_empty(),
        };
        part.due = due_of(playbook, kind, &part);
        row.parts.insert(org.clone(), part);
    }
}
