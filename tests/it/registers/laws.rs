//! What the core makes of what is said of sheets.

use liandong::domain::{
    Actor, Change, Entry, OrgCode, Partition, Position, Register, Registers, Role, SheetAct,
    SheetHead, SheetId, SheetRefusal, SheetSaid,
};
use liandong::situation::{Effects, Situation, apply};

use crate::small_city::DAWN;

struct City {
    situation: Situation,
    effects: Effects,
    registers: Registers,
}

impl City {
    fn of(partition: Partition) -> Self {
        let (situation, effects) = (Situation::new(partition), Effects::default());
        Self { situation, effects, registers: Registers::new() }
    }

    /// What is made of it: done, or why not.
    fn say(&mut self, account: &str, head: &SheetHead, act: SheetAct) -> Option<SheetRefusal> {
        let org = OrgCode("ZHZX".to_owned());
        let by = Actor { account: account.to_owned(), role: Role::Configurer, org };
        let entry = Entry::Sheet(Box::new(SheetSaid { head: head.clone(), by, act }));
        let next = Position::new(self.situation.position().offset + 1, 0);
        apply(&mut self.situation, &mut self.effects, (next, DAWN), entry);
        match &self.effects.changes[..] {
            [Change::RegisterMoved { register, sheets }] => {
                self.registers.insert(*register, (**sheets).clone());
                None
            }
            [Change::SheetRefused { why, by, .. }] => {
                assert_eq!(by, account);
                Some(*why)
            }
            other => panic!("{other:?}"),
        }
    }

    /// Proposed by one and confirmed by another.
    fn agree(&mut self, head: &SheetHead) {
        assert_eq!(self.say("a", head, SheetAct::Propose), None);
        assert_eq!(self.say("b", head, SheetAct::Confirm), None);
    }

    fn in_force(&self) -> Vec<u128> {
        let sheets = &self.registers[&Register::Asset];
        sheets.in_force.iter().map(|sheet| sheet.head.sheet.0).collect()
    }
}

fn sheet(number: u128, over: Option<u128>) -> SheetHead {
    let (register, sheet, over) = (Register::Asset, SheetId(number), over.map(SheetId));
    SheetHead { register, sheet, over, rows: 1, gone: 0 }
}

#[test]
fn nobody_confirms_what_he_proposed_or_what_is_not_proposed() {
    let mut city = City::of(Partition::CITY);
    let first = sheet(1, None);
    assert_eq!(city.say("b", &first, SheetAct::Confirm), Some(SheetRefusal::NotProposed));
    assert_eq!(city.say("a", &first, SheetAct::Propose), None);
    assert_eq!(city.say("a", &first, SheetAct::Confirm), Some(SheetRefusal::SamePerson));
    assert_eq!(city.in_force(), [0; 0], "a proposal is no more than that");
    let other = sheet(2, None);
    assert_eq!(city.say("b", &other, SheetAct::Confirm), Some(SheetRefusal::NotProposed));
    assert_eq!(city.say("b", &first, SheetAct::Confirm), None);
    assert_eq!(city.in_force(), [1]);
    assert_eq!(city.say("b", &first, SheetAct::Confirm), Some(SheetRefusal::NotProposed));
    assert_eq!(city.say("a", &first, SheetAct::Propose), Some(SheetRefusal::InForceAlready));
    assert_eq!(city.say("a", &other, SheetAct::Propose), None);
    assert_eq!(city.say("c", &other, SheetAct::Withdraw), None);
    assert_eq!(city.say("b", &other, SheetAct::Confirm), Some(SheetRefusal::NotProposed));
    let elsewhere = City::of(Partition(1)).say("a", &first, SheetAct::Propose);
    assert_eq!(elsewhere, Some(SheetRefusal::NotTheCitys));
}

#[test]
fn an_amendment_is_of_the_sheet_that_it_was_made_for_and_of_no_other() {
    let mut city = City::of(Partition::CITY);
    assert_eq!(
        city.say("a", &sheet(2, Some(1)), SheetAct::Propose),
        Some(SheetRefusal::AmendsAnother)
    );
    city.agree(&sheet(1, None));
    city.agree(&sheet(2, Some(1)));
    assert_eq!(city.in_force(), [1, 2]);
    let late = sheet(4, Some(1));
    assert_eq!(city.say("a", &late, SheetAct::Propose), Some(SheetRefusal::AmendsAnother));
    city.agree(&sheet(5, None));
    assert_eq!(city.in_force(), [5], "a whole sheet takes the place of all");
    let mut last = 5;
    for number in 6..69 {
        city.agree(&sheet(number, Some(last)));
        last = number;
    }
    let more = city.say("a", &sheet(99, Some(last)), SheetAct::Propose);
    assert_eq!(more, Some(SheetRefusal::TooManyAmendments));
}

#[test]
fn what_is_said_again_is_what_was_said() {
    let mut city = City::of(Partition::CITY);
    city.agree(&sheet(1, None));
    assert_eq!(city.say("a", &sheet(2, Some(1)), SheetAct::Propose), None);
    let next = Position::new(city.situation.position().offset + 1, 0);
    apply(&mut city.situation, &mut city.effects, (next, DAWN), Entry::Restate);
    let said = city.effects.changes.iter().find_map(|change| match change {
        Change::RegisterMoved { register, sheets } => Some((*register, (**sheets).clone())),
        _ => None,
    });
    let (register, sheets) = said.unwrap();
    assert_eq!(Some(&sheets), city.registers.get(&register));
    assert!(sheets.proposed.is_some() && sheets.in_force.len() == 1);
}
