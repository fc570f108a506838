//! The law: after each entry the core's clocks stand where the clerk's do.

use std::collections::BTreeMap;

use liandong::domain::time::MINUTE_MS;
use liandong::domain::trade::{ClockMark, Urgency};
use liandong::domain::{
    Case, CaseId, CaseState, Change, Channel, Entry, Happened, OrgCode, Outcome, Point, ReasonCode,
    Reply, Role, StageClock, Timestamp, Verb,
};
use liandong::situation::invariants;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::city::{City, cities};
use super::clerk::{Clerk, Deed, time_of};
use super::slow::Slow;
use crate::small_city::{self, Core, DAWN};

/// How long until the next entry, whether a tick comes first, and dice.
type Turn = (i64, bool, u64);

/// The core with the case, beside its clerk.
struct Desk<'a> {
    core: Core,
    clerk: Clerk<'a>,
    case: CaseId,
    commands: u128,
    /// How often each was done and each mark was told.
    done: BTreeMap<String, u32>,
}

impl<'a> Desk<'a> {
    fn open(city: &'a City, minutes: i64) -> Self {
        let mut core = Core::at_dawn();
        core.apply(Entry::Adopt(Box::new(city.rules())));
        core.now = DAWN.plus_ms(minutes * MINUTE_MS + 1_234);
        let at = Point { x_dm: 0, y_dm: 0 };
        let item = Some(small_city::item("G01001"));
        core.apply(Entry::Signal(Box::new(small_city::signal(1, Channel::Hotline, item, at))));
        let case = core.situation.cases().next().unwrap().id;
        let clerk = Clerk::reported(city, core.now);
        let desk = Self { core, clerk, case, commands: 0, done: BTreeMap::new() };
        desk.agrees();
        desk
    }

    fn row(&self) -> &Case {
        self.core.situation.case(self.case).unwrap()
    }

    fn turn(&mut self, (minutes, ticks, dice): Turn) {
        self.core.now = self.core.now.plus_ms(minutes * MINUTE_MS + 1);
        if ticks {
            self.tick();
        }
        // What may be asked, mostly; now and then what may not.
        let now = self.core.now;
        let mut deeds = deeds(dice).to_vec();
        if dice % 8 != 0 {
            deeds.retain(|deed| self.clerk.may(*deed, now));
        }
        let deed = deeds[usize::try_from(dice / 8).unwrap() % deeds.len()];
        let may = self.clerk.may(deed, now);
        let answer = self.ask(deed);
        assert_eq!(answer == Outcome::Changed, may, "{deed:?}: {answer:?} of {:?}", self.row());
        if may {
            self.clerk.hear(deed, self.core.now);
            *self.done.entry(name(deed)).or_default() += 1;
        }
        self.agrees();
    }

    fn tick(&mut self) {
        let now = self.core.now;
        let effects = self.core.apply(Entry::Tick);
        let steps = effects.changes.iter().filter_map(|change| match change {
            Change::CaseMoved { step, .. } => Some(&step.what),
            _ => None,
        });
        let (mut stage, mut behind) = (Vec::new(), Vec::new());
        for what in steps {
            match what {
                Happened::Overdue => stage.push(ClockMark::Overdue),
                Happened::Marked { mark } => stage.push(*mark),
                Happened::MarkedBehind { mark } => behind.push(*mark),
                _ => {}
            }
        }
        for mark in &behind {
            *self.done.entry(format!("{mark:?} behind")).or_default() += 1;
        }
        for mark in &stage {
            *self.done.entry(format!("{mark:?}")).or_default() += 1;
        }
        assert_eq!((stage, behind), self.clerk.tick(now), "told at {now} of {:?}", self.row());
        self.agrees();
    }

    fn ask(&mut self, deed: Deed) -> Outcome {
        let (role, org, verb) = self.verb(deed);
        self.commands += 1;
        let command = small_city::command(self.commands, small_city::actor(role, &org), verb);
        let effects = self.core.apply(Entry::Command(Box::new(command)));
        match effects.changes.last() {
            Some(Change::CommandAnswered { outcome, .. }) => *outcome,
            other => panic!("no answer but {other:?}"),
        }
    }

