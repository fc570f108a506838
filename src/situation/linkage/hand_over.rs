//! Handing over 移交: a case goes to another partition, and is ours until that has it.
//!
//! Departure and arrival are entries of two journals. What leaves is said as a change; whoever
//! carries changes appends it there, as often as it takes: an arrival keeps one name for ever and
//! opens one case. The receipt comes back as an entry, and ends the case here.

use std::sync::Arc;

use crate::domain::limits::ARRIVALS_MAX;
use crate::domain::{
    Arrival, AttachedBy, Attachment, CaseId, CaseState, Change, Happened, Partition, Position,
    ReasonCode, Refusal, Reply, Ticket, TicketId, VerbCode,
};

use super::super::clocks::stage_clock;
use super::super::matter::Matter;
use super::super::road::{enter_state, road, take};
use super::super::why::{Asked, Why};
use super::super::write::{keep_ticket, move_case, move_ticket, open_case};
use super::super::{Effects, Situation};

/// `case` is to go to partition `to`.
pub(in crate::situation) fn hand_over(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, to, reason): (CaseId, Partition, ReasonCode),
) -> Result<(), Refusal> {
    let (row, mut taken) = road(situation, asked, case, VerbCode::HandOver)?;
    if to == situation.partition || row.children_open != 0 {
        return Err(Refusal::NotElsewhere);
    }

    // It stays where it is until the receipt.
    taken.to = None;
    take(situation, effects, asked, (taken, Happened::HandingOver { to, reason }), |row, _| {
        row.handover = Some(to);
    });
    let Some(arrival) = departure(situation, (case, to)) else { return Ok(()) };
    effects.change(Change::CaseDeparted { to, arrival: Box::new(arrival) });
    Ok(())
}

/// What the other partition is told.
fn departure(situation: &Situation, (case, to): (CaseId, Partition)) -> Option<Arrival> {
    let row = situation.case(case)?;
    let tickets = situation.tickets_of(case).iter();
    let tickets = tickets.filter_map(|ticket| situation.ticket(*ticket).cloned()).collect();
    Some(Arrival {
        from: case,
        to,
        position: situation.position,
        kind: row.kind,
        item: row.item,
        place: row.place,
        severity: row.severity,
        urgency: row.urgency,
        purpose: row.purpose,
        channel: row.channel,
        tickets,
    })
}

/// A case arrives; one that has arrived before is only answered again.
pub(in crate::situation) fn arrive(
    situation: &mut Situation,
    effects: &mut Effects,
    arrival: &Arrival,
) {
    if arrival.to != situation.partition {
        return;
    }
    let name = (arrival.from.partition, arrival.position);
    if let Some(became) = situation.arrivals.get(&name).copied() {
        effects.change(Change::CaseArrived { from: arrival.from, became });
        return;
    }
    // A partition's arrivals come in order: one before another that is known was here, and went.
    let newest = (arrival.from.partition, Position::new(u64::MAX, u32::MAX));
    if situation.arrivals.range(name..newest).next().is_some() {
        return;
    }
    let became = take_in(situation, effects, arrival);
    remember(situation, name, became);
    effects.change(Change::CaseArrived { from: arrival.from, became });
}

/// Remembers what an arrival became. The oldest of the same partition goes where there are many:
/// each keeps its newest.
fn remember(situation: &mut Situation, name: (Partition, Position), became: CaseId) {
    if ARRIVALS_MAX <= situation.arrivals.len() {
        let oldest = situation.arrivals.range((name.0, Position::START)..name).next();
        if let Some(oldest) = oldest.map(|(oldest, _)| *oldest) {
            situation.arrivals.remove(&oldest);
        }
    }
    situation.arrivals.insert(name, became);
}

/// Opens the case that arrives, with its tickets: their reply clocks go on.
fn take_in(situation: &mut Situation, effects: &mut Effects, arrival: &Arrival) -> CaseId {
    let why = Why::of_time(situation.now);
    let matter = Matter {
        kind: Some(arrival.kind),
        item: arrival.item,
        place: arrival.place,
        suggestions: Vec::new(),
        tickets: u32::try_from(arrival.tickets.len()).unwrap_or(u32::MAX),
        video_only: false,
        purpose: arrival.purpose,
        channel: arrival.channel,
        // A matter without tickets was opened by an office; which, its old partition knows.
        origin: arrival.tickets.is_empty().then(|| crate::domain::OrgCode(String::new())),
        parent: None,
        promised: arrival.tickets.iter().filter_map(|ticket| ticket.due).min(),
    };
    let mut row = situation.first_row(why.now, matter);
    let edited = Arc::make_mut(&mut row);
    edited.severity = arrival.severity;
    edited.urgency = arrival.urgency;
    edited.clock = stage_clock(&situation.playbook, edited, why.now);
    let case = row.id;
    let mut tickets = Vec::with_capacity(arrival.tickets.len());
    for ticket in &arrival.tickets {
        let id = situation.number_ticket();
        keep_ticket(situation, effects, Arc::new(rehoused(ticket, (id, case))));
        tickets.push(id);
    }
    let what = Happened::Arrived { from: arrival.from };
    open_case(situation, effects, why, (row, tickets), what);
    case
}

fn rehoused(ticket: &Ticket, (id, case): (TicketId, CaseId)) -> Ticket {
    let attachment =
        Attachment { by: AttachedBy::Opening, against: None, points: 0, reasons: Vec::new() };
    Ticket { id, case, attachment, ..ticket.clone() }
}

/// The other partition has it: the case is handed over, and its replies are owed there.
pub(in crate::situation) fn receipt(
    situation: &mut Situation,
    effects: &mut Effects,
    (case, became): (CaseId, CaseId),
) {
    let waits = situation.case(case).is_some_and(|row| row.handover == Some(became.partition));
    if !waits {
        return;
    }
    let why = Why::of_time(situation.now);
    for ticket in situation.tickets_of(case).to_vec() {
        let owed =
            situation.ticket(ticket).is_some_and(|row| matches!(row.reply, Reply::Owed { .. }));
        if owed {
            move_ticket(situation, effects, ticket, |row| row.reply = Reply::NotOwed);
        }
    }
    move_case(situation, effects, why, (case, Happened::HandedOver { became }), |row, playbook| {
        row.handover = None;
        row.handed_to = Some(became);
        enter_state(row, playbook, CaseState::HandedOver, why.now);
    });
}
