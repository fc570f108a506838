//! What others are told: everything that everybody may see, each once, the newest row last.

use std::sync::Arc;
use std::time::Duration;

use liandong::domain::{
    AttachedBy, Attachment, Case, CaseState, Change, Channel, Happened, Order, OrderId, OrderTo,
    OrderWhat, Position, PrivacyClass, Purpose, ReasonCode, Reply, SourceKey, Step, Ticket,
    TicketId, Timestamp, UnitId,
};
use liandong::journal::kafka::{ForeignFound, ForeignWriter};
use liandong::wire::public::{CASE_CHANGES, ORDERS, POSITION, Place, SITUATION};
use serde_json::json;

use super::cluster::fresh;
use super::others::{City, P, compacted, key, said};
use crate::desk_room::{case, moved};
use crate::small_city::sealed;

const GRID: &str = "211002001001";

fn row(number: u64, version: u32) -> Case {
    Case { version, ..case(number, GRID, PrivacyClass::None) }
}

fn restricted(number: u64, version: u32) -> Case {
    Case { version, ..case(number, GRID, PrivacyClass::Restricted) }
}

fn archived(number: u64) -> Change {
    Change::CaseArchived { case: row(number, 1).id }
}

fn order(position: Position, index: u16, purpose: Purpose) -> Order {
    let id = OrderId { partition: P, position, index };
    let to = OrderTo::Unit(UnitId(7));
    Order { id, case: row(1, 1).id, to, what: OrderWhat::Respond, purpose }
}

#[tokio::test(flavor = "multi_thread")]
async fn others_are_told_what_everybody_may_see_and_nothing_else() {
    let mut city = City::new(fresh());
    let telling = city.tell();
    let step = Step {
        what: Happened::Cancelled { reason: ReasonCode::Test, second: "secret-account".into() },
        by: None,
        command: None,
        at: Timestamp(1),
    };
    let cancelled = Arc::new(Case { state: CaseState::Cancelled, ..row(1, 2) });
    let canary = Case { purpose: Purpose::Canary, ..row(9, 1) };
    let position = Position::new(1, 0);
    let orders = [Purpose::Real, Purpose::Canary, Purpose::Drill];
    let orders = (0..).zip(orders).map(|(index, purpose)| order(position, index, purpose));
    city.publish(vec![moved(row(1, 1)), moved(restricted(2, 1)), moved(canary)], orders.collect());
    city.publish(
        vec![Change::CaseMoved { case: cancelled, step: Arc::new(step) }, moved(row(3, 1))],
        Vec::new(),
    );
    // A restricted case that nobody saw is archived unseen; one that everybody saw is hidden.
    city.publish(vec![archived(2), moved(restricted(3, 2)), archived(1)], Vec::new());
    let changes = city.until(CASE_CHANGES, 5).await;
    let told: Vec<_> = changes.iter().map(|found| said(found)["type"].clone()).collect();
    assert_eq!(told, ["case_moved", "case_moved", "case_moved", "case_hidden", "case_archived"]);
    let ids: Vec<_> = changes.iter().map(|found| found.record.header("ce_id").unwrap()).collect();
    assert_eq!(ids, ["1/1.0/0", "1/2.0/0", "1/2.0/1", "1/3.0/1", "1/3.0/2"]);
    assert_eq!(changes.iter().map(key).collect::<Vec<_>>(), ["1-1", "1-1", "1-3", "1-3", "1-1"]);
    let second = said(&changes[1]);
    assert_eq!((&second["what"], &second["reason"]), (&json!("cancelled"), &json!("test")));
    let text = changes.iter().map(|found| said(found).to_string()).collect::<String>();
    assert!(!text.contains("secret-account") && !text.contains("1-2") && !text.contains("1-9"));
    let header = |name| changes[0].record.header(name);
    assert_eq!(header("ce_specversion"), Some("1.0"));
    assert_eq!(header("ce_type"), Some("liandong.case_moved.v1"));
    assert_eq!(header("ce_time"), Some("2026-07-01T00:30:00Z"));
    assert_eq!(header("content-type"), Some("application/json"));
    assert_eq!(header("ce_source"), Some(&*format!("/{}/1", city.options.prefix)));

    let rows = city.until(SITUATION, 5).await;
    assert!(compacted(&rows).is_empty(), "both are gone: {rows:?}");
    assert!(rows.iter().all(|found| key(found) != "1-2" && key(found) != "1-9"));
    let orders = city.until(ORDERS, 2).await;
    let ids: Vec<_> = orders.iter().map(|found| found.record.header("ce_id").unwrap()).collect();
    assert_eq!(ids, ["1@1.0/0", "1@1.0/2"], "a canary's does not leave");
    assert_eq!((key(&orders[0]), said(&orders[0])["unit"].clone()), ("unit-7".into(), json!(7)));
    telling.end().await;
}

