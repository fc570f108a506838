//! The live picture over a socket, from outside: what pages are told, and what they are not.

use serde_json::{Value, json};

use liandong::domain::{
    Case, CaseId, CaseState, Change, CommandId, OrgCode, Outcome, Partition, PrivacyClass, Refusal,
    Severity, Tally, Timestamp, Unit, UnitId, UnitStatus,
};
use liandong::journal::{Journal as _, Topic};

use super::page::Page;
use crate::desk_room::{COUNTY, Room, case, moved};

/// What a desk of one partition says first.
fn desk(token: &str) -> Value {
    json!({ "page": "desk", "token": token, "partitions": [1] })
}

fn wall() -> Value {
    json!({ "page": "wall", "partitions": [1] })
}

fn open_case(number: u64) -> Case {
    case(number, "211002001001", PrivacyClass::None)
}

fn at(state: CaseState, number: u64) -> Change {
    moved(Case { state, version: 2, ..open_case(number) })
}

#[tokio::test]
async fn a_page_gets_the_rows_then_only_what_changed() {
    let room = Room::open().await;
    room.publish(0, vec![moved(open_case(1)), moved(open_case(2))]).await;
    room.until("/api/v1/cases/1-2", 200).await;
    let mut page = Page::open(&room, desk("leader")).await;
    let hello = page.until("hello").await;
    assert_eq!((&hello["account"], &hello["role"]), (&json!("leader"), &json!("shift_leader")));
    assert_eq!(page.until_live().await, "snapshot");
    assert_eq!(page.cases.keys().collect::<Vec<_>>(), ["1-1", "1-2"]);
    room.publish(2, vec![at(CaseState::Verifying, 1), at(CaseState::Filed, 1)]).await;
    let delta = page.until("delta").await;
    assert_eq!(delta["cases"], json!([{ "case": "1-1", "state": "filed", "version": 2 }]));
    room.publish(4, vec![Change::CaseArchived { case: open_case(2).id }]).await;
    let gone = page.until("delta").await;
    assert_eq!((&gone["gone"], &gone["from"]), (&json!(["1-2"]), &delta["to"]));
    assert_eq!(page.cases.len(), 1);
}

#[tokio::test]
async fn who_returns_gets_the_tail_and_ends_with_the_same_picture() {
    let room = Room::open().await;
    room.publish(0, (1..=4).map(|number| moved(open_case(number))).collect()).await;
    room.until("/api/v1/cases/1-4", 200).await;
    let mut stays = Page::open(&room, wall()).await;
    let mut leaves = Page::open(&room, wall()).await;
    stays.until_live().await;
    leaves.until_live().await;
    let (since, kept) = (leaves.since.clone(), leaves.cases.clone());
    drop(leaves);
    room.publish(4, vec![at(CaseState::Filed, 3), moved(open_case(5))]).await;
    stays.until("delta").await;
    room.publish(6, vec![at(CaseState::Handling, 5)]).await;
    stays.until("delta").await;
    let mut hello = wall();
    hello["since"] = json!(since);
    let mut returns = Page::open(&room, hello).await;
    returns.cases = kept;
    returns.since = since;
    assert_eq!(returns.until_live().await, "tail");
    while returns.since != stays.since {
        returns.until("delta").await;
    }
    assert_eq!(returns.cases, stays.cases);
    assert!(!returns.bytes().contains("\"page\":{"), "no rows were sent again");
}

#[tokio::test]
async fn who_was_away_too_long_gets_the_rows_anew() {
    let room = Room::open().await;
    room.publish(0, vec![moved(open_case(1))]).await;
    room.until("/api/v1/cases/1-1", 200).await;
    let mut stays = Page::open(&room, wall()).await;
    stays.until_live().await;
    let since = stays.since.clone();
    // More deltas than a partition shares (`desk_room::config`).
    for offset in 1..=20 {
        room.publish(offset, vec![moved(open_case(1 + offset))]).await;
        stays.until("delta").await;
    }
    let mut hello = wall();
    hello["since"] = json!(since);
    let mut returns = Page::open(&room, hello).await;
    assert_eq!(returns.until_live().await, "snapshot");
    assert_eq!(returns.cases, stays.cases);
    let other = json!({ "page": "wall", "since": { "1": "42:1.0" } });
    assert_eq!(Page::open(&room, other).await.until_closed().await, 4409);
    let ahead = json!({ "page": "wall", "since": { "1": "1:999.0" } });
    assert_eq!(Page::open(&room, ahead).await.until_closed().await, 4409);
}

