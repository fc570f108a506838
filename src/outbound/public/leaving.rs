//! What of a range leaves: a plain step.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{
    Case, CaseId, Change, ChangeRange, Order, Placed, Position, PrivacyClass, Purpose, Step,
    Timestamp,
};
use crate::wire::WireError;
use crate::wire::projection::Projection;
use crate::wire::public::{CaseChange, Envelope, Outgoing, Place, reason, row};

/// What others have been told of a partition.
#[derive(Debug)]
pub(super) struct Leaving {
    plane: Projection,
    /// Cases whose row is out.
    shown: BTreeSet<CaseId>,
    /// Through where that is so already: what comes again is not told again.
    told: Place,
    /// Whether everybody may see a case after an entry that moves it: an entry tells of a ticket
    /// before it tells of the ticket's case.
    after: BTreeMap<(Position, CaseId), bool>,
    /// Rows that a `Restate` has not said again yet, and where it began.
    unsaid: Option<(Placed, BTreeSet<CaseId>)>,
}

/// Whether everybody may see a case. It is what the gateway shows to whom it does not know.
fn is_open(case: &Case) -> bool {
    let restricted = matches!(case.privacy, PrivacyClass::Restricted | PrivacyClass::Staff);
    !restricted && case.purpose != Purpose::Canary
}

/// Of the entry that moves a case: whether everybody may see it from there on.
fn seen_after(placed: &Placed) -> Option<((Position, CaseId), bool)> {
    match &placed.change {
        Change::CaseMoved { case, .. } => Some(((placed.position, case.id), is_open(case))),
        _ => None,
    }
}

impl Leaving {
    /// Others know the rows of `shown`, as they stood at `told`.
    pub(super) fn new(plane: Projection, shown: BTreeSet<CaseId>, told: Place) -> Self {
        Self { plane, shown, told, after: BTreeMap::new(), unsaid: None }
    }

    /// What leaves of the changes and orders of `range` that come after `at`.
    pub(super) fn step(
        &mut self,
        (range, at): (&ChangeRange, Position),
        envelope: &Envelope,
    ) -> Result<Vec<Outgoing>, WireError> {
        let mut out = Vec::new();
        self.after = range.changes.iter().filter_map(seen_after).collect();
        let told = self.told;
        let is_new = |placed: &&Placed| at < placed.position && told < place(placed);
        for placed in range.changes.iter().filter(is_new) {
            if self.unsaid.as_ref().is_some_and(|(begun, _)| begun.position < placed.position) {
                self.end_restating(envelope, &mut out)?;
            }
            self.change(placed, envelope, &mut out)?;
        }
        self.end_restating(envelope, &mut out)?;
        let at = at.max(told.position);
        for order in range.orders.iter().filter(|order| at < order.id.position) {
            if order.purpose != Purpose::Canary {
                out.push(envelope.order(given_at(range, order), order)?);
            }
        }
        Ok(out)
    }

    fn change(
        &mut self,
        placed: &Placed,
        envelope: &Envelope,
        out: &mut Vec<Outgoing>,
    ) -> Result<(), WireError> {
        match &placed.change {
            Change::CaseMoved { case, step } if is_open(case) => {
                self.say(placed, (case, step), envelope, out)
            }
            Change::CaseMoved { case, .. } => {
                let hidden = CaseChange::CaseHidden { at: placed.at, case: case.id };
                self.drop_row(placed, &hidden, envelope, out)
            }
            Change::CaseArchived { case } => {
                let archived = CaseChange::CaseArchived { at: placed.at, case: *case };
                self.drop_row(placed, &archived, envelope, out)
            }
            Change::TicketMoved { ticket } if self.is_seen(placed.position, ticket.case) => {
                let row = Box::new(ticket.as_ref().into());
                let moved = CaseChange::TicketMoved { at: placed.at, row };
                out.push(envelope.change(place(placed), &moved)?);
                Ok(())
            }
            Change::Restated => {
                self.unsaid = Some((placed.clone(), self.shown.clone()));
                Ok(())
            }
            Change::TicketMoved { .. }
            | Change::CaseDeparted { .. }
            | Change::CaseArrived { .. }
            | Change::UnitMoved { .. }
            | Change::CommandAnswered { .. }
            | Change::SignalAnswered { .. }
            | Change::TallyMoved { .. }
            | Change::PlaybookAdopted { .. }
            | Change::PlaybookRefused { .. }
            | Change::FiguresRestated { .. }
            | Change::PlaybookProposed { .. }
            | Change::PlaybookApproved { .. }
            | Change::ProposalWithdrawn { .. }
            | Change::AdoptionRefused { .. }
            | Change::RegisterMoved { .. }
            | Change::SheetRefused { .. }
            | Change::CoreSet { .. } => Ok(()),
        }
    }

    /// Whether everybody may see a case once the entry at `position` is told whole.
    fn is_seen(&self, position: Position, case: CaseId) -> bool {
        let moved = self.after.get(&(position, case)).copied();
        moved.unwrap_or_else(|| self.shown.contains(&case))
    }

    /// A case that everybody may see has moved.
    fn say(
        &mut self,
        placed: &Placed,
        (case, step): (&Case, &Step),
        envelope: &Envelope,
        out: &mut Vec<Outgoing>,
    ) -> Result<(), WireError> {
        let row = Box::new(row(case, &self.plane));
        out.push(envelope.row((place(placed), placed.at), &row)?);
        let (what, reason) = ((&step.what).into(), reason(&step.what));
        let moved = CaseChange::CaseMoved { at: placed.at, what, reason, row };
        out.push(envelope.change(place(placed), &moved)?);
        self.shown.insert(case.id);
        if let Some((_, unsaid)) = &mut self.unsaid {
            unsaid.remove(&case.id);
        }
        Ok(())
    }

    /// A case is no longer to be seen. Where nobody has seen it, nobody hears of it.
    fn drop_row(
        &mut self,
        placed: &Placed,
        change: &CaseChange,
        envelope: &Envelope,
        out: &mut Vec<Outgoing>,
    ) -> Result<(), WireError> {
        if self.shown.remove(&change.case()) {
            out.push(envelope.gone((place(placed), placed.at), change.case()));
            out.push(envelope.change(place(placed), change)?);
        }
        Ok(())
    }

    /// All rows were said again: those that were not are no more.
    fn end_restating(
        &mut self,
        envelope: &Envelope,
        out: &mut Vec<Outgoing>,
    ) -> Result<(), WireError> {
        let Some((begun, unsaid)) = self.unsaid.take() else { return Ok(()) };
        for (index, case) in (begun.index..).zip(unsaid) {
            // At the entry of the restatement, each at an index of its own that no change has.
            let index = u32::MAX.saturating_sub(index);
            let archived = CaseChange::CaseArchived { at: begun.at, case };
            self.drop_row(&Placed { index, ..begun.clone() }, &archived, envelope, out)?;
        }
        Ok(())
    }
}

fn place(placed: &Placed) -> Place {
    Place { position: placed.position, index: placed.index }
}

/// When the entry was journalled that an order came of. It does not depend on the range.
fn given_at(range: &ChangeRange, order: &Order) -> Timestamp {
    let of_same = range.changes.iter().find(|placed| placed.position == order.id.position);
    of_same.map_or(range.at, |placed| placed.at)
}
