//! The whole history of every case, as the journal tells it.

use std::collections::BTreeMap;
use std::sync::Arc;

use liandong::domain::{
    Case, CaseId, Change, ChangeRange, Digest, Epoch, Happened, Placed, Playbook, Position, Ticket,
    TicketId, Timestamp, Unit,
};
use liandong::picture::{Folded, Picture};
use liandong::situation::{Effects, Situation, apply};

use super::clerk::{Journal, PARTITION, place};

/// A case as a step left it.
#[derive(Debug, Clone)]
pub(super) struct Moved {
    /// Its place among all changes.
    pub(super) order: usize,
    pub(super) at: Timestamp,
    pub(super) row: Arc<Case>,
    pub(super) what: Happened,
}

/// Everything that was said.
#[derive(Debug, Clone, Default)]
pub(super) struct History {
    pub(super) rules: Arc<Playbook>,
    pub(super) cases: BTreeMap<CaseId, Vec<Moved>>,
    pub(super) tickets: BTreeMap<TicketId, Vec<(Timestamp, Arc<Ticket>)>>,
    pub(super) units: Vec<(Timestamp, Unit)>,
    /// Cases that left, with their place among all changes.
    pub(super) left: BTreeMap<CaseId, (usize, Timestamp)>,
    pub(super) now: Timestamp,
}

impl History {
    /// What a journal tells; `seen` is given each entry's changes as a processor publishes them.
    pub(super) fn of(journal: &Journal, mut seen: impl FnMut(&ChangeRange)) -> Self {
        let mut situation = Situation::new(PARTITION);
        let mut effects = Effects::default();
        let mut history = Self::default();
        let (mut order, mut from) = (0, Position::START);
        for (index, (at, entry)) in journal.iter().enumerate() {
            let (position, _) = place(index, *at);
            apply(&mut situation, &mut effects, (position, *at), entry.clone());
            history.now = situation.now();
            for change in &effects.changes {
                order += 1;
                history.hear(order, change);
            }
            seen(&range((from, position), *at, &effects.changes));
            from = position;
        }
        history
    }

    fn hear(&mut self, order: usize, change: &Change) {
        let now = self.now;
        match change {
            Change::CaseMoved { case, step } if step.what != Happened::Restated => {
                let (at, what) = (step.at, step.what.clone());
                let moved = Moved { order, at, row: Arc::clone(case), what };
                self.cases.entry(case.id).or_default().push(moved);
            }
            Change::TicketMoved { ticket } => {
                self.tickets.entry(ticket.id).or_default().push((now, Arc::clone(ticket)));
            }
            Change::UnitMoved { unit } => self.units.push((now, Unit::clone(unit))),
            Change::CaseArchived { case } => {
                self.left.insert(*case, (order, now));
            }
            Change::PlaybookAdopted { playbook } => self.rules = Arc::clone(playbook),
            _ => {}
        }
    }

    /// What was known before `end`.
    pub(super) fn before(&self, end: Timestamp) -> Self {
        let mut history = self.clone();
        for moves in history.cases.values_mut() {
            moves.retain(|moved| moved.at < end);
        }
        for rows in history.tickets.values_mut() {
            rows.retain(|(at, _)| *at < end);
        }
        history.cases.retain(|_, moves| !moves.is_empty());
        history.tickets.retain(|_, rows| !rows.is_empty());
        history.units.retain(|(at, _)| *at < end);
        history.left.retain(|_, (_, at)| *at < end);
        history.now = end;
        history
    }
}

fn range((from, to): (Position, Position), at: Timestamp, changes: &[Change]) -> ChangeRange {
    let place = |(index, change): (usize, &Change)| Placed {
        position: to,
        at,
        index: u32::try_from(index).unwrap(),
        change: change.clone(),
    };
    ChangeRange {
        partition: PARTITION,
        epoch: Epoch(1),
        from,
        to,
        at,
        speaker: 1,
        core: 1,
        digest: Digest::default(),
        elsewhere: false,
        changes: changes.iter().enumerate().map(place).collect(),
        orders: Vec::new(),
    }
}

/// Folds a range that must be taken.
pub(super) fn fold(picture: &mut Picture, range: &ChangeRange) {
    assert_eq!(picture.fold(range), Folded::Taken);
}
