//! Figures as cities print them, counted from entries; and those whose facts nothing brings yet.

use std::collections::BTreeMap;

use liandong::domain::time::{HOUR_MS, MINUTE_MS};
use liandong::domain::{
    CaseId, Channel, Entry, KindCode, OrgCode, Place, Point, Role, Signal, StepCode, Timestamp,
    Verb,
};
use liandong::picture::Picture;
use liandong::picture::figures::{
    Asked, By, FIGURES, Fact, Gauge, Key, Month, Sums, Unit, Value, Weights, Window, figure, value,
};
use liandong::situation::CORE;

use super::city;
use super::clerk::{Journal, PARTITION};
use super::history::{History, fold};
use crate::small_city::{self, DAWN};

/// Who writes a journal of many like cases.
struct Writer {
    journal: Journal,
    now: Timestamp,
}

impl Writer {
    fn new() -> Self {
        let mut writer = Self { journal: Vec::new(), now: DAWN };
        writer.take(Entry::Core(CORE));
        writer.take(Entry::Adopt(Box::new(city::rules(1))));
        writer
    }

    fn take(&mut self, entry: Entry) {
        self.journal.push((self.now, entry));
    }

    fn ask(&mut self, role: Role, org: &str, verb: Verb) {
        let id = u128::try_from(self.journal.len()).unwrap();
        let command = small_city::command(id, small_city::actor(role, org), verb);
        self.take(Entry::Command(Box::new(command)));
    }

    /// Reports `count` matters of `item`, too far apart to be one.
    fn report(&mut self, count: u64, item: &str) {
        for number in 0..count {
            let far = i32::try_from(number).unwrap() * 20_000;
            let at = Point { x_dm: far % 2_000_000, y_dm: far / 2_000_000 * 20_000 };
            let source = u128::from(number) + 1;
            let item = Some(small_city::item(item));
            let signal = small_city::signal(source, Channel::Hotline, item, at);
            self.take(Entry::Signal(Box::new(Signal { owes_reply: false, ..signal })));
        }
    }

    fn picture(&self) -> Picture {
        let mut picture = Picture::default();
        History::of(&self.journal, |range| fold(&mut picture, range));
        picture
    }
}

fn case(number: u64) -> CaseId {
    CaseId { partition: PARTITION, number }
}

fn of_all(picture: &Picture) -> Sums {
    let rows = picture.rows(PARTITION).unwrap();
    let (window, by) = (Window::ThisMonth, By::All);
    let asked = Asked { window, by, place: None, org: None, closed: true };
    let mut sums = BTreeMap::new();
    rows.figures.add_rows(&rows.playbook, &asked, &mut sums);
    sums.remove(&Key::All).unwrap()
}

fn told(id: &str, sums: &Sums) -> Value {
    value(figure(id).unwrap(), sums, &Weights::default())
}

fn shown(n: i64, d: i64, scaled: i64) -> Value {
    Value { n, d, scaled: Some(scaled), hidden: false }
}

/// 天门: 972 应结案, 911 结案, 737 按期 → 93.72 % and 75.82 %.
#[test]
fn tianmen_is_counted_as_it_printed_it() {
    let mut writer = Writer::new();
    writer.report(972, "G01001");
    let lead = Some(OrgCode("X".into()));
    for number in 1..=972 {
        let case = case(number);
        writer.ask(Role::Receiver, "CENTRE", Verb::File { case, item: None });
        let (lead, assists, units) = (lead.clone(), [].into(), [].into());
        let dispatch = Verb::Dispatch { case, lead, assists, units };
        writer.ask(Role::Dispatcher, "CENTRE", dispatch);
        writer.ask(Role::Handler, "X", Verb::Accept { case });
    }
    let close = |writer: &mut Writer, cases: std::ops::RangeInclusive<u64>| {
        for number in cases {
            let case = case(number);
            writer.ask(Role::Handler, "X", Verb::Handled { case, note: None });
            writer.ask(Role::Checker, "CENTRE", Verb::CheckPass { case });
        }
    };
    writer.now = writer.now.plus_ms(20 * HOUR_MS);
    close(&mut writer, 1..=737);
    writer.now = writer.now.plus_ms(5 * HOUR_MS);
    close(&mut writer, 738..=911);
    writer.now = writer.now.plus_ms(MINUTE_MS);
    writer.take(Entry::Tick);

    let sums = of_all(&writer.picture());
    assert_eq!(told("K15", &sums), shown(911, 972, 9_372));
    assert_eq!(told("K16", &sums), shown(737, 972, 7_582));
    assert_eq!(told("K12", &sums), shown(61, 972, 628));
    // 30 × .93724 + 20 × .75823 + 20 × 1 + 20 × .93724 + 10 × 1
    assert_eq!(told("K18", &sums).scaled, Some(920_267));
}

/// 辽阳: 化解 5049 of 5188 → 97.3 %.
#[test]
fn settled_disputes_are_counted_as_liaoyang_printed_them() {
    let mut writer = Writer::new();
    writer.report(5_188, "G08001");
    for number in 1..=5_188 {
        let case = case(number);
        writer.ask(Role::Mediator, "X", Verb::GradeColour { case, colour: 2 });
        writer.ask(Role::Mediator, "X", Verb::File { case, item: None });
        let (lead, assists, units) = (Some(OrgCode("X".into())), [].into(), [].into());
        writer.ask(Role::Mediator, "X", Verb::Dispatch { case, lead, assists, units });
        writer.ask(Role::Handler, "X", Verb::Accept { case });
        if number <= 5_049 {
            let step = StepCode::of("sign");
            let sign = Verb::Advance { case, step, reason: None, note: None };
            writer.ask(Role::Handler, "X", sign);
        }
    }
    let picture = writer.picture();
    assert_eq!(told("K31", &of_all(&picture)), shown(5_049, 5_188, 9_732));
    let rows = picture.rows(PARTITION).unwrap();
    let (window, by) = (Window::Today, By::All);
    let asked = Asked { window, by, place: None, org: None, closed: false };
    let mut sums = BTreeMap::new();
    rows.figures.add_rows(&rows.playbook, &asked, &mut sums);
    assert_eq!(sums.remove(&Key::All), Some(Sums::default()), "a closed room is no desk's");
}

