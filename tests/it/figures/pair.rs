//! Two partitions and the real step between them: what one hands over the other has once, however
//! late, and however often it is told.

use std::collections::{BTreeMap, BTreeSet};

use liandong::domain::{
    Case, CaseId, CaseState, Change, ChangeRange, Entry, Happened, Partition, Placed, Position,
    Reply, SourceKey, Ticket, TicketId,
};
use liandong::journal::{Journal as _, MemoryJournal, Topic};
use liandong::outbound::{Cursor, next_crossings};
use liandong::situation::{Effects, Situation, apply, invariants};
use liandong::telemetry::Clock;
use liandong::wire::change_v1;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::clerk::{Clerk, PARTITION, Turn, place, turn};
use crate::small_city::DAWN;

const SIDES: [Partition; 2] = [PARTITION, Partition(4)];
/// Entries of both journals together.
const ENTRIES: usize = 3_000;

/// Both sides, and what goes between them.
struct Pair<'a> {
    clerks: [Clerk<'a>; 2],
    /// How much of each journal was published.
    published: [usize; 2],
    changes: MemoryJournal,
    cursors: BTreeMap<Partition, Cursor>,
    seen: Seen,
}

/// What both sides have said.
#[derive(Default)]
struct Seen {
    cases: BTreeMap<CaseId, Case>,
    tickets: BTreeMap<TicketId, Ticket>,
    /// What each case became that arrived.
    arrived: BTreeMap<CaseId, CaseId>,
    /// Who is owed a reply, unless it is taken back.
    owed: BTreeSet<SourceKey>,
    told_again: u32,
}

impl Seen {
    fn hear(&mut self, change: &Change) {
        match change {
            Change::CaseMoved { case, step } => {
                self.cases.insert(case.id, Case::clone(case));
                if let Happened::Arrived { from } = step.what {
                    let before = self.arrived.insert(from, case.id);
                    assert_eq!(before, None, "{from} arrived twice");
                }
            }
            Change::TicketMoved { ticket } => {
                if matches!(ticket.reply, Reply::Owed { .. }) {
                    self.owed.insert(ticket.source);
                }
                if ticket.withdrawn {
                    self.owed.remove(&ticket.source);
                }
                self.tickets.insert(ticket.id, Ticket::clone(ticket));
            }
            _ => {}
        }
    }

    /// A case that arrived is on its way still, for who sent it, or is handed over to just that;
    /// and what is handed over has arrived. So one side has it in charge, and one only.
    fn one_has_it(&self) {
        for (from, became) in &self.arrived {
            let row = &self.cases[from];
            let handed = row.state == CaseState::HandedOver && row.handed_to == Some(*became);
            let on_its_way = row.handover == Some(became.partition) && !row.state.is_ended();
            assert!(handed || on_its_way, "{from} is in charge beside {became}: {row:?}");
        }
        for row in self.cases.values() {
            let Some(to) = row.handed_to else { continue };
            assert_eq!(self.arrived.get(&row.id), Some(&to), "{row:?}");
        }
    }

    /// At the end nothing is on its way, and each who is owed a reply is owed it by one side, or
    /// was given it; what was given before it left both sides tell alike.
    fn all_is_there(&self) {
        let waits = |row: &&Case| row.handover.is_some();
        assert_eq!(self.cases.values().find(waits), None, "all was told");
        let mut owing: BTreeMap<SourceKey, BTreeSet<Reply>> = BTreeMap::new();
        for ticket in self.tickets.values().filter(|ticket| ticket.reply != Reply::NotOwed) {
            let replies = owing.entry(ticket.source).or_default();
            let owed = matches!(ticket.reply, Reply::Owed { .. });
            assert!(replies.insert(ticket.reply) || !owed, "{ticket:?} is owed twice");
        }
        for source in &self.owed {
            let replies = owing.get(source).map_or(0, BTreeSet::len);
            assert_eq!(replies, 1, "{source:?}: {:?}", owing.get(source));
        }
    }
}

