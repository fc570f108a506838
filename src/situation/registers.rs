//! Registers 登记册: which sheets are in force, and what waits for a second person.
//!
//! **Invariant, two people.** A sheet is in force only when another account confirmed it than
//! proposed it, and an amendment only over the very sheet that it was made for.

use crate::domain::limits::SHEETS_MAX;
use crate::domain::{
    Change, Partition, RegisterSheets, SheetAct, SheetInForce, SheetProposed, SheetRefusal,
    SheetSaid,
};

use super::{Effects, Situation};

/// What is said of a sheet.
pub(super) fn consider(situation: &mut Situation, effects: &mut Effects, said: &SheetSaid) {
    let register = said.head.register;
    match moved(situation, said) {
        Ok(sheets) => {
            situation.registers.insert(register, sheets.clone());
            effects.change(Change::RegisterMoved { register, sheets: Box::new(sheets) });
        }
        Err(why) => {
            let (sheet, by) = (said.head.sheet, said.by.account.clone());
            effects.change(Change::SheetRefused { register, sheet, by, why });
        }
    }
}

/// What the register is once it is done.
fn moved(situation: &Situation, said: &SheetSaid) -> Result<RegisterSheets, SheetRefusal> {
    if situation.partition != Partition::CITY {
        return Err(SheetRefusal::NotTheCitys);
    }
    let known = situation.registers.get(&said.head.register).cloned().unwrap_or_default();
    match said.act {
        SheetAct::Propose => proposed(situation, known, said),
        SheetAct::Confirm => confirmed(situation, known, said),
        SheetAct::Withdraw => {
            waiting(&known, said)?;
            Ok(RegisterSheets { proposed: None, ..known })
        }
    }
}

fn proposed(
    situation: &Situation,
    known: RegisterSheets,
    said: &SheetSaid,
) -> Result<RegisterSheets, SheetRefusal> {
    follows_on(&known, said)?;
    let by = said.by.account.clone();
    let proposed = SheetProposed { head: said.head.clone(), by, at: situation.now };
    Ok(RegisterSheets { proposed: Some(proposed), ..known })
}

fn confirmed(
    situation: &Situation,
    known: RegisterSheets,
    said: &SheetSaid,
) -> Result<RegisterSheets, SheetRefusal> {
    let SheetProposed { head, by, .. } = waiting(&known, said)?.clone();
    if by == said.by.account {
        return Err(SheetRefusal::SamePerson);
    }
    follows_on(&known, said)?;

    let mut in_force = if head.over.is_some() { known.in_force } else { Vec::new() };
    let confirmed_by = said.by.account.clone();
    in_force.push(SheetInForce { head, proposed_by: by, confirmed_by, at: situation.now });
    Ok(RegisterSheets { in_force, proposed: None })
}

/// What is proposed, where it is the sheet that is spoken of.
fn waiting<'a>(
    known: &'a RegisterSheets,
    said: &SheetSaid,
) -> Result<&'a SheetProposed, SheetRefusal> {
    let proposed = known.proposed.as_ref().filter(|proposed| proposed.head == said.head);
    proposed.ok_or(SheetRefusal::NotProposed)
}

/// Whether the sheet may follow on what is in force now.
fn follows_on(known: &RegisterSheets, said: &SheetSaid) -> Result<(), SheetRefusal> {
    if known.in_force.iter().any(|sheet| sheet.head.sheet == said.head.sheet) {
        return Err(SheetRefusal::InForceAlready);
    }
    if said.head.over.is_none() {
        return Ok(());
    }
    if said.head.over != known.newest() {
        return Err(SheetRefusal::AmendsAnother);
    }
    if SHEETS_MAX <= known.in_force.len() {
        return Err(SheetRefusal::TooManyAmendments);
    }
    Ok(())
}
