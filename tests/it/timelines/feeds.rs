//! The feeds `cad` and `city311` by HTTP: tables, local times, items by name, due times.

use std::sync::Arc;

use liandong::config::PartitionTable;
use liandong::domain::time::{DAY_MS, MINUTE_MS};
use liandong::domain::{Channel, Signal};
use liandong::ingest::Places;
use liandong::journal::MemoryJournal;
use liandong::kept::RulesInForce;
use liandong::telemetry::Clock;
use liandong::tools::timelines::Played;
use serde_json::Value;

use super::played::rules;
use crate::ingest_room::{NOW, Room, parts};

/// A room of the profile's city; it is 20:30 in New York, 17:30 in San Francisco.
async fn room(feed: Played) -> Room {
    let mut parts = parts(Arc::new(MemoryJournal::new(Clock::manual(NOW))));
    let rules = rules(feed);
    parts.config.zone = rules.ingest.zone.clone();
    parts.admission.places = Arc::new(Places::new(Vec::new()));
    parts.admission.partitions = PartitionTable::default();
    parts.admission.rules = RulesInForce::of(rules.playbook);
    Room::with(parts).await
}

/// Posts a table: the status and the answer.
async fn post(room: &Room, feed: &str, table: &'static str) -> (u16, Value) {
    let url = format!("{}/api/v1/signals?feed={feed}", room.url);
    let request = room.client.post(url).header("content-type", "text/csv; charset=utf-8");
    let response = request.body(table).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

fn signals(room: &Room) -> Vec<Signal> {
    room.signals(1).into_iter().map(|(_, signal)| signal).collect()
}

#[tokio::test]
async fn a_request_comes_with_its_item_and_its_due_time() {
    let room = room(Played::City311).await;
    let table = "case_enquiry_id,open_dt,target_dt,type,latitude,longitude,source\n\
        1,2026-06-30 20:00:00,2026-07-02 20:00:00,street light outages,42.3,-71.1,Twitter\n\
        2,2026-06-30 20:00:00,when we can,Graffiti Removal,42.3,-71.1,Twitter\n\
        3,2026-06-30 20:29:00,,Parade,42.3,-71.1,Constituent Call\n";
    let (status, answer) = post(&room, "city311", table).await;
    assert_eq!(status, 202, "{answer}");
    let problem = &answer["problems"][0];
    assert_eq!((&problem["pointer"], &problem["index"]), (&"/target_dt".into(), &1.into()));

    let signals = signals(&room);
    assert_eq!(signals.len(), 2);
    assert_eq!(signals[0].item, "B00116".parse().ok());
    assert_eq!(signals[0].observed_at, NOW.plus_ms(-30 * MINUTE_MS));
    assert_eq!(signals[0].due, Some(signals[0].observed_at.plus_ms(2 * DAY_MS)));
    // What the catalogue does not know by that name waits for a person to name it.
    assert_eq!((signals[1].item, signals[1].due), (None, None));
    assert_eq!((signals[1].channel, signals[1].owes_reply), (Channel::Hotline, true));
}

#[tokio::test]
async fn the_rows_of_one_call_are_one_signal_and_json_is_read_too() {
    let room = room(Played::Cad).await;
    let table = "Call Number,Unit ID,Call Type,Received DtTm,Dispatch DtTm,Location\n\
        7,E1,Alarms,06/30/2026 05:29:00 PM,06/30/2026 05:29:30 PM,\"(37.76, -122.44)\"\n\
        7,T2,Alarms,06/30/2026 05:29:00 PM,06/30/2026 05:29:40 PM,\"(37.76, -122.44)\"\n";
    let (status, answer) = post(&room, "cad", table).await;
    assert_eq!(status, 202, "{answer}");
    let json = r#"{"Call Number": "8", "Received DtTm": "06/30/2026 05:30:00 PM",
        "Call Type": "Vehicle Fire", "Location": "(37.76, -122.44)"}"#;
    let (status, answer) = room.post("cad", json).await;
    assert_eq!(status, 202, "{answer}");

    let signals = signals(&room);
    assert_eq!(signals[0].source, signals[1].source);
    assert_eq!(signals[0].observed_at, NOW.plus_ms(-MINUTE_MS));
    let items: Vec<_> = signals.iter().map(|signal| signal.item).collect();
    assert_eq!(items, ["F00001", "F00001", "F00017"].map(|item| item.parse().ok()));
    assert!(signals.iter().all(|signal| signal.place.point.is_some() && !signal.owes_reply));
}

#[tokio::test]
async fn a_due_time_beyond_reach_is_no_due_time() {
    let room = room(Played::City311).await;
    for (due, status) in [("2059-12-31T19:00:00Z", 202), ("2259-12-31T19:00:00Z", 422)] {
        let seen = format!(r#""channel":"grid","observed_at":{},"lat":42.3,"lon":-71.1"#, NOW.0);
        let body = format!(r#"{{"id":"A",{seen},"due":"{due}"}}"#);
        let (found, answer) = room.post("signal", body).await;
        assert_eq!(found, status, "{due}: {answer}");
    }
}
