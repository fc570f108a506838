//! Filing 立案: a person takes the matter on and names it.

use crate::domain::{
    Case, CaseId, CaseState, Happened, ItemCode, Playbook, Refusal, Timestamp, VerbCode,
};

use super::super::matter::name_item;
use super::super::road::{enter, road, take};
use super::super::why::Asked;
use super::super::{Effects, Situation};

/// Takes on `case` as `item`, or as what it was reported as.
pub(super) fn file(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, item): (CaseId, Option<ItemCode>),
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::File)?;
    let item = item.or(row.item).ok_or(Refusal::ItemMissing)?;
    if !situation.playbook.items.contains_key(&item) {
        return Err(Refusal::UnknownItem);
    }

    take(situation, effects, asked, (taken, Happened::Filed), |row, playbook| {
        if row.item != Some(item)
            && let Some(item) = playbook.items.get(&item)
        {
            name_item(row, item);
            follow_kind(row, playbook, asked.now);
        }
        row.video_only = false;
        row.filed_at = Some(asked.now);
    });
    Ok(())
}

/// The item that was named is of another kind: the case goes on where that kind's road has it.
fn follow_kind(row: &mut Case, playbook: &Playbook, now: Timestamp) {
    let kind = playbook.kind(row.kind);
    let filed = kind.in_state(CaseState::Filed).map_or(kind.first, |(stage, _)| stage);
    enter(row, playbook, filed, now);
}
