//! Suspending 挂账: what cannot be done yet waits, reviewed on a day; two people say so.
//!
//! The stage's clock stands still meanwhile. The reply clocks of its tickets do not: who asked is
//! owed an answer whatever the city waits for.

use crate::domain::limits::AHEAD_MS_MAX;
use crate::domain::trade::Pause;
use crate::domain::{CaseId, Happened, LimitUnit, ReasonCode, Refusal, Timestamp, VerbCode};

use super::super::clocks::start;
use super::super::road::{road, take};
use super::super::why::{Asked, second_agrees};
use super::super::{Effects, Situation};

/// `case` waits until `review_at` at least.
pub(in crate::situation) fn suspend(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, reason, review): (CaseId, ReasonCode, (Timestamp, &str)),
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::Suspend)?;
    let (review_at, second) = review;
    second_agrees(asked, second)?;
    if review_at <= asked.now || asked.now.plus_ms(AHEAD_MS_MAX) < review_at {
        return Err(Refusal::UntilNotRight);
    }

    let calendar = &situation.playbook.calendar;
    let left_ms = row.clock.map_or(0, |clock| {
        clock.limit_ms.saturating_sub(calendar.passed(clock.unit, clock.since, asked.now))
    });
    let unit = row.clock.map_or(LimitUnit::Hours, |clock| clock.unit);
    let what = Happened::Suspended { reason, second: second.to_owned() };
    take(situation, effects, asked, (taken, what), |row, playbook| {
        row.pause = Some(Pause { since: asked.now, review_at, left_ms, unit });
        row.extension = None;
        let ms = review_at.ms_since(asked.now);
        row.clock = Some(start(playbook, row.state, asked.now, (LimitUnit::Hours, ms)));
    });
    Ok(())
}

/// It goes on with what was left of its time; what was late stays late.
pub(in crate::situation) fn resume(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    case: CaseId,
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::Resume)?;

    let pause = row.pause.clone();
    take(situation, effects, asked, (taken, Happened::Resumed), |row, playbook| {
        row.pause = None;
        // A stage that runs no clock had none left.
        if let Some(Pause { left_ms, unit, .. }) = pause.filter(|_| row.clock.is_some()) {
            row.clock = Some(start(playbook, row.state, asked.now, (unit, left_ms.max(0))));
        }
    });
    Ok(())
}
