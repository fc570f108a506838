//! A watcher without rules of its own: it stores the rows that changes carry.

use std::collections::BTreeMap;

use liandong::domain::{Case, CaseId, Change, CommandId, Tally, Ticket, TicketId, Unit, UnitId};
use liandong::situation::Situation;

/// The rows a watcher holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rows {
    pub(crate) cases: BTreeMap<CaseId, Case>,
    pub(crate) tickets: BTreeMap<TicketId, Ticket>,
    pub(crate) units: BTreeMap<UnitId, Unit>,
    pub(crate) tally: Tally,
}

impl Rows {
    /// Stores what `changes` say.
    pub(crate) fn fold(&mut self, changes: &[Change]) {
        for change in changes {
            match change {
                Change::CaseMoved { case, .. } => {
                    self.cases.insert(case.id, Case::clone(case));
                }
                Change::CaseArchived { case } => {
                    self.cases.remove(case);
                    self.tickets.retain(|_, ticket| ticket.case != *case);
                }
                Change::TicketMoved { ticket } => {
                    self.tickets.insert(ticket.id, Ticket::clone(ticket));
                }
                Change::UnitMoved { unit } => {
                    self.units.insert(unit.id, Unit::clone(unit));
                }
                Change::TallyMoved { tally } => self.tally = Tally::clone(tally),
                Change::Restated => *self = Self::default(),
                _ => {}
            }
        }
    }

    /// The rows as the situation itself holds them.
    pub(crate) fn of(situation: &Situation) -> Self {
        Self {
            cases: situation.cases().map(|case| (case.id, case.clone())).collect(),
            tickets: situation.tickets().map(|ticket| (ticket.id, ticket.clone())).collect(),
            units: situation.units().map(|unit| (unit.id, unit.clone())).collect(),
            tally: situation.tally().clone(),
        }
    }
}

/// The commands that `changes` answer.
pub(crate) fn answered(changes: &[Change]) -> Vec<CommandId> {
    changes
        .iter()
        .filter_map(|change| match change {
            Change::CommandAnswered { command, .. } => Some(*command),
            _ => None,
        })
        .collect()
}
