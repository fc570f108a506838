//! Rows over a socket: whole ones, moved ones, and where which of them is told.

use liandong::domain::trade::{Card, Supervision};
use liandong::domain::{Case, CaseState, Change, OrgCode, PrivacyClass, Timestamp, UnitId};
use serde_json::{Value, json};

use super::page::Page;
use crate::desk_room::{Room, case, moved};

fn desk(token: &str) -> Value {
    json!({ "page": "desk", "token": token, "partitions": [1] })
}

fn open_case(number: u64) -> Case {
    case(number, "211002001001", PrivacyClass::None)
}

/// A case with much that a whole row may leave out.
fn busy(number: u64) -> Case {
    let org = OrgCode("CG".to_owned());
    let mut case = Case { version: 2, state: CaseState::Handling, ..open_case(number) };
    case.lead = Some(org.clone());
    case.assists.insert(org.clone());
    case.units.insert(UnitId(4));
    case.counters.urges = 1;
    case.colour = Some(0);
    let (card, at) = (Card::Yellow, Timestamp(6));
    case.supervision = Some(Box::new(Supervision { card, by: Some(org), at }));
    case
}

async fn open(room: &Room, hello: Value) -> Page {
    let mut page = Page::open(room, hello).await;
    assert_eq!(page.until_live().await, "snapshot");
    page
}

/// A page of a room where there has been nothing but `case`: it is told all of it in its rows.
async fn fresh(case: Case, hello: Value) -> Page {
    let room = Room::open().await;
    room.publish(0, vec![moved(case)]).await;
    room.until("/api/v1/cases/1-1", 200).await;
    open(&room, hello).await
}

#[tokio::test]
async fn a_first_row_is_short_in_a_delta_and_in_a_page() {
    for (kind, most) in [("desk", 300), ("wall", 220)] {
        let hello = json!({ "page": kind, "token": "leader", "partitions": [1] });
        let room = Room::open().await;
        let mut page = open(&room, hello.clone()).await;
        room.publish(0, vec![moved(open_case(1))]).await;
        let delta = page.until("delta").await;
        let first = &delta["came"][0];
        let length = first.to_string().len();
        assert!(length < most, "{length} bytes: {first}");
        let late = fresh(open_case(1), hello).await;
        let rows = late.heard.iter().find_map(|word| word["page"]["cases"].get(0));
        assert_eq!((rows, &late.cases), (Some(first), &page.cases));
    }
}

#[tokio::test]
async fn what_became_blank_is_told_and_ends_as_in_a_whole_row() {
    let room = Room::open().await;
    let mut page = open(&room, desk("leader")).await;
    let again = Case { version: 3, ..open_case(1) };
    for (from, now) in (0..).zip([open_case(1), busy(1), again]) {
        room.publish(from, vec![moved(now.clone())]).await;
        page.until("delta").await;
        assert_eq!(page.cases, fresh(now, desk("leader")).await.cases);
    }
    let last = &page.heard.last().unwrap()["delta"]["cases"][0];
    assert_eq!((&last["lead"], &last["units"]), (&json!(null), &json!(0)));
    assert_eq!((&last["assists"], &last["counters"]["urges"]), (&json!([]), &json!(0)));
}

#[tokio::test]
async fn a_case_that_comes_back_is_whole_and_keeps_nothing_of_before() {
    let room = Room::open().await;
    let mut town = open(&room, desk("town")).await;
    let away = case(1, "211002002001", PrivacyClass::None);
    let told = [(busy(1), "came"), (away, "gone"), (open_case(1), "came")];
    for (from, (now, how)) in (0..).zip(told) {
        room.publish(from, vec![moved(now)]).await;
        let delta = town.until("delta").await;
        let told = ["came", "cases", "gone"].into_iter().filter(|it| delta.get(it).is_some());
        assert_eq!(told.collect::<Vec<_>>(), [how], "{delta}");
    }
    assert_eq!(town.cases, fresh(open_case(1), desk("town")).await.cases);
}

#[tokio::test]
async fn who_stands_within_what_is_told_at_once_gets_the_rows_anew() {
    let room = Room::open().await;
    room.publish(0, vec![moved(open_case(1))]).await;
    room.until("/api/v1/cases/1-1", 200).await;
    let mut stays = open(&room, desk("leader")).await;
    // Elsewhere these were told one by one; here they are told at once, as what they come to.
    let archived = Change::CaseArchived { case: open_case(1).id };
    let told = [moved(busy(1)), moved(busy(2)), archived, moved(open_case(1)), moved(open_case(2))];
    room.publish(1, told.into()).await;
    stays.until("delta").await;
    for (stood, how) in [("1:1.0", "tail"), ("1:3.0", "snapshot"), ("1:6.0", "tail")] {
        let mut hello = desk("leader");
        hello["since"] = json!({ "1": stood });
        let mut returns = Page::open(&room, hello).await;
        assert_eq!(returns.until_live().await, how, "from {stood}");
        while how == "snapshot" && returns.since != stays.since {
            returns.until("delta").await;
        }
        assert!(how == "tail" || returns.cases == stays.cases, "{:?}", returns.cases);
    }
}