#[tokio::test]
async fn rows_that_are_said_again_make_no_page_a_slow_one() {
    let room = Room::open().await;
    room.publish(0, vec![moved(open_case(1))]).await;
    room.until("/api/v1/cases/1-1", 200).await;
    let mut page = Page::open(&room, wall()).await;
    page.until_live().await;
    for number in 1..=4 {
        room.publish(number * 2 - 1, vec![Change::Restated, moved(open_case(number))]).await;
        assert_eq!(page.until_live().await, "resync");
        assert_eq!(page.cases.keys().collect::<Vec<_>>(), [&format!("1-{number}")]);
    }
}

#[tokio::test]
async fn restricted_cases_reach_no_wall_and_only_desks_that_may() {
    let room = Room::open().await;
    let hidden =
        Case { severity: Severity::Red, ..case(7, "211002001001", PrivacyClass::Restricted) };
    room.publish(0, vec![moved(open_case(1)), moved(hidden.clone())]).await;
    room.until("/api/v1/cases/1-7", 200).await;
    let mut pages = Vec::new();
    let mut wall_of_leader = wall();
    wall_of_leader["token"] = json!("leader");
    for hello in [wall(), wall_of_leader, desk("crew"), desk("leader")] {
        let mut page = Page::open(&room, hello).await;
        page.until_live().await;
        pages.push(page);
    }
    let handled = Case { state: CaseState::Handled, ..hidden };
    let answered = Change::CommandAnswered {
        command: CommandId(9),
        case: Some(handled.id),
        outcome: Outcome::Changed,
        repeated: false,
    };
    room.publish(2, vec![moved(handled), answered, at(CaseState::Filed, 1)]).await;
    for page in &mut pages {
        page.until("delta").await;
    }
    let told: Vec<bool> = pages.iter().map(|page| page.bytes().contains("1-7")).collect();
    assert_eq!(told, [false, false, false, true]);
}

#[tokio::test]
async fn a_town_never_hears_of_another_place() {
    let room = Room::open().await;
    let beside = |number| case(number, "211002002001", PrivacyClass::None);
    room.publish(0, vec![moved(open_case(1)), moved(beside(2))]).await;
    room.until("/api/v1/cases/1-2", 200).await;
    let mut town = Page::open(&room, desk("town")).await;
    let hello = town.until("hello").await;
    assert_eq!(hello["partitions"], json!([1]));
    town.until_live().await;
    let refused = Outcome::Refused(Refusal::UnknownUnit);
    let answers = [(Some(open_case(1).id), 1), (Some(beside(2).id), 2), (None, 3)];
    let answered = answers.map(|(case, id)| Change::CommandAnswered {
        command: CommandId(id),
        case,
        outcome: refused,
        repeated: false,
    });
    // What comes into the town's sight is told whole, what moves out is gone.
    let comes = Case { place: open_case(1).place, version: 2, ..beside(2) };
    room.publish(2, vec![moved(comes)]).await;
    let delta = town.until("delta").await;
    assert_eq!(delta["came"][0]["severity"], "blue", "a row that is new to it is whole");
    assert!(delta.get("cases").is_none());
    let goes = Case { place: beside(2).place, version: 3, ..open_case(1) };
    let more = [moved(goes), moved(beside(3))].into_iter().chain(answered).collect();
    room.publish(3, more).await;
    let delta = town.until("delta").await;
    assert_eq!(delta["gone"], json!(["1-1"]));
    assert!(!town.bytes().contains("1-3"), "{}", town.bytes());
    let beyond = json!({ "page": "desk", "token": "town", "partitions": [2] });
    assert_eq!(Page::open(&room, beyond).await.until_closed().await, 4403);
}

/// What a case, a unit, an answer and a count of the other county would be recognised by.
const ELSEWHERE: [&str; 6] =
    ["\"2-", "\"partition\":2", "211003", "FAR-ORG", "far-crew", "\"opened\":2"];

fn elsewhere(number: u64) -> Case {
    let case = case(number, "211003001001", PrivacyClass::None);
    let id = CaseId { partition: Partition(2), number };
    Case { id, lead: Some(OrgCode("FAR-ORG".to_owned())), ..case }
}

