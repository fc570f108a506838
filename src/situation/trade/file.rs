//! Filing 立案: a person takes the matter on and names it.

use crate::domain::{CaseId, CaseState, Happened, ItemCode, Refusal};

use super::super::matter::name_item;
use super::super::why::{Asked, case_in};
use super::super::write::{enter, move_case};
use super::super::{Effects, Situation};

/// Takes on `case` as `item`, or as what it was reported as.
pub(super) fn file(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, item): (CaseId, Option<ItemCode>),
) -> Result<(), Refusal> {
    let row = case_in(situation, case, &[CaseState::Reported])?;
    let item = item.or(row.item).ok_or(Refusal::ItemMissing)?;
    if !situation.playbook.items.contains_key(&item) {
        return Err(Refusal::UnknownItem);
    }

    move_case(situation, effects, asked.why(), (case, Happened::Filed), |row, playbook| {
        if row.item != Some(item)
            && let Some(item) = playbook.items.get(&item)
        {
            name_item(row, item);
        }
        row.video_only = false;
        row.filed_at = Some(asked.now);
        enter(row, playbook, CaseState::Filed, asked.now);
    });
    Ok(())
}
