//! What figures cost: entries a second through the core and the picture, and bytes of a month.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use clap::Args;
use liandong::config::{Layers, load};
use liandong::domain::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use liandong::domain::trade::Satisfaction;
use liandong::domain::{
    Actor, CaseId, Change, ChangeRange, Channel, Command, CommandId, Entry, Epoch, Evidence,
    GridCode, ItemCode, OrgCode, Partition, Place, Placed, Playbook, Point, Position, Purpose,
    Role, Signal, SignalKind, SourceKey, TicketId, Timestamp, Verb,
};
use liandong::picture::Picture;
use liandong::situation::{CORE, Effects, Situation, apply};
use liandong::telemetry::Stopwatch;
use serde_json::json;

use crate::{Failure, usage};

const PARTITION: Partition = Partition(1);
const BEGINS: Timestamp = Timestamp(1_790_000_000_000);
/// Sources of the reports that come later are numbered from here.
const REPORTED_AGAIN: u64 = 1 << 40;
const KINDS: [&str; 4] = ["city_event", "facility_fault", "safety_hazard", "service_request"];

/// How much of a city.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Cases a day.
    #[arg(long, default_value_t = 1_850)]
    cases_a_day: u64,
    /// Days.
    #[arg(long, default_value_t = 60)]
    days: u64,
    /// Of these, days before it is measured: a case stays 45 days, so from then on what leaves
    /// makes room for what comes.
    #[arg(long, default_value_t = 48)]
    warm_days: u64,
    /// Cases that are dispatched at the start and stay open.
    #[arg(long, default_value_t = 0)]
    open: u64,
    /// Grids they lie in.
    #[arg(long, default_value_t = 3_343)]
    grids: u64,
    /// Reports that come after all these days, 5,000 a second, each of a matter that is open since
    /// the start: with any, they alone are measured.
    #[arg(long, default_value_t = 0)]
    reports: u64,
    /// Passes of each sort; the best is told: what else the machine does only ever takes longer.
    #[arg(long, default_value = "4")]
    passes: NonZeroUsize,
}

impl Options {
    /// When the days are over.
    fn reports_begin(&self) -> Timestamp {
        BEGINS.plus_ms(2 * HOUR_MS + signed(self.days) * DAY_MS)
    }

    /// From when on it is measured.
    fn steady(&self) -> Timestamp {
        if self.reports == 0 {
            return BEGINS.plus_ms(HOUR_MS + signed(self.warm_days) * DAY_MS);
        }
        self.reports_begin()
    }
}

type Journal = Vec<(Timestamp, Entry)>;

/// Who writes the journal.
struct Writer<'a> {
    options: &'a Options,
    items: Vec<ItemCode>,
    due: BTreeMap<(Timestamp, u64), Entry>,
    number: u64,
    cases: u64,
    purpose: Purpose,
}

