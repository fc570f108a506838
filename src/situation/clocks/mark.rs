//! A stage's clock reaches its next mark: noted, warned, overdue, due a yellow or a red card.

use crate::domain::trade::{Card, ClockMark, Supervision};
use crate::domain::{
    Case, CaseId, CaseState, ClockBehind, Happened, OrderTo, OrderWhat, Playbook, StageClock,
    Ticket, Timestamp,
};

use super::super::count::add;
use super::super::road::enter_state;
use super::super::why::Why;
use super::super::write::{move_case, tell};
use super::super::{Effects, Situation};
use super::start::{mark_after, next_mark};

/// Marks that clock of `case` whose next mark has come.
pub(super) fn mark(situation: &mut Situation, effects: &mut Effects, case: CaseId) {
    let Some(row) = situation.case(case) else { return };
    let next = row.next_mark();
    let behind = row.behind.as_deref().copied();
    match behind.filter(|behind| behind.clock.next.is_some() && behind.clock.next == next) {
        Some(behind) => mark_behind(situation, effects, (case, behind)),
        None => mark_stage(situation, effects, case),
    }
}

/// The clock behind the stage's own reaches its next mark.
fn mark_behind(
    situation: &mut Situation,
    effects: &mut Effects,
    (case, behind): (CaseId, ClockBehind),
) {
    let why = Why::of_time(situation.now);
    let Some(row) = situation.case(case) else { return };
    let (state, real) = (row.state, row.purpose.is_real());
    let clock = reach(&situation.playbook, state, (behind.clock, why.now));
    if clock.mark == ClockMark::Overdue && real {
        add(&mut situation.count.note().overdue);
    }
    let what = Happened::MarkedBehind { mark: clock.mark };
    move_case(situation, effects, why, (case, what), |row, _| {
        row.behind = Some(Box::new(ClockBehind { clock, ..behind }));
    });
    if let Some(card) = card_of(clock.mark) {
        give_card(situation, effects, why, (case, card));
    }
}

fn mark_stage(situation: &mut Situation, effects: &mut Effects, case: CaseId) {
    let why = Why::of_time(situation.now);
    let Some(row) = situation.case(case) else { return };
    let Some(clock) = row.clock else { return };
    let (state, real) = (row.state, row.purpose.is_real());
    let marked = reach(&situation.playbook, state, (clock, why.now));
    let reached = marked.mark;
    if state == CaseState::Closed && !is_owed_a_reply(situation, case) {
        evaluate(situation, effects, why, case);
        return;
    }
    if reached == ClockMark::Overdue && real {
        add(&mut situation.count.note().overdue);
    }
    let what = if reached == ClockMark::Overdue {
        Happened::Overdue
    } else {
        Happened::Marked { mark: reached }
    };
    move_case(situation, effects, why, (case, what), |row, _| row.clock = Some(marked));
    if let Some(card) = card_of(reached) {
        give_card(situation, effects, why, (case, card));
    }
}

/// The clock at its next mark. Where time has passed the first two at once, only the last is told;
/// nothing is late without saying so.
fn reach(
    playbook: &Playbook,
    state: CaseState,
    (mut clock, now): (StageClock, Timestamp),
) -> StageClock {
    loop {
        clock.mark = mark_after(playbook, state, clock.mark);
        clock.overdue = ClockMark::Overdue <= clock.mark;
        clock.next = next_mark(playbook, state, &clock);
        if clock.overdue || clock.next.is_none_or(|next| now <= next) {
            return clock;
        }
    }
}

/// Everyone who was owed it was spoken with, or the time for it is over.
pub(in crate::situation) fn evaluate(
    situation: &mut Situation,
    effects: &mut Effects,
    why: Why<'_>,
    case: CaseId,
) {
    move_case(situation, effects, why, (case, Happened::Evaluated), |row, playbook| {
        enter_state(row, playbook, CaseState::Evaluated, why.now);
    });
}

/// Whether a sender of `case` that counts still waits for an answer.
pub(in crate::situation) fn is_owed_a_reply(situation: &Situation, case: CaseId) -> bool {
    let tickets = situation.tickets_of(case).iter();
    tickets.filter_map(|ticket| situation.ticket(*ticket)).any(Ticket::is_owed_a_reply)
}

fn card_of(mark: ClockMark) -> Option<Card> {
    match mark {
        ClockMark::Yellow => Some(Card::Yellow),
        ClockMark::Red => Some(Card::Red),
        ClockMark::Running | ClockMark::Noted | ClockMark::Warned | ClockMark::Overdue => None,
    }
}

/// Gives the card that a late stage is due, where its kind gives cards of itself.
fn give_card(
    situation: &mut Situation,
    effects: &mut Effects,
    why: Why<'_>,
    (case, card): (CaseId, Card),
) {
    let Some(row) = situation.case(case) else { return };
    let held = row.supervision.as_ref().map(|supervision| supervision.card);
    if !situation.playbook.kind(row.kind).auto_card || Some(card) <= held {
        return;
    }
    let lead = row.lead.clone();
    move_case(situation, effects, why, (case, Happened::Supervised { card }), |row, _| {
        supervise_row(row, Supervision { card, by: None, at: why.now });
    });
    if let Some(lead) = lead {
        tell(situation, effects, case, (OrderTo::Org(lead), OrderWhat::Supervised));
    }
}

/// The row is supervised so; a red card voids a wish for more time that was not answered.
pub(in crate::situation) fn supervise_row(row: &mut Case, supervision: Supervision) {
    if supervision.card == Card::Red {
        row.extension = None;
    }
    row.supervision = Some(Box::new(supervision));
}
