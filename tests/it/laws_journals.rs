//! Random journals for the laws of the core: few names, so that entries meet each other often.

use liandong::domain::time::MINUTE_MS;
use liandong::domain::{
    CaseId, Channel, Command, Entry, OrderStamp, OrgCode, Partition, Point, Purpose, ReasonCode,
    Role, Signal, SignalKind, SourceKey, TicketId, Timestamp, UnitId, UnitStatus, Verb,
};
use proptest::prelude::*;

use crate::small_city::{self, DAWN};

/// A journal: when each entry is taken, and the entry.
pub(crate) type Journal = Vec<(Timestamp, Entry)>;

const PARTITION: Partition = Partition(3);
const ITEMS: [&str; 5] = ["G01001", "G01002", "G03001", "G06001", "G08001"];
const ORGS: [&str; 3] = ["X", "Y", "211002-CG"];

fn case() -> impl Strategy<Value = CaseId> {
    (1_u64..7).prop_map(|number| CaseId { partition: PARTITION, number })
}

fn ticket() -> impl Strategy<Value = TicketId> {
    (1_u64..8).prop_map(|number| TicketId { partition: PARTITION, number })
}

fn unit() -> impl Strategy<Value = UnitId> {
    (1_u32..4).prop_map(UnitId)
}

fn org() -> impl Strategy<Value = OrgCode> {
    (0..ORGS.len()).prop_map(|at| OrgCode(ORGS[at].into()))
}

fn reason() -> impl Strategy<Value = ReasonCode> {
    prop_oneof![Just(ReasonCode::NotFound), Just(ReasonCode::CameBack)]
}

fn channel() -> impl Strategy<Value = Channel> {
    prop_oneof![Just(Channel::Hotline), Just(Channel::Grid), Just(Channel::Video)]
}

/// A report near the others, often of the same few observations.
fn report() -> impl Strategy<Value = Entry> {
    let item = proptest::option::weighted(0.9, 0..ITEMS.len());
    let place = proptest::option::weighted(0.9, (0..400_i32, 0..400_i32));
    let purpose = prop_oneof![
        8 => Just(Purpose::Real),
        1 => Just(Purpose::Drill),
        1 => Just(Purpose::Canary)
    ];
    let flags = (any::<bool>(), purpose);
    (0_u128..20, channel(), item, place, flags).prop_map(
        |(source, channel, item, place, (owes_reply, purpose))| {
            let by_camera = if channel == Channel::Video { 2 } else { 0 };
            let item = item.map(|at| small_city::item(ITEMS[at.max(by_camera).min(4)]));
            let (x_dm, y_dm) = place.unwrap_or_default();
            let mut signal = small_city::signal(source, channel, item, Point { x_dm, y_dm });
            if place.is_none() {
                signal.place = liandong::domain::Place::default();
            }
            Entry::Signal(Box::new(Signal { owes_reply, purpose, ..signal }))
        },
    )
}

/// A signal that speaks of an earlier one.
fn follow_up() -> impl Strategy<Value = Entry> {
    (100_u128..140, 0_u128..20, 0..4, 1_u32..9).prop_map(|(source, about, kind, hits)| {
        let about = SourceKey(about);
        let kind = match kind {
            0 => SignalKind::Urge { about },
            1 => SignalKind::Withdraw { about },
            2 => SignalKind::EpisodeUpdated { about, hits },
            _ => SignalKind::EpisodeEnded { about, hits },
        };
        let here = Point { x_dm: 0, y_dm: 0 };
        let signal = small_city::signal(source, Channel::Hotline, None, here);
        Entry::Signal(Box::new(Signal { kind, ..signal }))
    })
}

/// A verb of the centre, with the role that may ask it.
fn centre_verb() -> impl Strategy<Value = (Role, Verb)> {
    use Role::{GridWorker, Receiver, ShiftLeader};
    let item = proptest::option::of((0..ITEMS.len()).prop_map(|at| small_city::item(ITEMS[at])));
    let tickets = proptest::collection::btree_set(ticket(), 0..3);
    let second = prop_oneof![Just(String::new()), Just("wang".to_owned())];
    prop_oneof![
        1 => case().prop_map(|case| (Receiver, Verb::AskVerify { case })),
        1 => case().prop_map(|case| (GridWorker, Verb::VerifyYes { case })),
        1 => (case(), reason())
            .prop_map(|(case, reason)| (GridWorker, Verb::VerifyNo { case, reason })),
        4 => (case(), item).prop_map(|(case, item)| (Receiver, Verb::File { case, item })),
        1 => (case(), reason())
            .prop_map(|(case, reason)| (Receiver, Verb::Reject { case, reason })),
        3 => (case(), case()).prop_map(|(case, into)| (Receiver, Verb::Merge { case, into })),
        2 => case().prop_map(|case| (ShiftLeader, Verb::Unmerge { case })),
        2 => (case(), tickets)
            .prop_map(|(case, tickets)| (Receiver, Verb::Split { case, tickets })),
        1 => (case(), case()).prop_map(|(case, to)| (Receiver, Verb::Decline { case, to })),
        1 => (case(), reason(), second).prop_map(|(case, reason, second)| {
            (ShiftLeader, Verb::Cancel { case, reason, second })
        }),
    ]
}