/// The same sorts of things become true in both counties.
async fn happen(room: &Room, from: u64, number: u64) {
    let answered = |case, id| Change::CommandAnswered {
        command: CommandId(id),
        case: Some(case),
        outcome: Outcome::Changed,
        repeated: false,
    };
    let crew = |name: &str| {
        let (id, name, org) = (UnitId(7), name.to_owned(), OrgCode("CG".to_owned()));
        let (assignment, grid, changed_at) = (None, None, Timestamp(1));
        let status = UnitStatus::Available;
        Change::UnitMoved {
            unit: Box::new(Unit { id, name, org, status, assignment, grid, changed_at }),
        }
    };
    let counted =
        |opened| Change::TallyMoved { tally: Box::new(Tally { opened, ..Tally::default() }) };
    let (ours, theirs) = (open_case(number), elsewhere(number));
    let there = vec![
        moved(theirs.clone()),
        crew("far-crew"),
        answered(theirs.id, 7_000 + u128::from(number)),
        counted(2_000 + number),
    ];
    room.publish_of(Partition(2), from, there).await;
    let here = vec![
        moved(ours.clone()),
        crew("near-crew"),
        answered(ours.id, u128::from(number)),
        counted(number),
    ];
    room.publish(from, here).await;
}

#[tokio::test]
async fn a_page_of_one_county_never_receives_a_byte_of_another() {
    let room = Room::open().await;
    happen(&room, 0, 1).await;
    room.until("/api/v1/cases/2-1", 200).await;
    room.until("/api/v1/cases/1-1", 200).await;
    let hellos = ["wall", "desk"].map(|kind| json!({ "page": kind, "token": "county" }));
    for hello in &hellos {
        let mut page = Page::open(&room, hello.clone()).await;
        assert_eq!(page.until("hello").await["partitions"], json!([1]));
        assert_eq!(page.until_live().await, "snapshot");
        page.until("figures").await;
        page.until("beat").await;
        page.say(&json!({ "looking": { "case": "2-1" } })).await;
        page.say(&json!({ "looking": { "case": "1-1" } })).await;
        if hello["page"] == "desk" {
            assert_eq!(page.until("present").await["case"], "1-1");
        }
        let (since, mut seen) = (page.since.clone(), page.bytes());
        drop(page);

        let next = 4 * u64::from(hello["page"] == "desk") + 4;
        happen(&room, next, next).await;
        let mut hello = hello.clone();
        hello["since"] = json!(since);
        let mut page = Page::open(&room, hello).await;
        assert_eq!(page.until_live().await, "tail");
        page.until("delta").await;
        page.until("figures").await;
        seen.push_str(&page.bytes());
        assert!(seen.contains("211002001001"), "it is told of its own");
        for mark in ELSEWHERE {
            assert!(!seen.contains(mark), "{mark} in {seen}");
        }
    }
    for (token, page) in [("county", "wall"), ("county", "desk"), ("town", "desk")] {
        let beyond = json!({ "page": page, "token": token, "partitions": [1, 2] });
        assert_eq!(Page::open(&room, beyond).await.until_closed().await, 4403);
    }
}

#[tokio::test]
async fn a_command_is_journalled_then_answered_in_the_stream() {
    let room = Room::open().await;
    room.publish(0, vec![moved(open_case(1))]).await;
    room.until("/api/v1/cases/1-1", 200).await;
    let mut page = Page::open(&room, desk("receiver")).await;
    page.until_live().await;
    let id = "0190a1b2c3d4e5f60718293a4b5c6d7e";
    let verb = json!({ "file": { "case": "1-1" } });
    page.say(&json!({ "command": { "id": id, "expected_version": 1, "verb": verb } })).await;
    let receipt = page.until("journalled").await;
    assert_eq!((&receipt["command"], &receipt["partition"]), (&json!(id), &json!(1)));
    assert_eq!(room.journal.end(Topic::Journal, COUNTY).borrow().to_string(), receipt["position"]);
    let answer = Change::CommandAnswered {
        command: id.parse().unwrap(),
        case: Some(open_case(1).id),
        outcome: Outcome::Refused(Refusal::VersionMoved { now: 4 }),
        repeated: false,
    };
    room.publish(1, vec![answer]).await;
    let delta = page.until("delta").await;
    assert_eq!(delta["answers"][0]["refusal"], json!({ "version_moved": { "now": 4 } }));
    assert_eq!(delta["answers"][0]["why"], "the case has changed since: it is at version 4");
    // No kind lets a receiver ask this: the door need not ask which kind it is.
    let verb = json!({ "urge": { "case": "1-1" } });
    page.say(&json!({ "command": { "id": id, "verb": verb } })).await;
    let turned = page.until("turned_away").await;
    assert_eq!((&turned["status"], &turned["command"]), (&json!(403), &json!(id)));
}