/// A ticket of a case, which an entry tells before it tells of the case.
fn ticket(number: u64, case: u64) -> Change {
    let attachment =
        Attachment { by: AttachedBy::Opening, against: None, points: 0, reasons: Vec::new() };
    Change::TicketMoved {
        ticket: Arc::new(Ticket {
            id: TicketId { partition: P, number },
            case: row(case, 1).id,
            source: SourceKey(number.into()),
            external_id: format!("external-{number}"),
            channel: Channel::Hotline,
            item: None,
            place: liandong::domain::Place::default(),
            observed_at: Timestamp(1),
            arrived_at: Timestamp(1),
            admitted_at: Timestamp(1),
            reply: Reply::NotOwed,
            attachment,
            urges: 0,
            withdrawn: false,
            episode: None,
            purpose: Purpose::Real,
            words: Some(sealed("secret")),
            contacted_at: None,
            visit: None,
            exclusion: None,
            due: None,
        }),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_told_where_its_case_is_and_only_there() {
    let mut city = City::new(fresh());
    let telling = city.tell();
    city.publish(vec![ticket(1, 1), moved(row(1, 1))], Vec::new());
    city.publish(vec![ticket(2, 2), moved(restricted(2, 1))], Vec::new());
    city.publish(vec![ticket(3, 1)], Vec::new());
    city.publish(vec![ticket(4, 2)], Vec::new());
    city.publish(vec![ticket(5, 1), moved(restricted(1, 2))], Vec::new());
    city.publish(vec![ticket(6, 1), moved(row(3, 1))], Vec::new());
    let changes = city.until(CASE_CHANGES, 5).await;
    let told: Vec<_> = changes.iter().map(|found| said(found)["ticket"].clone()).collect();
    assert_eq!(told, [json!("1-1"), json!(null), json!("1-3"), json!(null), json!(null)]);
    assert_eq!(changes.iter().map(key).collect::<Vec<_>>(), ["1-1", "1-1", "1-1", "1-1", "1-3"]);
    assert_eq!(said(&changes[0])["external_id"], "external-1");
    telling.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_road_that_begins_again_goes_on_where_the_topic_says() {
    let mut city = City::new(fresh());
    let mut told = 0;
    for round in 1..=3_u32 {
        let telling = city.tell();
        for number in 1..=20 {
            city.publish(vec![moved(row(number, round)), archived(100)], Vec::new());
            told += 1;
        }
        // What comes again, from where it came or before, is not told again.
        let (from, to) = (Position::START, Position::new(2, 0));
        city.publish_range((from, to), vec![moved(row(1, 1))], Vec::new());
        assert_eq!(city.until(CASE_CHANGES, told).await.len(), told);
        let rows = city.until(SITUATION, told).await;
        let versions = compacted(&rows);
        assert_eq!(versions.len(), 20);
        assert!(versions.values().all(|row| row["version"] == round), "{versions:?}");
        telling.end().await;
    }
    let telling = city.tell();
    city.publish(vec![moved(row(21, 1))], Vec::new());
    let changes = city.until(CASE_CHANGES, told + 1).await;
    assert_eq!(changes.len(), told + 1, "nothing was told twice");
    telling.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_row_of_another_writer_is_mended() {
    let mut city = City::new(fresh());
    let telling = city.tell();
    for version in 1..=3 {
        city.publish(vec![moved(row(1, version)), moved(row(2, version))], Vec::new());
    }
    city.publish(vec![archived(2)], Vec::new());
    let rows = city.until(SITUATION, 7).await;
    assert_eq!(compacted(&rows)["1-1"]["version"], 3);
    // A writer that slept wakes, and what it had in hand lands: the first rows of both cases.
    let zombie = ForeignWriter::open(&city.options).unwrap();
    for old in &rows[..2] {
        zombie.write(SITUATION, P.0, &old.record).durable().await.unwrap();
    }
    for number in 0..200 {
        // The road looks whenever anything is published: every 100 ms, were this a processor.
        let at = Position::new(4, 0);
        city.publish_range((at, at), Vec::new(), Vec::new());
        if compacted(&city.read(SITUATION)).get("1-1").is_some_and(|row| row["version"] == 3)
            && city.metrics.outbound_mended_total.get() == 2
        {
            break;
        }
        assert!(number < 199, "{:?}", compacted(&city.read(SITUATION)));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let found = city.until(SITUATION, 11).await;
    let last: Vec<_> = found[9..].iter().map(|one| (key(one), said(one).is_null())).collect();
    assert_eq!(last, [("1-1".to_owned(), false), ("1-2".to_owned(), true)]);
    assert_eq!(found[9].record, rows[4].record, "byte for byte");
    telling.end().await;
    // Who begins now finds nothing to mend, and tells nothing again.
    let telling = city.tell();
    city.publish(vec![moved(row(3, 1))], Vec::new());
    assert_eq!(city.until(SITUATION, 12).await.len(), 12);
    assert_eq!(city.metrics.outbound_mended_total.get(), 2);
    telling.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restatement_what_was_not_said_again_is_no_more() {
    let mut city = City::new(fresh());
    let telling = city.tell();
    city.publish(vec![moved(row(1, 1)), moved(row(2, 1))], Vec::new());
    city.publish(vec![Change::Restated, moved(row(2, 1)), moved(row(3, 1))], Vec::new());
    let rows = city.until(SITUATION, 5).await;
    assert_eq!(compacted(&rows).into_keys().collect::<Vec<_>>(), ["1-2", "1-3"]);
    telling.end().await;
}

/// Everything that is told, by who keeps the highest place: what is not above it is passed over.
fn each_once(found: &[ForeignFound]) -> Vec<Place> {
    let place =
        |found: &ForeignFound| -> Place { found.record.header(POSITION).unwrap().parse().unwrap() };
    let mut kept = Vec::new();
    for place in found.iter().map(place) {
        if kept.last().is_none_or(|last| *last < place) {
            kept.push(place);
        }
    }
    kept
}

#[tokio::test(flavor = "multi_thread")]
async fn a_road_that_dies_anywhere_tells_everything() {
    let mut city = City::new(fresh());
    let mut told = 0_u32;
    for round in 0..20_u64 {
        let telling = city.tell();
        for _ in 0..40 {
            told += 1;
            let number = u64::from(told % 7) + 1;
            let changes = vec![moved(row(number, told)), moved(row(number + 10, told))];
            city.publish(changes, vec![order(Position::new(told.into(), 0), 0, Purpose::Real)]);
        }
        // It dies at its start, amid records, or later.
        tokio::time::sleep(Duration::from_millis(round * 17 % 90)).await;
        drop(telling);
    }
    let telling = city.tell();
    city.publish(vec![moved(row(99, 1))], Vec::new());
    for number in 0..200 {
        if city.read(CASE_CHANGES).last().is_some_and(|found| key(found) == "1-99") {
            break;
        }
        assert!(number < 199);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    city.until(SITUATION, 1).await;
    telling.end().await;
    let place = |told: u32, index| Place { position: Position::new(told.into(), 0), index };
    let mut all: Vec<_> = (1..=told).flat_map(|it| [place(it, 0), place(it, 1)]).collect();
    all.push(place(told + 1, 0));
    let changes = city.read(CASE_CHANGES);
    println!("{} changes were told in {} records", all.len(), changes.len());
    assert_eq!(each_once(&changes), all);
    let orders: Vec<_> = (1..=told).map(|it| place(it, 0)).collect();
    assert_eq!(each_once(&city.read(ORDERS)), orders);
    let rows = compacted(&city.read(SITUATION));
    assert_eq!(rows.len(), 15);
    for number in 1..=7_u32 {
        let newest = (1..=told).rfind(|it| it % 7 + 1 == number).unwrap();
        assert_eq!(rows[&format!("1-{number}")]["version"], newest);
    }
}