impl Writer<'_> {
    fn later(&mut self, at: Timestamp, entry: Entry) {
        self.number += 1;
        self.due.insert((at, self.number), entry);
    }

    fn ask(&mut self, at: Timestamp, (role, org): (Role, &str), verb: Verb) {
        let account = "load".to_owned();
        let actor = Actor { account, role, org: OrgCode(org.to_owned()) };
        // As pages make them: the moment first.
        let id = CommandId((u128::from(at.0.unsigned_abs()) << 80) + u128::from(self.number));
        let command = Command { id, actor, expected_version: None, verb, arrived_at: at };
        self.later(at, Entry::Command(Box::new(command)));
    }

    /// The report that is the source `source`, of the matter with `number`.
    fn report(&mut self, at: Timestamp, number: u64, source: u64) {
        let items = self.items.len().try_into().unwrap_or(1);
        let item = self.items[small(number % items)];
        let mixed = mixed(number);
        let grid = 211_002_001_000_000 + (mixed % self.options.grids) / 5 * 1_000 + mixed % 5;
        let point = Point { x_dm: across(mixed), y_dm: across(mixed / 400_000) };
        let place = Place { point: Some(point), grid: GridCode::new(GridCode::GRID, grid) };
        let channels = [Channel::Hotline, Channel::Grid, Channel::PublicApp];
        let signal = Signal {
            source: SourceKey(u128::from(source)),
            external_id: String::new(),
            channel: channels[small(source % 3)],
            kind: SignalKind::New,
            item: Some(item),
            place,
            observed_at: at,
            arrived_at: at,
            owes_reply: true,
            purpose: self.purpose,
            evidence: Evidence::default(),
            words: None,
            due: None,
        };
        self.later(at, Entry::Signal(Box::new(signal)));
    }

    /// A report that nothing resembles, and how far its case comes.
    fn case(&mut self, at: Timestamp, whole: bool) {
        self.cases += 1;
        let (number, mixed) = (self.cases, mixed(self.cases));
        self.report(at, number, number);
        let case = CaseId { partition: PARTITION, number };
        let ticket = TicketId { partition: PARTITION, number };
        let minutes = |more: i64| at.plus_ms(more * MINUTE_MS + signed(mixed % 50_000));
        let lead = ["211002-CG", "211002-ZJ", "211002-YJ", "211002-SF"][small(mixed % 4)];
        self.ask(minutes(5), (Role::Receiver, "ZHZX"), Verb::File { case, item: None });
        let (to, assists, units) = (Some(OrgCode(lead.to_owned())), [].into(), [].into());
        let dispatch = Verb::Dispatch { case, lead: to, assists, units };
        self.ask(minutes(7), (Role::Dispatcher, "ZHZX"), dispatch);
        self.ask(minutes(15), (Role::Handler, lead), Verb::Accept { case });
        if !whole {
            return;
        }
        self.ask(minutes(30), (Role::Agent, "ZHZX"), Verb::Contact { ticket });
        let handled = Verb::Handled { case, note: None };
        self.ask(minutes(120 + signed(mixed % 900)), (Role::Handler, lead), handled);
        let checker = (Role::ShiftLeader, "ZHZX");
        self.ask(minutes(1_100), checker, Verb::CheckPass { case });
        self.ask(minutes(1_110), (Role::Agent, "ZHZX"), Verb::Reply { ticket, text: None });
        let satisfaction = Satisfaction::Satisfied;
        let visit = Verb::Visit { ticket, resolved: true, satisfaction };
        self.ask(minutes(2_500), (Role::Agent, "ZHZX"), visit);
    }

    fn write(mut self, rules: &Playbook) -> Journal {
        let mut journal =
            vec![(BEGINS, Entry::Core(CORE)), (BEGINS, Entry::Adopt(Box::new(rules.clone())))];
        for _ in 0..self.options.open {
            self.case(BEGINS, false);
        }
        let begins = BEGINS.plus_ms(HOUR_MS);
        let all = self.options.cases_a_day * self.options.days;
        for number in 0..all {
            let at = number * DAY_MS.unsigned_abs() / self.options.cases_a_day;
            self.case(begins.plus_ms(signed(at)), true);
        }
        for tick in 0..self.options.days * 144 {
            self.later(begins.plus_ms(signed(tick) * 10 * MINUTE_MS), Entry::Tick);
        }
        for again in 0..self.options.reports {
            let at = self.options.reports_begin().plus_ms(signed(again) / 5);
            self.report(at, again % self.options.open.max(1) + 1, REPORTED_AGAIN + again);
        }
        let due = std::mem::take(&mut self.due);
        journal.extend(due.into_iter().map(|((at, _), entry)| (at, entry)));
        journal
    }
}

/// Entries that are applied between two writes to the changes.
const BATCH: usize = 512;

/// One batch's changes, as they are published.
fn applied(
    (situation, effects): (&mut Situation, &mut Effects),
    entries: Journal,
    offset: u64,
) -> Vec<Placed> {
    let mut changes = Vec::new();
    for (index, (at, entry)) in entries.into_iter().enumerate() {
        let position = Position::new(offset, number(index));
        apply(situation, effects, (position, at), entry);
        let said = effects.changes.drain(..).enumerate();
        changes.extend(said.map(|(index, change): (usize, Change)| Placed {
            position,
            at,
            index: number(index),
            change,
        }));
    }
    changes
}

/// Seconds of the core over what comes after the warm part. Changes are dropped batch by batch, as
/// a processor drops what it has written.
fn core(journal: &Journal, warm: usize) -> f64 {
    let mut situation = Situation::new(PARTITION);
    let mut effects = Effects::default();
    let mut seconds = 0.0;
    for (batch, entries) in journal.chunks(BATCH).enumerate() {
        let entries = entries.to_vec();
        let began = Stopwatch::start();
        drop(applied((&mut situation, &mut effects), entries, u64::from(number(batch)) + 1));
        if warm <= batch * BATCH {
            seconds += began.elapsed().as_secs_f64();
        }
    }
    seconds
}

/// Seconds of the picture over the same; the picture.
fn pictured(journal: &Journal, warm: usize) -> (f64, Picture) {
    let mut situation = Situation::new(PARTITION);
    let mut effects = Effects::default();
    let mut picture = Picture::default();
    let mut seconds = 0.0;
    for (batch, entries) in journal.chunks(BATCH).enumerate() {
        let (offset, from) = (u64::from(number(batch)) + 1, situation.position());
        let changes = applied((&mut situation, &mut effects), entries.to_vec(), offset);
        let range = ChangeRange {
            partition: PARTITION,
            epoch: Epoch(1),
            from,
            to: situation.position(),
            at: situation.now(),
            speaker: 1,
            core: CORE,
            digest: situation.digest(),
            elsewhere: false,
            changes,
            orders: Vec::new(),
        };
        let began = Stopwatch::start();
        picture.fold(&range);
        if warm <= batch * BATCH {
            seconds += began.elapsed().as_secs_f64();
        }
    }
    (seconds, picture)
}

