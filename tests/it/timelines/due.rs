//! A due time that the source says: a stage whose limit is `signal.due` is due then, and only an
//! entry moves that.

use std::sync::LazyLock;

use liandong::domain::time::{DAY_MS, HOUR_MS};
use liandong::domain::{
    Arrival, Case, CaseId, CaseState, Channel, Entry, OrgCode, Partition, Place, Playbook, Point,
    Position, Purpose, ReasonCode, Role, Severity, Signal, StageClock, TicketId, Timestamp, Verb,
};
use liandong::situation::{CORE, Effects, Situation, apply};
use liandong::tools::timelines::Played;

use super::played;
use crate::small_city::{self, DAWN};

const PARTITION: Partition = Partition(1);
/// A street light that is out.
const ITEM: &str = "B00116";

static RULES: LazyLock<Playbook> =
    LazyLock::new(|| Playbook::clone(&played::rules(Played::City311).playbook));

/// A room of the rules of `city311`.
struct Desk {
    situation: Situation,
    effects: Effects,
    now: Timestamp,
}

impl Desk {
    fn open() -> Self {
        let (situation, effects) = (Situation::new(PARTITION), Effects::default());
        let mut desk = Self { situation, effects, now: DAWN };
        desk.take(Entry::Core(CORE));
        desk.take(Entry::Adopt(Box::new(RULES.clone())));
        desk
    }

    fn take(&mut self, entry: Entry) {
        let at = self.situation.position().offset + 1;
        apply(&mut self.situation, &mut self.effects, (Position::new(at, 0), self.now), entry);
    }

    /// It is `ms` later, and a tick says so.
    fn later(&mut self, ms: i64) {
        self.now = self.now.plus_ms(ms);
        self.take(Entry::Tick);
    }

    /// Reports a matter that is due at `due`; its case is the newest.
    fn report(&mut self, due: Option<Timestamp>) -> CaseId {
        let source = u128::from(self.situation.position().offset);
        let at = Point { x_dm: 0, y_dm: 0 };
        let signal = small_city::signal(source, Channel::Grid, ITEM.parse().ok(), at);
        self.take(Entry::Signal(Box::new(Signal { due, ..signal })));
        self.situation.cases().map(|case| case.id).max().unwrap()
    }

    /// Asks, and it is done.
    fn ask(&mut self, role: Role, org: &str, verb: Verb) {
        let id = u128::from(self.situation.position().offset);
        let command = small_city::command(id, small_city::actor(role, org), verb);
        let before = self.situation.tally().commands_changed;
        self.take(Entry::Command(Box::new(command.clone())));
        assert_eq!(self.situation.tally().commands_changed, before + 1, "{command:?}");
    }

    /// Brings `case` to who does it.
    fn send(&mut self, case: CaseId) {
        let (lead, assists, units) = (Some(OrgCode("X".into())), [].into(), [].into());
        self.ask(Role::Receiver, "C", Verb::File { case, item: None });
        self.ask(Role::Dispatcher, "C", Verb::Dispatch { case, lead, assists, units });
        self.ask(Role::Handler, "X", Verb::Accept { case });
    }

    fn case(&self, case: CaseId) -> &Case {
        self.situation.case(case).unwrap()
    }

    fn clock(&self, case: CaseId) -> StageClock {
        self.case(case).clock.unwrap()
    }
}

#[test]
fn the_work_is_due_when_the_source_says_and_nothing_before_it_has_a_limit() {
    let mut desk = Desk::open();
    let due = DAWN.plus_ms(3 * DAY_MS);
    let case = desk.report(Some(due));
    assert_eq!((desk.case(case).promised, desk.case(case).clock), (Some(due), None));
    desk.later(HOUR_MS);
    desk.send(case);
    assert_eq!((desk.clock(case).since, desk.clock(case).due), (desk.now, due));

    desk.later(due.ms_since(desk.now));
    assert!(!desk.clock(case).overdue, "at its due millisecond it is in time");
    desk.later(1);
    assert!(desk.clock(case).overdue);
}

#[test]
fn without_a_due_time_it_is_never_late() {
    let mut desk = Desk::open();
    let case = desk.report(None);
    desk.send(case);
    desk.later(3_000 * DAY_MS);
    assert_eq!((desk.case(case).state, desk.case(case).clock), (CaseState::Handling, None));
}

