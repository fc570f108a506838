//! Suspending 挂账: what cannot be done yet waits, reviewed on a day; two people say so.
//!
//! The stage's clock stands still meanwhile, and goes on with what was left of it. The reply clocks
//! of its tickets run on: who asked is owed an answer whatever the city waits for.

use crate::domain::limits::AHEAD_MS_MAX;
use crate::domain::trade::Pause;
use crate::domain::{
    CaseId, ClockBehind, Happened, LimitUnit, ReasonCode, Refusal, StageClock, Timestamp, VerbCode,
};

use super::super::clocks::{ran_ms, resumed, start, stopped};
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

    let ran = |clock: &StageClock| ran_ms(&situation.playbook, clock, asked.now);
    let left_ms = row.clock.map_or(0, |clock| clock.limit_ms.saturating_sub(ran(&clock)));
    let unit = row.clock.map_or(LimitUnit::Hours, |clock| clock.unit);
    let behind = row.clock.map(|clock| stopped(ClockBehind { stage: row.stage, clock }));
    let what = Happened::Suspended { reason, second: second.to_owned() };
    take(situation, effects, asked, (taken, what), |row, playbook| {
        row.pause = Some(Box::new(Pause { since: asked.now, review_at, left_ms, unit }));
        row.extension = None;
        let ms = review_at.ms_since(asked.now);
        row.clock = Some(start(playbook, row.state, asked.now, (LimitUnit::Hours, ms)));
        row.behind = behind.map(Box::new);
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

    let (pause, behind) = (row.pause.clone(), row.behind.clone());
    take(situation, effects, asked, (taken, Happened::Resumed), |row, playbook| {
        row.pause = None;
        if let (Some(pause), Some(behind)) = (pause, behind) {
            row.clock = Some(resumed(playbook, behind.clock, (&pause, asked.now)));
        }
    });
    Ok(())
}