    fn verb(&self, deed: Deed) -> (Role, String, Verb) {
        let (case, reason) = (self.case, ReasonCode::NotDone);
        let lead = self.row().lead.as_ref().map_or("CG", |lead| &lead.0).to_owned();
        let centre = |role, verb| (role, "CENTRE".to_owned(), verb);
        match deed {
            Deed::AskVerify => centre(Role::Receiver, Verb::AskVerify { case }),
            Deed::VerifyYes => centre(Role::GridWorker, Verb::VerifyYes { case }),
            Deed::File => centre(Role::Receiver, Verb::File { case, item: None }),
            Deed::Dispatch => {
                let (lead, assists, units) = (Some(OrgCode("CG".into())), [].into(), [].into());
                centre(Role::Dispatcher, Verb::Dispatch { case, lead, assists, units })
            }
            Deed::Accept => (Role::Handler, lead, Verb::Accept { case }),
            Deed::Return => (Role::Handler, lead, Verb::Return { case, reason }),
            Deed::Reassign => {
                let lead = OrgCode(if lead == "CG" { "ZJ" } else { "CG" }.into());
                centre(Role::Dispatcher, Verb::Reassign { case, lead, reason })
            }
            Deed::Suspend { days } => {
                let review_at = self.core.now.plus_ms(days * 24 * 60 * MINUTE_MS);
                let second = "wang".to_owned();
                centre(Role::ShiftLeader, Verb::Suspend { case, reason, review_at, second })
            }
            Deed::Resume => centre(Role::ShiftLeader, Verb::Resume { case }),
            Deed::Extend { minutes } => {
                let until = self.clerk.until(minutes);
                (Role::Handler, lead, Verb::Extend { case, until, reason })
            }
            Deed::Allow => centre(Role::ShiftLeader, Verb::AllowExtension { case }),
            Deed::Deny => centre(Role::ShiftLeader, Verb::DenyExtension { case, reason }),
            Deed::Hurry(urgency) => {
                centre(Role::ShiftLeader, Verb::SetUrgency { case, urgency, reason })
            }
            Deed::Handled => (Role::Handler, lead, Verb::Handled { case, note: None }),
            Deed::CheckFail => centre(Role::Checker, Verb::CheckFail { case, reason }),
            Deed::Urge => centre(Role::Dispatcher, Verb::Urge { case }),
        }
    }

    /// The core stands where the clerk says.
    fn agrees(&self) {
        let (row, clerk, situation) = (self.row(), &self.clerk, &self.core.situation);
        let sound = invariants::check(situation);
        assert!(sound.is_ok(), "{sound:?}");
        assert_eq!(row.state, clerk.state);
        assert_eq!(row.extension.as_ref().map(|wish| wish.until), clerk.wish, "{row:?}");
        self.alike(&row.clock.unwrap(), &clerk.clock, true);
        assert_eq!(row.behind.is_some(), clerk.behind.is_some(), "{row:?}");
        if let (Some(row), Some(slow)) = (row.behind.as_deref(), &clerk.behind) {
            self.alike(&row.clock, slow, clerk.state != CaseState::Suspended);
        }
        let ticket = situation.ticket(situation.tickets_of(self.case)[0]).unwrap();
        let (due, overdue) = (clerk.reply_due, clerk.reply_late);
        assert_eq!(ticket.reply, Reply::Owed { due, overdue }, "nothing moves a reply's clock");
    }

