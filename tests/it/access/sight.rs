//! What is out of sight is not named either: not by another row, not by a unit, not by a count.

use std::sync::Arc;

use liandong::domain::{
    Assignment, Case, CaseId, Change, Happened, Hint, OrgCode, PrivacyClass, Suggestion, Tally,
    TicketId, Timestamp, Unit, UnitId, UnitStatus,
};
use serde_json::{Value, json};

use crate::desk_room::{COUNTY, Room, case, moved};
use crate::socket::page::Page;

const TOWN_A: &str = "211002001001001";
/// The case that not everybody sees.
const HIDDEN: CaseId = CaseId { partition: COUNTY, number: 2 };

/// An open case that names the hidden one in each way there is.
fn naming() -> Case {
    let against = TicketId { partition: COUNTY, number: 2 };
    let suggestion =
        Suggestion { case: HIDDEN, against, hint: Hint::Join, points: 9, reasons: Vec::new() };
    let merged_into = Some(HIDDEN);
    Case { suggestions: vec![suggestion], merged_into, ..case(1, TOWN_A, PrivacyClass::None) }
}

fn merged() -> Change {
    let Change::CaseMoved { case, mut step } = moved(naming()) else { unreachable!() };
    Arc::make_mut(&mut step).what = Happened::MergedInto { case: HIDDEN };
    Change::CaseMoved { case, step }
}

fn sent(org: &str) -> Change {
    let unit = Unit {
        id: UnitId(7),
        name: "crew".to_owned(),
        org: OrgCode(org.to_owned()),
        status: UnitStatus::Dispatched,
        assignment: Some(Assignment::new(HIDDEN, Timestamp(1))),
        grid: None,
        changed_at: Timestamp(1),
    };
    Change::UnitMoved { unit: Box::new(unit) }
}

/// A room with the hidden case, the one that names it, and a unit of `ZHZX` on its way there.
async fn room() -> Room {
    let room = Room::open().await;
    let mut hidden = case(2, TOWN_A, PrivacyClass::Restricted);
    hidden.units.insert(UnitId(7));
    let tally = Change::TallyMoved { tally: Box::new(Tally::default()) };
    room.publish(0, vec![moved(hidden), merged(), sent("ZHZX"), tally]).await;
    room.until("/api/v1/cases/1-2", 200).await;
    room
}

/// The page of `token`, and everything it was told until it was live.
async fn opened(room: &Room, token: Option<&str>) -> (Page, String) {
    let hello = match token {
        Some(token) => json!({"page": "desk", "partitions": [1], "token": token}),
        None => json!({"page": "desk", "partitions": [1]}),
    };
    let mut page = Page::open(room, hello).await;
    page.until_live().await;
    let heard = page.bytes();
    (page, heard)
}

#[tokio::test]
async fn a_row_names_no_case_that_is_out_of_sight() {
    let room = room().await;
    for (token, named) in [(Some("leader"), true), (Some("crew"), false), (None, false)] {
        let (page, _) = opened(&room, token).await;
        let row = &page.cases["1-1"];
        let whole = row["suggestions"] != json!([]) && row["merged_into"] == "1-2";
        let none = row["suggestions"] == json!([]) && row["merged_into"] == Value::Null;
        assert!(if named { whole } else { none }, "{token:?}: {row}");
        for road in ["/api/v1/cases", "/api/v1/cases/1-1", "/api/v1/changes?partition=1"] {
            let text = first_line(&room, road, token).await;
            assert_eq!(text.contains("1-2"), named, "{token:?} {road}: {text}");
        }
        let (_, dossier) = room.get("/api/v1/cases/1-1", token).await;
        assert_eq!(dossier["timeline"].as_array().unwrap().len(), usize::from(named));
        drop(page);
    }
}

/// What comes first of a body that may never end, but for the hidden case's own row.
async fn first_line(room: &Room, road: &str, token: Option<&str>) -> String {
    let request = reqwest::Client::new().get(room.url(road));
    let request = match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    };
    let mut response = request.send().await.unwrap();
    let first = response.chunk().await.unwrap().unwrap();
    let mut line: Value = serde_json::from_slice(&first).unwrap();
    if let Some(line) = line.as_object_mut() {
        line.remove("as_of");
        // What is in sight itself is not meant; the ids of rows are.
        if let Some(cases) = line.get_mut("cases").and_then(Value::as_array_mut) {
            cases.retain(|row| row["id"] == "1-1");
        }
    }
    line.to_string()
}

#[tokio::test]
async fn an_order_is_in_sight_as_its_case_is_and_a_crews_own_always() {
    let room = room().await;
    for (token, seen) in [(Some("leader"), true), (Some("crew"), true), (Some("handler"), false)] {
        let (page, heard) = opened(&room, token).await;
        let unit = page.heard.iter().find_map(|word| word["page"]["units"].get(0)).unwrap();
        assert_eq!(unit["assignment"].is_object(), seen, "{token:?} {heard}");
        let (_, units) = room.get("/api/v1/units?partition=1", token).await;
        assert_eq!(units["units"][0]["assignment"].is_object(), seen, "{token:?} {units}");
    }
    let (_, units) = room.get("/api/v1/units?partition=1", None).await;
    assert_eq!(units["units"][0]["assignment"], Value::Null);
}

#[tokio::test]
async fn an_order_comes_into_sight_with_its_case() {
    let room = room().await;
    let (mut page, _) = opened(&room, None).await;
    let mut open = case(2, TOWN_A, PrivacyClass::None);
    open.units.insert(UnitId(7));
    room.publish(4, vec![moved(open)]).await;
    let delta = page.until("delta").await;
    assert_eq!(delta["units"][0]["assignment"]["case"], "1-2", "{delta}");
    let mut hidden = case(2, TOWN_A, PrivacyClass::Restricted);
    hidden.units.insert(UnitId(7));
    room.publish(5, vec![moved(hidden)]).await;
    let delta = page.until("delta").await;
    let gone = (&delta["gone"], &delta["units"][0]["assignment"]);
    assert_eq!(gone, (&json!(["1-2"]), &Value::Null));
}

#[tokio::test]
async fn a_town_learns_no_count_and_no_crew_of_its_county() {
    let room = room().await;
    for road in ["/api/v1/tally", "/api/v1/units", "/api/v1/tally?partition=1"] {
        assert_eq!(room.get(road, Some("town")).await.0, 403, "{road}");
        assert_eq!(room.get(road, Some("county")).await.0, 200, "{road}");
    }
    let (mut town, _) = opened(&room, Some("town")).await;
    let (mut county, _) = opened(&room, Some("county")).await;
    county.until("figures").await;
    town.until("beat").await;
    town.until("beat").await;
    assert!(!town.bytes().contains("figures") && !town.bytes().contains("crew"));
}
