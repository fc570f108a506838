//! Handled 处置完毕: the lead says it is done; someone else will check.

use crate::domain::{CaseId, Happened, Refusal, Sealed, VerbCode};

use super::super::clocks::ran_ms;
use super::super::road::{road, take};
use super::super::why::Asked;
use super::super::{Effects, Situation};

/// The lead is done with `case`.
pub(super) fn handled(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, note): (CaseId, Option<&Sealed>),
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::Handled)?;

    let used = row.clock.map_or(0, |clock| ran_ms(&situation.playbook, &clock, asked.now));
    let what = Happened::Handled { note: note.cloned() };
    take(situation, effects, asked, (taken, what), |row, _| {
        row.used_ms = row.used_ms.saturating_add(used);
        row.extension = None;
    });
    Ok(())
}