#[test]
fn what_nothing_brings_yet_is_counted_from_entries_by_hand() {
    let mut sums = Sums::default();
    for (fact, count) in [
        (Fact::CallsOffered, 1_000),
        (Fact::CallsAnswered, 963),
        (Fact::CallsAnsweredSoon, 951),
        (Fact::FieldsAsked, 1_356),
        (Fact::FieldsFilled, 1_017),
        (Fact::OrderSent, 40),
        (Fact::OrderShown, 38),
    ] {
        sums.add_fact(fact, count);
    }
    sums.add_gauge(Gauge::CamerasRegistered, 2_000);
    sums.add_gauge(Gauge::CamerasOnline, 1_902);
    let waiting: Vec<_> = FIGURES.iter().filter(|it| it.pending.is_some()).collect();
    let values: Vec<_> =
        waiting.iter().map(|it| (it.id, told(it.id, &sums).scaled.unwrap())).collect();
    let expected =
        [("K23", 9_630), ("K23.soon", 9_510), ("K42", 9_500), ("K44", 9_510), ("K47", 7_500)];
    assert_eq!(values, expected);
}

#[test]
fn a_share_of_fewer_than_five_is_hidden() {
    let mut sums = Sums::default();
    sums.add_fact(Fact::Visited, 4);
    sums.add_fact(Fact::Solved, 4);
    assert_eq!(told("K20", &sums), Value { n: 4, d: 4, scaled: None, hidden: true });
    sums.add_fact(Fact::Visited, 1);
    assert_eq!(told("K20", &sums), shown(4, 5, 8_000));
    // A score of which one part is of too few is hidden with it.
    sums.add_fact(Fact::Contacted, 50);
    assert!(told("K22", &sums).hidden);
    sums.add_fact(Fact::ContactedInTime, 45);
    sums.add_fact(Fact::Answered, 8);
    sums.add_fact(Fact::Satisfied, 6);
    // 30 × .9 + 35 × .8 + 35 × .75
    assert_eq!(told("K22", &sums).scaled, Some(812_500));
}

#[test]
fn every_number_has_its_figure() {
    for number in 1..=51 {
        let id = format!("K{number:02}");
        let parts = FIGURES.iter().filter(|it| it.id.split('.').next() == Some(id.as_str()));
        assert_ne!(parts.count(), 0, "{id}");
    }
    let ids: std::collections::BTreeSet<_> = FIGURES.iter().map(|it| it.id).collect();
    assert_eq!(ids.len(), FIGURES.len());
    for figure in FIGURES {
        let share = matches!(figure.how.unit(), Unit::Share | Unit::Each | Unit::PointsOfFive);
        assert!(!share || !(figure.n.is_empty() || figure.d.is_empty()), "{}", figure.id);
        assert!(!figure.formula().is_empty());
    }
}

/// Somebody appeals for a case, and it is upheld.
fn appeal(writer: &mut Writer, about: CaseId, appeal: CaseId) {
    let kind = KindCode::of("appeal");
    let (place, orgs) = (Place::default(), [].into());
    let about = Some(about);
    writer.ask(Role::Handler, "X", Verb::Open { kind, item: None, place, orgs, note: None, about });
    for step in ["review", "uphold"] {
        let step = StepCode::of(step);
        let verb = Verb::Advance { case: appeal, step, reason: None, note: None };
        writer.ask(Role::Supervisor, "CENTRE", verb);
    }
}

#[test]
fn an_appeal_moves_a_month_that_is_over_until_it_is_frozen() {
    let mut writer = Writer::new();
    writer.report(6, "G01001");
    let september: Month = "2026-09".parse().unwrap();
    let opened = |writer: &Writer| {
        let picture = writer.picture();
        let rows = picture.rows(PARTITION).unwrap();
        let window = Window::Month(september);
        let asked = Asked { window, by: By::All, place: None, org: None, closed: true };
        let mut sums = BTreeMap::new();
        rows.figures.add_rows(&rows.playbook, &asked, &mut sums);
        (sums[&Key::All].fact(Fact::Opened), rows.figures.is_frozen(september))
    };
    // The 6th of October: the month is over, and its figures are not frozen yet.
    writer.now = writer.now.plus_ms(15 * 24 * HOUR_MS);
    writer.take(Entry::Tick);
    assert_eq!(opened(&writer), (6, false));
    appeal(&mut writer, case(2), case(7));
    assert_eq!(opened(&writer), (5, false), "what the case did is no more counted");
    appeal(&mut writer, case(2), case(8));
    assert_eq!(opened(&writer), (5, false), "once");
    writer.now = writer.now.plus_ms(6 * 24 * HOUR_MS);
    writer.take(Entry::Tick);
    appeal(&mut writer, case(3), case(9));
    assert_eq!(opened(&writer), (5, true), "too late");
}
