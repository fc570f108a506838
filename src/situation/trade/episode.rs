//! A camera's episode goes on or ends.
//!
//! A case that no person has confirmed clears itself once every camera that saw it finds it
//! gone. A confirmed one does not: then it is the city's work, whatever the camera says.

use crate::domain::{CaseId, CaseState, Episode, Happened, TicketId};

use super::super::road::enter_state;
use super::super::why::{Why, case_here};
use super::super::write::{move_case, move_ticket};
use super::super::{Effects, Situation};

/// The episode behind `ticket` has this many hits by now.
pub(super) fn goes_on(
    situation: &mut Situation,
    effects: &mut Effects,
    (ticket, hits): (TicketId, u32),
) {
    note(situation, effects, ticket, (hits, false));
}

/// The episode behind `ticket` is over.
pub(super) fn ended(
    situation: &mut Situation,
    effects: &mut Effects,
    (ticket, hits): (TicketId, u32),
) {
    note(situation, effects, ticket, (hits, true));
    let Some(case) = situation.ticket(ticket).map(|ticket| ticket.case) else { return };
    if is_gone(situation, case) {
        let why = Why::of_time(situation.now);
        move_case(situation, effects, why, (case, Happened::SelfCleared), |row, playbook| {
            enter_state(row, playbook, CaseState::SelfCleared, why.now);
        });
    }
}

/// Notes how the episode stands; what came late takes nothing back.
fn note(
    situation: &mut Situation,
    effects: &mut Effects,
    ticket: TicketId,
    (hits, over): (u32, bool),
) {
    let Some(Some(was)) = situation.ticket(ticket).map(|ticket| ticket.episode) else { return };
    let is = Episode { hits: was.hits.max(hits), over: was.over || over };
    if was != is {
        move_ticket(situation, effects, ticket, |ticket| ticket.episode = Some(is));
    }
}

/// Whether nobody confirmed the case and no camera sees it any longer.
fn is_gone(situation: &Situation, case: CaseId) -> bool {
    let unconfirmed = case_here(situation, case).is_ok_and(|case| {
        case.video_only
            && case.handover.is_none()
            && matches!(case.state, CaseState::Reported | CaseState::Verifying)
    });
    unconfirmed
        && situation
            .tickets_of(case)
            .iter()
            .filter_map(|ticket| situation.ticket(*ticket))
            .all(|ticket| ticket.episode.is_some_and(|episode| episode.over))
}
