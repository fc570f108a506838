//! The gateway over HTTP: the door, commands in, rows and changes out.

use futures::StreamExt as _;
use liandong::domain::{
    Change, ChangeRange, Command, CommandId, Entry, Outcome, Position, PrivacyClass, Refusal, Verb,
};
use liandong::journal::{Journal as _, Topic};
use liandong::wire::{entry_v1, lines};

use crate::desk_room::{COUNTY, Room, case, moved};

const TOWN_A: &str = "211002001001001";
const TOWN_B: &str = "211002002001001";

/// The first command of the journal.
fn journalled(room: &Room) -> Vec<Command> {
    let found = room.journal.read(Topic::Journal, COUNTY, Position::START, 100).unwrap();
    let command = |bytes: &[u8]| match entry_v1::decode(bytes).unwrap() {
        Entry::Command(command) => *command,
        other => panic!("{other:?}"),
    };
    found.iter().map(|stored| command(&stored.bytes)).collect()
}

#[tokio::test]
async fn a_command_is_journalled_with_its_actor_and_answered_by_the_changes() {
    let room = Room::open().await;
    let body = r#"{"id":"000000000000000000000000000000ff","expected_version":3,
        "verb":{"file":{"case":"1-1","item":"G01001"}}}"#;
    let (status, receipt) = room.post("/api/v1/commands", "receiver", body).await;
    assert_eq!(status, 202, "{receipt}");
    assert_eq!((&receipt["partition"], &receipt["position"]), (&1.into(), &"1.0".into()));
    let commands = journalled(&room);
    assert_eq!(commands.len(), 1);
    assert_eq!((commands[0].id, commands[0].expected_version), (CommandId(255), Some(3)));
    assert_eq!(commands[0].actor.account, "receiver");

    let road = "/api/v1/commands/000000000000000000000000000000ff";
    let (status, page) = room.get(road, Some("leader")).await;
    assert_eq!((status, &page["standing"]), (200, &"pending".into()));
    let outcome = Outcome::Refused(Refusal::UnknownCase);
    let answered =
        Change::CommandAnswered { command: CommandId(255), case: None, outcome, repeated: false };
    room.publish(0, vec![answered]).await;
    let mut page = serde_json::Value::Null;
    for _ in 0..200 {
        page = room.get(road, Some("leader")).await.1;
        if page["standing"] == "refused" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(page["why"], "there is no such case here");
    let (status, _) = room.get("/api/v1/commands/0000000000000000000000000000000e", None).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn the_door_turns_away_by_token_role_and_place() {
    let room = Room::open().await;
    let verb = |verb: &str| format!(r#"{{"verb":{verb}}}"#);
    let file = verb(r#"{"file":{"case":"1-1"}}"#);
    for (token, body, expected) in [
        ("nobody", &file, 401),
        ("crew", &file, 403),
        ("handler", &verb(r#"{"check_pass":{"case":"1-1"}}"#), 403),
        ("stranger", &file, 403),
        ("town", &verb(r#"{"verify_yes":{"case":"1-1"}}"#), 403),
        ("receiver", &verb(r#"{"file":{"case":"9-1"}}"#), 404),
        ("receiver", &verb(r#"{"file":{"case":"1-1","itme":"G01001"}}"#), 400),
        ("receiver", &verb(r#"{"fly":{}}"#), 400),
        ("receiver", &"{".repeat(10_000), 400),
        ("receiver", &"x".repeat(100_000), 413),
    ] {
        let (status, problem) = room.post("/api/v1/commands", token, body).await;
        assert_eq!((status, &problem["status"]), (expected, &expected.into()), "{body:.80}");
    }
    assert_eq!(journalled(&room), []);
    let response = reqwest::Client::new().post(room.url("/api/v1/commands")).body(file).send();
    let response = response.await.unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    assert_eq!(response.headers()["www-authenticate"], "Bearer");
}

#[tokio::test]
async fn a_case_about_another_is_opened_no_further_than_the_asker_reaches() {
    let room = Room::open().await;
    room.publish(0, vec![moved(case(1, TOWN_A, PrivacyClass::None))]).await;
    room.until("/api/v1/cases/1-1", 200).await;
    let about = |grid: &str| {
        format!(
            "{{\"verb\":{{\"open\":{{\"kind\":\"appeal\",\"item\":null,\"about\":\"1-1\",\
             \"place\":{{\"grid\":{grid}}}}}}}}}"
        )
    };
    let ask = async |token, grid: &str| room.post("/api/v1/commands", token, &about(grid)).await.0;
    assert_eq!(ask("town", &format!("\"{TOWN_B}\"")).await, 403);
    assert_eq!(ask("receiver", "\"211003001001001\"").await, 422, "another county decides there");
    assert_eq!(journalled(&room), []);
    assert_eq!(ask("town", &format!("\"{TOWN_A}\"")).await, 202);
    assert_eq!(ask("town", "null").await, 202);
}

#[tokio::test]
async fn words_are_sealed_before_they_are_journalled() {
    let room = Room::open().await;
    let body = r#"{"verb":{"handled":{"case":"1-1"}},"note":"张三，电话 13800000000"}"#;
    assert_eq!(room.post("/api/v1/commands", "handler", body).await.0, 202);
    let found = room.journal.read(Topic::Journal, COUNTY, Position::START, 9).unwrap();
    let clear = "13800000000".as_bytes();
    assert!(!found[0].bytes.windows(clear.len()).any(|window| window == clear));
    let commands = journalled(&room);
    let Verb::Handled { note: Some(note), .. } = &commands[0].verb else { panic!("{commands:?}") };
    assert_eq!(room.vault.open_words(note).unwrap(), "张三，电话 13800000000");
    let sealed = r#"{"verb":{"handled":{"case":"1-1","note":"00000000000000ff:00"}}}"#;
    assert_eq!(room.post("/api/v1/commands", "handler", sealed).await.0, 422);
    let elsewhere = r#"{"verb":{"file":{"case":"1-1"}},"note":"x"}"#;
    assert_eq!(room.post("/api/v1/commands", "receiver", elsewhere).await.0, 422);
}

#[tokio::test]
async fn a_cancel_needs_the_token_of_a_second_person() {
    let room = Room::open().await;
    let body =
        |more: &str| format!(r#"{{"verb":{{"cancel":{{"case":"1-1","reason":"test"}}}}{more}}}"#);
    let ask = async |more: &str| room.post("/api/v1/commands", "leader", &body(more)).await.0;
    assert_eq!(ask("").await, 422);
    assert_eq!(ask(r#","second_token":"leader""#).await, 422);
    assert_eq!(ask(r#","second_token":"guess""#).await, 401);
    assert_eq!(ask(r#","second_token":"other-leader""#).await, 202);
    let commands = journalled(&room);
    assert!(matches!(&commands[0].verb, Verb::Cancel { second, .. } if second == "other-leader"));
}

#[tokio::test]
async fn cases_are_filtered_paged_and_kept_from_who_may_not_see_them() {
    let room = Room::open().await;
    let rows = [
        case(1, TOWN_A, PrivacyClass::None),
        case(2, TOWN_B, PrivacyClass::None),
        case(3, TOWN_A, PrivacyClass::Restricted),
        case(4, TOWN_A, PrivacyClass::None),
    ];
    room.publish(0, rows.map(moved).into()).await;
    room.until("/api/v1/cases/1-4", 200).await;
    let ids = async |road: &str, token: Option<&str>| {
        let (status, page) = room.get(road, token).await;
        assert_eq!(status, 200, "{page}");
        let ids = page["cases"].as_array().unwrap().iter();
        ids.map(|row| row["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids("/api/v1/cases", Some("leader")).await, ["1-1", "1-2", "1-3", "1-4"]);
    assert_eq!(ids("/api/v1/cases", None).await, ["1-1", "1-2", "1-4"]);
    assert_eq!(ids("/api/v1/cases", Some("town")).await, ["1-1", "1-4"]);
    assert_eq!(ids("/api/v1/cases?cursor=1-2", Some("leader")).await, ["1-3", "1-4"]);
    assert_eq!(ids("/api/v1/cases?state=closed", Some("leader")).await, [""; 0]);
    assert_eq!(ids("/api/v1/cases?open=true&item=G01001&limit=1", None).await, ["1-1"]);
    let (_, page) = room.get("/api/v1/cases?limit=3", None).await;
    assert_eq!(page["next"], serde_json::Value::Null);
    let (_, page) = room.get("/api/v1/cases?limit=2", None).await;
    assert_eq!(page["next"], "1-2");
    assert_eq!(room.get("/api/v1/cases/1-3", None).await.0, 404);
    assert_eq!(room.get("/api/v1/cases/1-3", Some("receiver")).await.0, 200);
    for wrong in ["limit=0", "limit=1001", "state=odd", "colour=red"] {
        assert_eq!(room.get(&format!("/api/v1/cases?{wrong}"), None).await.0, 400, "{wrong}");
    }
    assert_eq!(room.get("/api/v1/cases?partition=9", None).await.0, 404);
    let (_, page) = room.get("/api/v1/cases/1-1", None).await;
    assert_eq!(page["timeline"][0]["what"], "filed");
    assert_eq!(page["as_of"]["position"], "4.0");
}

/// Follows from `since` until `ranges` came.
async fn followed(
    room: &Room,
    since: &str,
    token: Option<&str>,
    ranges: usize,
) -> Vec<ChangeRange> {
    let road = room.url(&format!("/api/v1/changes?partition=1&since={since}"));
    let request = reqwest::Client::new().get(road);
    let request = match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    };
    let response = request.send().await.unwrap();
    let status = response.status();
    assert_eq!(status, 200, "{}", response.text().await.unwrap());
    let mut body = response.bytes_stream();
    let mut begun = Vec::new();
    let mut found = Vec::new();
    while found.len() < ranges {
        let wait = std::time::Duration::from_secs(5);
        let piece = tokio::time::timeout(wait, body.next()).await.unwrap().unwrap().unwrap();
        begun.extend_from_slice(&piece);
        while let Some(end) = begun.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = begun.drain(..=end).collect();
            found.push(lines::decode(&line).unwrap());
        }
    }
    found
}

#[tokio::test]
async fn a_follower_resumes_anywhere_and_misses_nothing() {
    let room = Room::open().await;
    // More ranges than are shared, so that an early follower reads the journal.
    for offset in 0..40 {
        room.publish(offset, vec![moved(case(offset + 1, TOWN_A, PrivacyClass::None))]).await;
    }
    room.until("/api/v1/cases/1-40", 200).await;
    for since in [0, 1, 17, 30, 39] {
        let text = if since == 0 { "1:0.0".to_owned() } else { format!("1:{since}.0") };
        let ranges = followed(&room, &text, None, 40 - since).await;
        let reached: Vec<_> = ranges.iter().map(|range| range.to.offset).collect();
        let expected: Vec<_> = (u64::try_from(since).unwrap() + 1..=40).collect();
        assert_eq!(reached, expected, "since {text}");
    }
    // At the end it waits, and gets what comes: a sign of life, then a change.
    let late = followed(&room, "1:40.0", None, 2);
    let speak = async {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        room.publish(40, Vec::new()).await;
        room.publish(40, vec![moved(case(41, TOWN_A, PrivacyClass::None))]).await;
    };
    let (ranges, next, ()) = tokio::join!(late, followed(&room, "end", None, 2), speak);
    assert_eq!((ranges[0].changes.len(), ranges[1].to.offset), (0, 41));
    assert_eq!(next, ranges);
}

#[tokio::test]
async fn a_follower_in_the_middle_of_a_range_gets_it_whole() {
    let room = Room::open().await;
    let three = (1..=3).map(|number| moved(case(number, TOWN_A, PrivacyClass::None))).collect();
    room.publish(0, three).await;
    room.until("/api/v1/cases/1-3", 200).await;
    let ranges = followed(&room, "1:2.0", None, 1).await;
    assert_eq!((ranges[0].from, ranges[0].to.offset), (Position::START, 3));
}

#[tokio::test]
async fn who_follows_without_a_token_sees_no_restricted_row() {
    let room = Room::open().await;
    let open = moved(case(1, TOWN_A, PrivacyClass::None));
    let closed = moved(case(2, TOWN_A, PrivacyClass::Restricted));
    room.publish(0, vec![open, closed]).await;
    room.until("/api/v1/cases/1-2", 200).await;
    let whole = followed(&room, "1:0.0", Some("receiver"), 1).await;
    let part = followed(&room, "1:0.0", None, 1).await;
    assert_eq!((whole[0].changes.len(), part[0].changes.len()), (2, 1));
    assert_eq!((whole[0].from, whole[0].to), (part[0].from, part[0].to));
}

#[tokio::test]
async fn a_follower_of_another_journal_or_of_what_is_gone_is_told() {
    let room = Room::open().await;
    for offset in 0..4 {
        room.publish(offset, vec![moved(case(offset + 1, TOWN_A, PrivacyClass::None))]).await;
    }
    room.until("/api/v1/cases/1-4", 200).await;
    let road = |since: &str| format!("/api/v1/changes?partition=1&since={since}");
    assert_eq!(room.get(&road("2:1.0"), None).await.0, 409);
    assert_eq!(room.get(&road("1:99.0"), None).await.0, 409);
    assert_eq!(room.get(&road("now"), None).await.0, 400);
    assert_eq!(room.get("/api/v1/changes?partition=7", None).await.0, 404);
    assert_eq!(room.get("/api/v1/changes?partition=1", Some("stranger")).await.0, 403);
    assert_eq!(room.get("/api/v1/changes?partition=1", Some("town")).await.0, 403);
    room.journal.remove_through(Topic::Changes, COUNTY, Position::new(2, 0)).unwrap();
    assert_eq!(room.get(&road("1:1.0"), None).await.0, 410);
    assert_eq!(room.get(&road("1:0.0"), None).await.0, 410);
    assert_eq!(followed(&room, "1:2.0", None, 2).await.len(), 2);
}

#[tokio::test]
async fn no_more_follow_than_may() {
    let room = Room::open().await;
    let road = room.url("/api/v1/changes?partition=1");
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(reqwest::get(&road).await.unwrap());
    }
    assert_eq!(reqwest::get(&road).await.unwrap().status(), 503);
    drop(held.pop());
    for _ in 0..500 {
        if reqwest::get(&road).await.unwrap().status() == 200 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("a follower that left keeps its place");
}

#[tokio::test]
async fn health_and_metrics_are_told() {
    let room = Room::open().await;
    assert_eq!(room.get("/healthz", None).await.0, 200);
    assert_eq!(room.get("/readyz", None).await.0, 200);
    room.publish(0, vec![moved(case(1, TOWN_A, PrivacyClass::None))]).await;
    room.until("/api/v1/cases/1-1", 200).await;
    let (_, text) = room.get("/metrics", None).await;
    let text = text.as_str().unwrap();
    assert!(text.contains("gateway_position_offset{partition=\"1\"} 1"), "{text}");
}