#[tokio::test]
async fn two_who_look_at_one_case_see_each_other() {
    let room = Room::open().await;
    room.publish(0, vec![moved(open_case(1))]).await;
    room.until("/api/v1/cases/1-1", 200).await;
    let looking = json!({ "looking": { "case": "1-1" } });
    let mut one = Page::open(&room, desk("leader")).await;
    one.until_live().await;
    one.say(&looking).await;
    assert_eq!(one.until("present").await["accounts"], json!(["leader"]));
    let mut two = Page::open(&room, desk("receiver")).await;
    two.until_live().await;
    two.say(&looking).await;
    for page in [&mut one, &mut two] {
        assert_eq!(page.until("present").await["accounts"], json!(["leader", "receiver"]));
    }
    drop(two);
    assert_eq!(one.until("present").await["accounts"], json!(["leader"]));
}

#[tokio::test]
async fn pages_of_one_view_share_what_was_encoded_once() {
    let room = Room::open().await;
    room.publish(0, (1..=600).map(|number| moved(open_case(number))).collect()).await;
    room.until("/api/v1/cases/1-600", 200).await;
    let mut pages = Vec::new();
    for _ in 0..4 {
        let mut page = Page::open(&room, wall()).await;
        page.until_live().await;
        assert_eq!(page.cases.len(), 600);
        pages.push(page);
    }
    room.publish(600, vec![at(CaseState::Filed, 1)]).await;
    for page in &mut pages {
        page.until("delta").await;
    }
    let (_, metrics) = room.get("/metrics", None).await;
    let metrics = metrics.as_str().unwrap().to_owned();
    assert!(metrics.contains("\ngateway_snapshot_pages_total 2\n"), "{metrics}");
    assert!(metrics.contains("\ngateway_frames_encoded_total 1\n"), "{metrics}");
    // Every place is taken now.
    assert_eq!(Page::open(&room, wall()).await.until_closed().await, 4429);
}

#[tokio::test]
async fn beats_say_that_the_server_lives_and_figures_what_it_counts() {
    let room = Room::open().await;
    let mut page = Page::open(&room, wall()).await;
    page.until_live().await;
    let beat = page.until("beat").await;
    assert_eq!(beat["now"], 1_000_001);
    assert!(beat["behind_ms"].get("1").is_some());
    assert!(page.heard.iter().any(|word| word.get("figures").is_some()), "{:?}", page.heard);
}

#[tokio::test]
async fn what_cannot_be_read_closes_with_its_code() {
    let room = Room::open().await;
    let wrong = async |hello| Page::open_wrongly(&room, hello).await.until_closed().await;
    assert_eq!(wrong(json!({ "page": "window" })).await, 4400);
    assert_eq!(wrong(json!({ "page": "wall", "since": { "1": "yesterday" } })).await, 4400);
    let code = async |hello: Value| Page::open(&room, hello).await.until_closed().await;
    assert_eq!(code(json!({ "page": "desk", "token": "nobody" })).await, 4401);
    assert_eq!(code(json!({ "page": "desk", "token": "stranger", "partitions": [1] })).await, 4403);
    let mut wall = Page::open(&room, wall()).await;
    wall.until_live().await;
    let verb = json!({ "file": { "case": "1-1" } });
    wall.say(&json!({ "command": { "verb": verb } })).await;
    assert_eq!(wall.until_closed().await, 4400);
    let mut endless = Page::open(&room, desk("leader")).await;
    endless.send(&json!("x".repeat(70_000))).await;
    assert_eq!(endless.until_closed().await, 4400);
    let ours = format!("http://{}", room.address);
    assert!(Page::may_open(&room, &[("origin", &ours)]).await);
    assert!(!Page::may_open(&room, &[("origin", "https://elsewhere.example")]).await);
}