impl Pair<'_> {
    /// One of both takes its turn; now and then what was said is carried over.
    fn turn(&mut self, (minutes, dice): Turn) {
        let side = usize::from(dice % 2 == 1);
        let now = self.clerks[0].now.max(self.clerks[1].now);
        self.clerks[side].now = now;
        self.clerks[side].turn((minutes, dice / 64));
        self.publish(side);
        if dice / 2 % 16 == 0 {
            self.carry(usize::from(dice / 32 % 2 == 1), dice / 64 % 3 != 0);
        }
    }

    /// Publishes what the newest entry of a side brought, and holds the law.
    fn publish(&mut self, side: usize) {
        let clerk = &self.clerks[side];
        let sound = invariants::check(&clerk.situation);
        assert!(sound.is_ok(), "after {:?}: {sound:?}", clerk.journal.last());
        let changes = &clerk.effects.changes;
        for change in changes {
            self.seen.hear(change);
        }
        self.seen.one_has_it();
        let index = clerk.journal.len() - 1;
        let (position, at) = place(index, clerk.now);
        let from = Position::new(u64::try_from(self.published[side]).unwrap(), 0);
        let placed = |(index, change): (usize, &Change)| Placed {
            position,
            at,
            index: u32::try_from(index).unwrap(),
            change: change.clone(),
        };
        let range = ChangeRange {
            partition: SIDES[side],
            epoch: self.changes.epoch(),
            from,
            to: position,
            at,
            speaker: 1,
            core: liandong::situation::CORE,
            digest: clerk.situation.digest(),
            elsewhere: changes.iter().any(Change::is_elsewhere),
            changes: changes.iter().enumerate().map(placed).collect(),
            orders: Vec::new(),
        };
        self.published[side] = index + 1;
        let bytes = vec![change_v1::encode(&range).unwrap()];
        self.changes.append(Topic::Changes, SIDES[side], bytes).durable_blocking().unwrap();
    }

    /// The real step: what a side said for the other becomes its entries; said again, where that
    /// it was carried is not `kept`.
    fn carry(&mut self, from: usize, kept: bool) -> bool {
        let partition = SIDES[from];
        let start = Cursor { epoch: self.changes.epoch(), ..Cursor::default() };
        let cursor = self.cursors.get(&partition).copied().unwrap_or(start);
        let all = SIDES.into();
        let Some(next) = next_crossings(&self.changes, (partition, &all), cursor).unwrap() else {
            return false;
        };
        for (to, entry) in next.entries {
            assert_eq!(to, SIDES[1 - from]);
            self.told((1 - from, entry));
        }
        if kept {
            self.cursors.insert(partition, next.after);
        }
        true
    }

    fn told(&mut self, (side, entry): (usize, Entry)) {
        if let Entry::Arrival(arrival) = &entry
            && self.seen.arrived.contains_key(&arrival.from)
        {
            self.seen.told_again += 1;
        }
        self.clerks[side].take(entry);
        self.publish(side);
    }

    /// Everything is carried over; then each journal told again gives what its clerk has.
    fn ends(&mut self) {
        while self.carry(0, true) || self.carry(1, true) {}
        self.seen.all_is_there();
        for (clerk, partition) in self.clerks.iter().zip(SIDES) {
            let (mut situation, mut effects) = (Situation::new(partition), Effects::default());
            for (index, (at, entry)) in clerk.journal.iter().enumerate() {
                apply(&mut situation, &mut effects, place(index, *at), entry.clone());
            }
            assert_eq!(situation.digest(), clerk.situation.digest());
            assert!(situation == clerk.situation);
        }
    }
}

/// What both said of these turns.
fn lived(turns: &[Turn]) -> Seen {
    let (mut one, mut other) = (|_: &_, _: &_, _: &_| {}, |_: &_, _: &_, _: &_| {});
    let [here, there] = SIDES;
    let mut pair = Pair {
        clerks: [
            Clerk::new((here, there), true, &mut one),
            Clerk::new((there, here), true, &mut other),
        ],
        published: [0, 0],
        changes: MemoryJournal::new(Clock::manual(DAWN)),
        cursors: BTreeMap::new(),
        seen: Seen::default(),
    };
    for turn in turns {
        pair.turn(*turn);
    }
    pair.ends();
    pair.seen
}

fn long() -> impl Strategy<Value = Vec<Turn>> {
    proptest::collection::vec(turn(), ENTRIES)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 6,
        max_shrink_iters: 16,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_handed_over_is_in_charge_of_one_side_and_arrives_once(turns in long()) {
        lived(&turns);
    }
}

/// The random journals must hand over, back and forth, and be told again.
#[test]
fn random_cases_cross_both_ways_and_are_told_twice() {
    let mut runner = TestRunner::deterministic();
    let (mut there, mut back, mut told_again) = (0, 0, 0);
    for _ in 0..4 {
        let seen = lived(&long().new_tree(&mut runner).unwrap().current());
        told_again += seen.told_again;
        let from = |side| seen.arrived.keys().filter(|from| from.partition == side).count();
        there += from(SIDES[0]);
        back += from(SIDES[1]);
    }
    assert!(9 < there && 9 < back && 9 < told_again, "{there} {back} {told_again}");
}