/// A verb of the field and of those who answer for it, with the role that may ask it.
fn field_verb() -> impl Strategy<Value = (Role, Verb)> {
    use Role::{Agent, Checker, Crew, Dispatcher, Handler, System};
    let lead = proptest::option::of(org());
    let assists = proptest::collection::btree_set(org(), 0..2);
    let units = proptest::collection::btree_set(unit(), 0..3);
    let status = prop_oneof![
        Just(UnitStatus::Available),
        Just(UnitStatus::OnScene),
        Just(UnitStatus::OffDuty)
    ];
    let stamp = prop_oneof![
        Just(OrderStamp::Delivered),
        Just(OrderStamp::Displayed),
        Just(OrderStamp::Accepted),
        Just(OrderStamp::Done)
    ];
    prop_oneof![
        4 => (case(), lead, assists, units).prop_map(|(case, lead, assists, units)| {
            (Dispatcher, Verb::Dispatch { case, lead, assists, units })
        }),
        2 => (case(), unit()).prop_map(|(case, unit)| (Dispatcher, Verb::Assign { case, unit })),
        1 => (case(), unit()).prop_map(|(case, unit)| (Dispatcher, Verb::Release { case, unit })),
        4 => case().prop_map(|case| (Handler, Verb::Accept { case })),
        1 => (case(), reason()).prop_map(|(case, reason)| (Handler, Verb::Return { case, reason })),
        4 => case().prop_map(|case| (Handler, Verb::Handled { case, note: None })),
        3 => case().prop_map(|case| (Checker, Verb::CheckPass { case })),
        1 => (case(), reason())
            .prop_map(|(case, reason)| (Checker, Verb::CheckFail { case, reason })),
        2 => ticket().prop_map(|ticket| (Agent, Verb::Reply { ticket, text: None })),
        1 => (case(), reason()).prop_map(|(case, reason)| (Agent, Verb::Reopen { case, reason })),
        1 => case().prop_map(|case| (Agent, Verb::Urge { case })),
        2 => (unit(), org())
            .prop_map(|(unit, org)| (System, Verb::Enrol { unit, name: "一班".into(), org })),
        1 => (unit(), status).prop_map(|(unit, status)| {
            (Crew, Verb::ReportStatus { unit, status, grid: None })
        }),
        2 => (unit(), case(), stamp)
            .prop_map(|(unit, case, stamp)| (Crew, Verb::Stamp { unit, case, stamp })),
    ]
}

fn command() -> impl Strategy<Value = Entry> {
    let verb = prop_oneof![centre_verb(), field_verb()];
    let stranger = proptest::bool::weighted(0.05);
    let version = proptest::option::weighted(0.1, 1_u32..6);
    (0_u128..4_000, verb, org(), stranger, version).prop_map(
        |(id, (role, verb), org, stranger, expected_version)| {
            let role = if stranger { Role::Crew } else { role };
            let command = small_city::command(id, small_city::actor(role, &org.0), verb);
            Entry::Command(Box::new(Command { expected_version, ..command }))
        },
    )
}

/// A case on its way from filed to closed, as far as it comes, by those who may.
fn road() -> impl Strategy<Value = Vec<Entry>> {
    (case(), org(), 1_usize..6, 4_000_u128..9_000_000).prop_map(|(case, org, length, id)| {
        let lead = Some(org.clone());
        let dispatch = Verb::Dispatch { case, lead, assists: [].into(), units: [UnitId(1)].into() };
        let verbs = [
            (Role::Receiver, Verb::File { case, item: Some(small_city::item("G06001")) }),
            (Role::Dispatcher, dispatch),
            (Role::Handler, Verb::Accept { case }),
            (Role::Handler, Verb::Handled { case, note: None }),
            (Role::Checker, Verb::CheckPass { case }),
        ];
        let asked = verbs.into_iter().take(length).zip(id..).map(|((role, verb), id)| {
            let of = if role == Role::Handler { org.0.as_str() } else { "CENTRE" };
            let command = small_city::command(id, small_city::actor(role, of), verb);
            Entry::Command(Box::new(command))
        });
        asked.collect()
    })
}

/// One entry, or a road of several.
fn stretch() -> impl Strategy<Value = Vec<Entry>> {
    prop_oneof![9 => entry().prop_map(|entry| vec![entry]), 1 => road()]
}

fn entry() -> impl Strategy<Value = Entry> {
    prop_oneof![
        12 => report(),
        3 => follow_up(),
        40 => command(),
        6 => Just(Entry::Tick),
        1 => (0_u32..4).prop_map(|version| Entry::Adopt(Box::new(small_city::playbook(version)))),
        1 => Just(Entry::Restate),
    ]
}

/// Minutes between two entries: mostly none, sometimes beyond every memory.
fn pause() -> impl Strategy<Value = i64> {
    prop_oneof![12 => 0..3_i64, 2 => 20..90_i64, 1 => Just(26 * 60), 1 => Just(31 * 24 * 60)]
}

/// A random journal under the small city's rules.
pub(crate) fn journal() -> impl Strategy<Value = Journal> {
    proptest::collection::vec((pause(), stretch()), 1..100).prop_map(|stretches| {
        let mut now = DAWN;
        let mut journal = vec![
            (now, Entry::Core(liandong::situation::CORE)),
            (now, Entry::Adopt(Box::new(small_city::playbook(1)))),
        ];
        for (minutes, entries) in stretches {
            now = now.plus_ms(minutes * MINUTE_MS);
            journal.extend(entries.into_iter().map(|entry| (now, entry)));
        }
        journal
    })
}
