//! What leaves in a range: each case whole, as it stood at that moment.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::{
    Case, CaseId, Change, ChangeRange, Placed, Position, Purpose, Step, Ticket, TicketId,
};
use crate::picture::Rows;
use crate::wire::archive_v1::Archived;

/// What a range holds of cases that leave in it.
#[derive(Debug, Default)]
pub(super) struct Leaving {
    /// The cases.
    pub(super) cases: Vec<Archived>,
    /// Cases that leave and that nobody had told of.
    pub(super) unknown: u64,
}

/// The cases that leave in `range` after `seen`, over the `rows` as they stood before it.
pub(super) fn leaving(rows: &Rows, range: &ChangeRange, seen: Position) -> Leaving {
    let mut leaving = Leaving::default();
    let gone = |placed: &Placed| match placed.change {
        Change::CaseArchived { case } if seen < placed.position => Some(case),
        _ => None,
    };
    if !range.changes.iter().any(|placed| gone(placed).is_some()) {
        return leaving;
    }
    for (index, placed) in range.changes.iter().enumerate() {
        let Some(id) = gone(placed) else { continue };
        let before = range.changes.get(..index).unwrap_or_default();
        match whole(rows, before, id) {
            // The system's own tries are nobody's case.
            Some((row, _, _)) if row.purpose == Purpose::Canary => {}
            Some((row, tickets, timeline)) => leaving.cases.push(Archived {
                row: Arc::unwrap_or_clone(row),
                tickets: tickets.into_values().map(Arc::unwrap_or_clone).collect(),
                timeline,
                position: placed.position,
                at: placed.at,
            }),
            None => leaving.unknown = leaving.unknown.saturating_add(1),
        }
    }
    leaving
}

type Whole = (Arc<Case>, BTreeMap<TicketId, Arc<Ticket>>, Vec<Arc<Step>>);

/// The case `id` after the changes `before`; none where nothing tells of it.
fn whole(rows: &Rows, before: &[Placed], id: CaseId) -> Option<Whole> {
    let mut row = rows.cases.get(&id).cloned();
    let members = rows.members.get(&id).into_iter().flatten();
    let member = |ticket: &TicketId| Some((*ticket, Arc::clone(rows.tickets.get(ticket)?)));
    let mut tickets: BTreeMap<_, _> = members.filter_map(member).collect();
    let mut timeline: Vec<_> = rows.timelines.get(&id).into_iter().flatten().cloned().collect();
    for placed in before {
        match &placed.change {
            Change::CaseMoved { case, step } if case.id == id => {
                row = Some(Arc::clone(case));
                // A range that was seen in part tells some of it again.
                if !timeline.contains(step) {
                    timeline.push(Arc::clone(step));
                }
            }
            Change::TicketMoved { ticket } if ticket.case == id => {
                tickets.insert(ticket.id, Arc::clone(ticket));
            }
            Change::TicketMoved { ticket } => {
                tickets.remove(&ticket.id);
            }
            _ => {}
        }
    }
    Some((row?, tickets, timeline))
}