#[test]
fn what_waits_comes_back_with_what_was_left_or_still_without_a_clock() {
    for (due, left) in [(Some(DAWN.plus_ms(5 * DAY_MS)), Some(4 * DAY_MS)), (None, None)] {
        let mut desk = Desk::open();
        let case = desk.report(due);
        desk.send(case);
        desk.later(DAY_MS);
        let (review_at, second) = (desk.now.plus_ms(30 * DAY_MS), "other".to_owned());
        let reason = ReasonCode::NotYetPossible;
        desk.ask(Role::ShiftLeader, "C", Verb::Suspend { case, reason, review_at, second });
        desk.later(20 * DAY_MS);
        desk.ask(Role::ShiftLeader, "C", Verb::Resume { case });
        let clock = desk.case(case).clock;
        assert_eq!(clock.map(|clock| clock.due.ms_since(desk.now)), left);
    }
}

#[test]
fn what_was_due_before_it_was_asked_is_late_at_the_next_tick() {
    let mut desk = Desk::open();
    let case = desk.report(Some(DAWN.plus_ms(-60_000)));
    desk.send(case);
    assert!(!desk.clock(case).overdue);
    desk.later(0);
    assert!(desk.clock(case).overdue);
    assert_eq!(desk.clock(case).due, DAWN.plus_ms(-60_000));
}

#[test]
fn rework_and_haste_do_not_move_it_and_more_time_does() {
    let mut desk = Desk::open();
    let due = DAWN.plus_ms(10 * DAY_MS);
    let case = desk.report(Some(due));
    desk.send(case);
    desk.later(DAY_MS);
    let (urgency, reason) = (liandong::domain::trade::Urgency::Urgent, ReasonCode::Emergency);
    desk.ask(Role::ShiftLeader, "C", Verb::SetUrgency { case, urgency, reason });
    assert_eq!(desk.clock(case).due, due);
    desk.ask(Role::Handler, "X", Verb::Handled { case, note: None });
    let reason = ReasonCode::NotDone;
    desk.ask(Role::Checker, "C", Verb::CheckFail { case, reason });
    assert_eq!((desk.clock(case).since, desk.clock(case).due), (desk.now, due));

    let until = due.plus_ms(DAY_MS);
    let reason = ReasonCode::NeedsTime;
    desk.ask(Role::Handler, "X", Verb::Extend { case, until, reason });
    assert_eq!(desk.clock(case).due, due, "asked for, not given");
    desk.ask(Role::ShiftLeader, "C", Verb::AllowExtension { case });
    assert_eq!(desk.clock(case).due, until);
}

#[test]
fn what_is_split_off_or_handed_over_keeps_the_earliest_of_its_tickets() {
    let mut desk = Desk::open();
    let dues = [9, 5, 7].map(|days| DAWN.plus_ms(days * DAY_MS));
    let cases = dues.map(|due| desk.report(Some(due)));
    for case in &cases[1..] {
        desk.ask(Role::Receiver, "C", Verb::Merge { case: *case, into: cases[0] });
    }
    assert_eq!(desk.case(cases[0]).promised, Some(dues[0]), "a merge moves no due time");
    let tickets = [2, 3].map(|number| TicketId { partition: PARTITION, number });
    desk.ask(Role::Receiver, "C", Verb::Split { case: cases[0], tickets: tickets.into() });
    let split = desk.situation.cases().map(|case| case.id).max().unwrap();
    assert_eq!(desk.case(split).promised, Some(dues[1]));

    let ticket = |id: TicketId| desk.situation.ticket(id).unwrap().clone();
    let row = desk.case(split).clone();
    let arrival = Arrival {
        from: CaseId { partition: Partition(2), number: 1 },
        to: PARTITION,
        position: Position::new(9, 0),
        kind: row.kind,
        item: row.item,
        place: Place::default(),
        severity: Severity::Blue,
        urgency: row.urgency,
        purpose: Purpose::Real,
        channel: row.channel,
        tickets: tickets.map(ticket).into(),
    };
    desk.take(Entry::Arrival(Box::new(arrival)));
    let arrived = desk.situation.cases().map(|case| case.id).max().unwrap();
    assert_ne!(arrived, split);
    assert_eq!(desk.case(arrived).promised, Some(dues[1]));
}
