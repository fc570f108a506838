//! A clock stands still 暂停 and goes on: its limit is measured in the time it ran.
//!
//! **Invariant.** What passed before it stood still is not given again: its marks are parts of the
//! whole limit, and what was late stays late.

use crate::domain::trade::Pause;
use crate::domain::{CaseState, ClockBehind, Playbook, StageClock, Timestamp};

use super::start::next_mark;

/// How long `clock` has run by `now`, in its own time.
pub(in crate::situation) fn ran_ms(playbook: &Playbook, clock: &StageClock, now: Timestamp) -> i64 {
    let passed = playbook.calendar.passed(clock.unit, clock.since, now);
    passed.saturating_sub(clock.paused_ms)
}

/// The clock as it stands still: it reaches no mark.
pub(in crate::situation) fn stopped(behind: ClockBehind) -> ClockBehind {
    ClockBehind { clock: StageClock { next: None, ..behind.clock }, ..behind }
}

/// The clock as it goes on at `now`, after `pause`, with what was left of it.
pub(in crate::situation) fn resumed(
    playbook: &Playbook,
    clock: StageClock,
    (pause, now): (&Pause, Timestamp),
) -> StageClock {
    let passed = |from, to| playbook.calendar.passed(clock.unit, from, to);
    let paused_ms = clock.paused_ms.saturating_add(passed(pause.since, now));
    let due = if clock.due < pause.since {
        clock.due
    } else {
        playbook.calendar.after_ms(now, clock.unit, passed(pause.since, clock.due))
    };
    let mut going = StageClock { due, paused_ms, ..clock };
    going.next = next_mark(playbook, CaseState::Handling, &going);
    going
}