    /// A clock is due when the clerk's is, has told as much, and will tell the rest then.
    fn alike(&self, clock: &StageClock, slow: &Slow, runs: bool) {
        let told = format!("{clock:?} and {slow:?} of {:?} in {:?}", self.row(), self.clerk.city);
        assert_eq!(time_of(clock.unit), slow.time, "{told}");
        // Cut below what it had run before it stood still, it is late since before it went on.
        let since = slow.went_on();
        let due = if slow.cut { clock.due.max(since) } else { clock.due };
        let slow_due = if slow.cut { slow.due.max(since) } else { slow.due };
        assert_eq!((due, clock.mark), (slow_due, slow.told), "{told}");
        assert_eq!(clock.overdue, ClockMark::Overdue <= slow.told, "{told}");
        if !runs {
            assert_eq!(clock.next, None, "it stands still: {told}");
            return;
        }
        let rules = self.core.situation.playbook();
        let to_come = |mark: &ClockMark| slow.told < *mark;
        let found: BTreeMap<ClockMark, Timestamp> = ClockMark::ALL
            .into_iter()
            .filter(to_come)
            .filter_map(|mark| Some((mark, rules.mark_at(clock, mark)?.max(since))))
            .collect();
        let expected: BTreeMap<ClockMark, Timestamp> = slow
            .marks
            .iter()
            .filter(|(mark, _)| to_come(mark))
            .map(|(mark, at)| (*mark, (*at).max(since)))
            .collect();
        assert_eq!(found, expected, "{told}");
        assert_eq!(
            clock.next.map(|next| next.max(since)),
            expected.values().next().copied(),
            "{told}"
        );
    }
}

fn name(deed: Deed) -> String {
    let name = format!("{deed:?}");
    name.split_whitespace().next().unwrap().to_owned()
}

/// All that can be asked, with so much of it as the dice say.
fn deeds(dice: u64) -> [Deed; 16] {
    let amount = i64::try_from(dice / 1_000 % 997).unwrap();
    let urgency = [Urgency::Normal, Urgency::Urgent, Urgency::VeryUrgent];
    [
        Deed::AskVerify,
        Deed::VerifyYes,
        Deed::File,
        Deed::Dispatch,
        Deed::Accept,
        Deed::Return,
        Deed::Reassign,
        Deed::Suspend { days: 1 + amount % 9 },
        Deed::Resume,
        Deed::Extend { minutes: 1 + amount * 3 },
        Deed::Allow,
        Deed::Deny,
        Deed::Hurry(urgency[usize::try_from(amount).unwrap() % 3]),
        Deed::Handled,
        Deed::CheckFail,
        Deed::Urge,
    ]
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let minutes = prop_oneof![
        24 => 0..20_i64,
        6 => 20..300_i64,
        2 => 300..3_000_i64,
        1 => 3_000..12_000_i64
    ];
    prop::collection::vec((minutes, prop::bool::weighted(0.7), any::<u64>()), 1..150)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn clocks_stand_after_each_entry_where_counting_minutes_puts_them(
        city in cities(),
        minutes in 0..30_000_i64,
        turns in turns(),
    ) {
        let mut desk = Desk::open(&city, minutes);
        for turn in turns {
            desk.turn(turn);
        }
    }
}

/// The random lives must come to what the law is about.
#[test]
fn random_clocks_are_paused_extended_hurried_reworked_and_late() {
    let mut runner = TestRunner::deterministic();
    let mut done = BTreeMap::<String, u32>::new();
    for _ in 0..64 {
        let city = cities().new_tree(&mut runner).unwrap().current();
        let mut desk = Desk::open(&city, 0);
        for turn in turns().new_tree(&mut runner).unwrap().current() {
            desk.turn(turn);
        }
        for (what, count) in desk.done {
            *done.entry(what).or_default() += count;
        }
    }
    let seldom: Vec<_> = [
        "AskVerify",
        "VerifyYes",
        "File",
        "Dispatch",
        "Accept",
        "Return",
        "Reassign",
        "Suspend",
        "Resume",
        "Extend",
        "Allow",
        "Deny",
        "Handled",
        "CheckFail",
        "Noted",
        "Warned",
        "Overdue",
        "Yellow",
        "Red",
        "Noted behind",
        "Warned behind",
        "Overdue behind",
        "Yellow behind",
        "Red behind",
    ]
    .into_iter()
    .filter(|what| done.get(*what).copied().unwrap_or(0) == 0)
    .collect();
    assert!(seldom.is_empty(), "{seldom:?} of {done:?}");
}
