//! Saying every row again: for a new picture format, or a repair.

use std::sync::Arc;

use crate::domain::{Change, Happened};

use super::effects::step;
use super::why::Why;
use super::{Effects, Situation};

/// Says every row again; a watcher that begins here misses nothing.
pub(super) fn restate(situation: &mut Situation, effects: &mut Effects) {
    let why = Why::of_time(situation.now);
    effects.change(Change::Restated);
    effects.change(Change::CoreSet { core: situation.core });
    effects.change(Change::PlaybookAdopted { playbook: Arc::clone(&situation.playbook) });
    if let Some(proposal) = &situation.proposal {
        effects.change(Change::PlaybookProposed { proposal: Arc::clone(proposal) });
    }
    for (register, sheets) in &situation.registers {
        let sheets = Box::new(sheets.clone());
        effects.change(Change::RegisterMoved { register: *register, sheets });
    }
    for unit in situation.units.values() {
        effects.change(Change::UnitMoved { unit: Box::new(unit.clone()) });
    }
    for dossier in situation.cases.values() {
        let case = Arc::clone(&dossier.row);
        effects.change(Change::CaseMoved { case, step: step(why, Happened::Restated) });
    }
    for ticket in situation.tickets.values() {
        effects.change(Change::TicketMoved { ticket: Arc::clone(ticket) });
    }
    situation.count.say(effects);
}
