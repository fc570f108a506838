//! How long a stage has, and when its marks are reached.
//!
//! A clock runs in natural or in working time, as its limit is written, and keeps that: rules
//! adopted later move no due moment.

use crate::domain::trade::{ClockMark, Rework, Stage, StageLimit, per_thousand};
use crate::domain::{
    Case, CaseState, Limit, LimitUnit, Playbook, StageClock, StageCode, Timestamp,
};

use super::pause::ran_ms;

/// The clock of `row` where it stands, running since `since`; none where its stage has no limit.
pub(in crate::situation) fn stage_clock(
    playbook: &Playbook,
    row: &Case,
    since: Timestamp,
) -> Option<StageClock> {
    let (_, stage) = playbook.kind(row.kind).stage(row.stage, row.state)?;
    clock_of(playbook, row, stage, (since, 0))
}

/// `clock`, of `stage`, now that the case must be handled as soon as its row says. What its source
/// said, and how long who asked may be visited, no haste moves.
pub(in crate::situation) fn hurried(
    playbook: &Playbook,
    row: &Case,
    (stage, clock): (StageCode, StageClock),
) -> StageClock {
    let stage = playbook.kind(row.kind).stages.get(&stage);
    let moves = |stage: &&Stage| !matches!(stage.limit, StageLimit::Signal | StageLimit::Visit);
    let since = (clock.since, clock.paused_ms);
    stage.filter(moves).and_then(|stage| clock_of(playbook, row, stage, since)).unwrap_or(clock)
}

/// `clock` with time until `until`: its marks are measured anew from its start.
pub(in crate::situation) fn longer(
    playbook: &Playbook,
    row: &Case,
    (clock, until): (StageClock, Timestamp),
) -> StageClock {
    let limit_ms = ran_ms(playbook, &clock, until);
    let since = (clock.since, clock.paused_ms);
    let longer = start_paused(playbook, row.state, since, (clock.unit, limit_ms));
    StageClock { due: until, ..longer }
}

/// The clock of `row` in `stage` since then, of which it stood still so long.
fn clock_of(
    playbook: &Playbook,
    row: &Case,
    stage: &Stage,
    (since, paused_ms): (Timestamp, i64),
) -> Option<StageClock> {
    let kind = playbook.kind(row.kind);
    if stage.limit == StageLimit::Signal {
        return row.promised.map(|due| promised(playbook, stage.state, (since, due)));
    }
    let limit = limit_of(playbook, row, stage.limit)?;
    let whole = playbook.calendar.limit_ms(limit);
    let hurried = if stage.limit == StageLimit::Visit {
        whole
    } else {
        per_thousand(whole, row.urgency.permille())
    };
    let cumulative = stage.limit == StageLimit::Handle && kind.rework == Rework::Cumulative;
    let used = if cumulative { row.used_ms } else { 0 };
    let left = (limit.unit, hurried.saturating_sub(used).max(0));
    Some(start_paused(playbook, stage.state, (since, paused_ms), left))
}

/// The limit a stage names; none where no clock runs.
///
/// Before the item is known, acceptance has as long as the centre has to dispatch.
fn limit_of(playbook: &Playbook, row: &Case, limit: StageLimit) -> Option<Limit> {
    let item = row.item.and_then(|item| playbook.items.get(&item));
    let centre = &playbook.limits;
    match limit {
        StageLimit::None | StageLimit::Signal => None,
        StageLimit::Response => Some(item.map_or(centre.dispatch, |item| item.response)),
        StageLimit::Handle => Some(item.map_or(centre.check, |item| item.handle)),
        StageLimit::Dispatch => Some(centre.dispatch),
        StageLimit::Verify => Some(centre.verify),
        StageLimit::Check => Some(centre.check),
        StageLimit::Visit => Some(centre.visit),
        StageLimit::Fixed(limit) => Some(limit),
    }
}

/// The clock of a stage that began at `since` and is due when its source said: neither haste nor
/// rework moves that.
fn promised(
    playbook: &Playbook,
    state: CaseState,
    (since, due): (Timestamp, Timestamp),
) -> StageClock {
    let left_ms = due.ms_since(since).max(0);
    let clock = start(playbook, state, since, (LimitUnit::Minutes, left_ms));
    if due < since {
        // It begins late: the next tick says so.
        return StageClock { due, mark: ClockMark::Warned, next: Some(due), ..clock };
    }
    StageClock { due, ..clock }
}

/// A clock of `limit_ms` of `unit`'s time since `since`.
pub(in crate::situation) fn start(
    playbook: &Playbook,
    state: CaseState,
    since: Timestamp,
    limit: (LimitUnit, i64),
) -> StageClock {
    start_paused(playbook, state, (since, 0), limit)
}

fn start_paused(
    playbook: &Playbook,
    state: CaseState,
    (since, paused_ms): (Timestamp, i64),
    (unit, limit_ms): (LimitUnit, i64),
) -> StageClock {
    let due = playbook.calendar.after_ms(since, unit, limit_ms.saturating_add(paused_ms));
    let (mark, next, overdue) = (ClockMark::Running, None, false);
    let mut clock = StageClock { since, due, overdue, unit, limit_ms, mark, next, paused_ms };
    clock.next = next_mark(playbook, state, &clock);
    clock
}

/// When `clock` reaches the mark after its own; none after the last.
///
/// A closed case has no marks before it is due: then it counts as evaluated.
pub(super) fn next_mark(
    playbook: &Playbook,
    state: CaseState,
    clock: &StageClock,
) -> Option<Timestamp> {
    let last = clock.mark == ClockMark::Red;
    (!last).then(|| playbook.mark_at(clock, mark_after(playbook, state, clock.mark))).flatten()
}

/// The mark after `mark`; a closed case goes straight to the end of its limit, and where no yellow
/// card is ever due the red one is next.
pub(super) fn mark_after(playbook: &Playbook, state: CaseState, mark: ClockMark) -> ClockMark {
    match mark {
        ClockMark::Running if state == CaseState::Closed => ClockMark::Overdue,
        ClockMark::Running => ClockMark::Noted,
        ClockMark::Noted => ClockMark::Warned,
        ClockMark::Warned => ClockMark::Overdue,
        ClockMark::Overdue if playbook.limits.yellow_permille == 0 => ClockMark::Red,
        ClockMark::Overdue => ClockMark::Yellow,
        ClockMark::Yellow | ClockMark::Red => ClockMark::Red,
    }
}
