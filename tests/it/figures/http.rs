//! Figures over HTTP: who reads which rows, in which form, and what lies behind them.

use liandong::domain::{Case, Change, PrivacyClass, Timestamp};
use serde_json::{Value, json};

use crate::desk_room::{Room, case, moved};

const TOWN_A: &str = "211002001001001";
const TOWN_B: &str = "211002002001001";

fn filed(number: u64, grid: &str, privacy: PrivacyClass) -> Change {
    let begun = case(number, grid, privacy);
    let at = Timestamp(1_000_000);
    moved(Case { filed_at: Some(at), opened_at: at, ..begun })
}

/// Six cases in one town, three in another, two of them in a closed room.
async fn room() -> Room {
    let room = Room::open().await;
    let open = PrivacyClass::None;
    let mut changes: Vec<_> = (1..7).map(|number| filed(number, TOWN_A, open)).collect();
    changes.push(filed(7, TOWN_B, open));
    changes.push(filed(8, TOWN_B, PrivacyClass::Restricted));
    changes.push(filed(9, TOWN_B, PrivacyClass::Restricted));
    let to = room.publish(0, changes).await;
    let shown = || async {
        let (_, body) = room.get("/api/v1/kpis?kpi=K01", Some("leader")).await;
        body["rows"][0]["n"] == json!(9)
    };
    for _ in 0..500 {
        if shown().await {
            return room;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("the figures never came to {to}");
}

async fn rows(room: &Room, road: &str, token: &str) -> Vec<Value> {
    let (status, body) = room.get(road, Some(token)).await;
    assert_eq!(status, 200, "{body}");
    body["rows"].as_array().unwrap().clone()
}

#[tokio::test]
async fn rows_are_told_by_key_and_a_share_of_few_is_hidden() {
    let room = room().await;
    let by_town = "/api/v1/kpis?window=today&by=grid&under=211002&kpi=K02,K25";
    let found = rows(&room, by_town, "leader").await;
    let row = |key: &str, kpi: &str, n: i64, d: i64| {
        let name = Value::Null;
        json!({"key": key, "name": name, "kpi": kpi, "n": n, "d": d})
    };
    let with = |mut row: Value, name: &str, value: Value| {
        row[name] = value;
        row
    };
    let expected = [
        with(row("211002001", "K02", 6, 0), "value", json!(6.0)),
        with(row("211002001", "K25", 0, 6), "value", json!(0.0)),
        with(row("211002002", "K02", 3, 0), "value", json!(3.0)),
        with(row("211002002", "K25", 0, 3), "hidden", json!(true)),
    ];
    assert_eq!(found, expected);
    let (_, whole) = room.get("/api/v1/kpis?by=kind&window=30d", Some("leader")).await;
    assert_eq!(whole["figures"].as_array().unwrap().len(), whole["rows"].as_array().unwrap().len());
    assert_eq!(whole["as_of"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn each_reads_what_is_theirs() {
    let room = room().await;
    let count = async |token: &str, road: &str| rows(&room, road, token).await[0]["n"].clone();
    assert_eq!(count("leader", "/api/v1/kpis?kpi=K01").await, 9);
    assert_eq!(count("county", "/api/v1/kpis?kpi=K01").await, 9);
    // A crew may not read restricted cases, and does not count them either.
    assert_eq!(count("crew", "/api/v1/kpis?kpi=K01").await, 7);
    // A town's token reads its own places and no others.
    assert_eq!(count("town", "/api/v1/kpis?kpi=K01").await, 6);
    let refused = [
        "/api/v1/kpis?by=item",
        "/api/v1/kpis?by=org",
        "/api/v1/kpis?by=grid&under=211002",
        "/api/v1/kpis?by=grid&under=211002002",
        "/api/v1/kpis/K01/cases?under=211002002",
    ];
    for road in refused {
        assert_eq!(room.get(road, Some("town")).await.0, 403, "{road}");
    }
    assert_eq!(rows(&room, "/api/v1/kpis?kpi=K01", "stranger").await, Vec::<Value>::new());
    assert_eq!(room.get("/api/v1/kpis?partition=1", Some("stranger")).await.0, 403);
    assert_eq!(room.get("/api/v1/kpis", Some("nobody")).await.0, 401);
}

#[tokio::test]
async fn what_cannot_be_asked_says_what_can() {
    let room = room().await;
    for road in [
        "/api/v1/kpis?window=week",
        "/api/v1/kpis?by=person",
        "/api/v1/kpis?kpi=K99",
        "/api/v1/kpis?by=item&under=211002",
        "/api/v1/kpis?format=pdf",
        "/api/v1/kpis/K01/cases?by=kind",
        "/api/v1/kpis?cursor=1-1",
    ] {
        let (status, body) = room.get(road, Some("leader")).await;
        assert_eq!(status, 400, "{road}: {body}");
    }
    assert_eq!(room.get("/api/v1/kpis/K99/cases", Some("leader")).await.0, 404);
    assert_eq!(rows(&room, "/api/v1/kpis?window=2019-10", "leader").await[0]["n"], 0);
}

#[tokio::test]
async fn the_cases_behind_a_figure_come_in_pages() {
    let room = room().await;
    let road = "/api/v1/kpis/K25/cases?limit=4&by=grid&under=211002&key=211002001";
    let (_, first) = room.get(road, Some("leader")).await;
    let ids = |page: &Value| -> Vec<String> {
        let cases = page["cases"].as_array().unwrap().iter();
        cases.map(|case| case["case"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&first), ["1-1", "1-2", "1-3", "1-4"]);
    assert_eq!(first["cases"][0], json!({"case": "1-1", "n": 0, "d": 1}));
    let next = format!("{road}&cursor={}", first["next"].as_str().unwrap());
    let (_, last) = room.get(&next, Some("leader")).await;
    assert_eq!(ids(&last), ["1-5", "1-6"]);
    assert_eq!(last["next"], Value::Null);
    let (_, open) = room.get("/api/v1/kpis/K02/cases", Some("crew")).await;
    assert_eq!(ids(&open).len(), 7);
}

#[tokio::test]
async fn tables_are_for_peoples_own_tools() {
    let room = room().await;
    let client = reqwest::Client::new();
    let road = room.url("/api/v1/kpis?kpi=K02,K25&by=item");
    let get = client.get(&road).bearer_auth("leader").header("accept", "text/csv");
    let answer = get.send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/csv; charset=utf-8");
    let text = answer.text().await.unwrap();
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    assert_eq!(lines.next(), Some("key,name,kpi,zh,en,unit,n,d,value"));
    assert_eq!(lines.next(), Some("G01001,,K02,立案数,Filed,pieces,9,0,9"));
    assert_eq!(lines.next(), Some("G01001,,K25,自处置率,Handled on the spot,share,0,9,0"));

    let get = client.get(format!("{road}&format=xlsx")).bearer_auth("leader");
    let answer = get.send().await.unwrap();
    let name = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert_eq!(name, "attachment; filename=\"kpis-today.xlsx\"");
    let bytes = answer.bytes().await.unwrap();
    assert!(bytes.starts_with(b"PK\x03\x04") && 2_000 < bytes.len());
}