/// What the core alone holds of `journal`, in bytes: how much more memory is resident once it is
/// folded, and how many cases are open then. Measured before anything else of size was freed, which
/// the allocator would use again unseen; it counts what the allocator keeps for itself, too.
fn core_bytes(journal: &Journal) -> Result<(u64, usize), Failure> {
    let pid = std::process::id();
    let before = usage::of(pid)?.rss;
    let (mut situation, mut effects) = (Situation::new(PARTITION), Effects::default());
    for (index, (at, entry)) in journal.iter().enumerate() {
        let position = Position::new(u64::from(number(index)) + 1, 0);
        apply(&mut situation, &mut effects, (position, *at), entry.clone());
    }
    let held = usage::of(pid)?.rss.saturating_sub(before);
    let open = situation.cases().filter(|case| !case.state.is_ended()).count();
    Ok((held, open))
}

/// A number that says nothing of the one it is made of.
fn mixed(number: u64) -> u64 {
    number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20
}

/// Decimetres across the city.
fn across(mixed: u64) -> i32 {
    i32::try_from(mixed % 400_000).unwrap_or(0)
}

fn per_case(bytes: u64, cases: usize) -> u64 {
    bytes.checked_div(u64::from(number(cases))).unwrap_or(0)
}

fn small(number: u64) -> usize {
    usize::try_from(number).unwrap_or(0)
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A picture of `cases` that went through their whole lives in a day or two.
pub(crate) fn closed_cases(cases: u64) -> Result<Picture, Failure> {
    let rules = load(&Layers::default()).map_err(|faults| faults.to_string())?.config.playbook;
    let options = Options {
        cases_a_day: cases,
        days: 1,
        warm_days: 0,
        open: 0,
        grids: 3_343,
        reports: 0,
        passes: NonZeroUsize::MIN,
    };
    let (items, due) = (items(&rules), BTreeMap::new());
    let writer =
        Writer { options: &options, items, due, number: 0, cases: 0, purpose: Purpose::Real };
    Ok(pictured(&writer.write(&rules), 0).1)
}

/// The items whose cases go the road of [`Writer::case`].
fn items(rules: &Playbook) -> Vec<ItemCode> {
    let of = |kind: &str| KINDS.contains(&kind);
    rules.items.values().filter(|it| of(it.kind.as_str())).map(|it| it.code).collect()
}

/// Measures.
pub(crate) fn run(options: &Options) -> Result<(String, bool), Failure> {
    let rules = load(&Layers::default()).map_err(|faults| faults.to_string())?.config.playbook;
    let items = items(&rules);
    let write = |purpose| {
        let (items, due) = (items.clone(), BTreeMap::new());
        Writer { options, items, due, number: 0, cases: 0, purpose }.write(&rules)
    };
    // A drill is in no figure: the same journal, without what figures cost.
    let journal = write(Purpose::Real);
    // Before anything else: what was freed would be used again unseen.
    let (held, held_open) = core_bytes(&journal)?;
    let drill = write(Purpose::Drill);
    let warm = journal.partition_point(|(at, _)| *at < options.steady());
    let best =
        |pass: &dyn Fn() -> f64| (0..options.passes.get()).map(|_| pass()).fold(f64::MAX, f64::min);
    let alone = best(&|| core(&journal, warm));
    let without = best(&|| pictured(&drill, warm).0);
    let with = best(&|| pictured(&journal, warm).0);
    let (_, picture) = pictured(&journal, warm);
    let rows = picture.rows(PARTITION).ok_or("no rows")?;
    let (board, remembered) = rows.figures.held_bytes();
    let open = rows.cases.values().filter(|case| !case.state.is_ended()).count();
    let entries = f64::from(number(journal.len() - warm));
    let a_second = |seconds: f64| (entries / seconds).round();
    let figures = (with - without).max(0.0);
    let line = json!({
            "run": "figures",
            "entries": journal.len(),
            "entries_measured": journal.len() - warm,
            "cases": rows.cases.len(),
            "open": open,
            "core_entries_a_second": a_second(alone),
            "picture_without_figures_entries_a_second": a_second(without),
            "picture_with_figures_entries_a_second": a_second(with),
            "core_and_picture_entries_a_second": a_second(alone + with),
            "core_and_figures_entries_a_second": a_second(alone + figures),
            "figures_ns_an_entry": (figures * 1e9 / entries).round(),
            "core_resident_bytes": held,
            "core_resident_bytes_an_open_case": per_case(held, held_open),
            "board_bytes": board,
            "remembered_bytes": remembered,
    });
    Ok((line.to_string(), 200_000.0 <= a_second(alone + figures)))
}
