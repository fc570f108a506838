//! How long a stage has, and when its marks are reached.
//!
//! A clock runs in natural or in working time, as its limit is written, and keeps that: rules
//! adopted later move no due moment.

use crate::domain::trade::{ClockMark, Rework, StageLimit, per_thousand};
use crate::domain::{Case, CaseState, Limit, LimitUnit, Playbook, StageClock, Timestamp};

/// The clock of `row` where it stands, running since `since`; none where its stage has no limit.
pub(in crate::situation) fn stage_clock(
    playbook: &Playbook,
    row: &Case,
    since: Timestamp,
) -> Option<StageClock> {
    let kind = playbook.kind(row.kind);
    let (_, stage) = kind.stage(row.stage, row.state)?;
    if stage.limit == StageLimit::Signal {
        return row.promised.map(|due| promised(playbook, row.state, (since, due)));
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
    Some(start(playbook, row.state, since, (limit.unit, hurried.saturating_sub(used).max(0))))
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
    (unit, limit_ms): (LimitUnit, i64),
) -> StageClock {
    let due = playbook.calendar.after_ms(since, unit, limit_ms);
    let mark = ClockMark::Running;
    let mut clock =
        StageClock { since, due, overdue: false, unit, limit_ms, mark, next: Some(due) };
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
    (!last).then(|| playbook.mark_at(clock, mark_after(state, clock.mark))).flatten()
}

/// The mark after `mark`; a closed case goes straight to the end of its limit.
pub(super) fn mark_after(state: CaseState, mark: ClockMark) -> ClockMark {
    match mark {
        ClockMark::Running if state == CaseState::Closed => ClockMark::Overdue,
        ClockMark::Running => ClockMark::Noted,
        ClockMark::Noted => ClockMark::Warned,
        ClockMark::Warned => ClockMark::Overdue,
        ClockMark::Overdue => ClockMark::Yellow,
        ClockMark::Yellow | ClockMark::Red => ClockMark::Red,
    }
}
