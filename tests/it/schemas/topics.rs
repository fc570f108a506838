//! The documents of the topics for others: a sound AsyncAPI document, and feeds as they are read.

use std::io::Read as _;
use std::path::Path;

use liandong::wire::feeds::{Feed, Parsed};
use liandong::wire::public::{Cleanup, SITUATION, TOPICS};
use serde_json::Value;

use super::held::{DOCUMENTS, document};

/// The schema of AsyncAPI 3.0.0 as its makers give it (npm: @asyncapi/specs 6.11.1, Apache-2.0).
fn official() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/asyncapi-3.0.0.json.gz");
    let mut text = String::new();
    let file = std::fs::File::open(path).unwrap();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_asyncapi_document_is_one_by_its_official_schema() {
    let validator = jsonschema::draft7::new(&official()).unwrap();
    let sound = document("asyncapi.json");
    let faults: Vec<_> = validator.iter_errors(&sound).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let mut broken = sound.clone();
    broken["operations"]["tell-situation"]["action"] = "shout".into();
    assert!(!validator.is_valid(&broken));
    let mut broken = sound;
    broken["channels"]["orders"]["bindings"]["kafka"]["topicConfiguration"]["retention.ms"] =
        "a week".into();
    assert!(!validator.is_valid(&broken));
}

/// Every reference in a document.
fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Array(parts) => parts.iter().flat_map(references).collect(),
        Value::Object(fields) => {
            let own = fields.get("$ref").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(fields.values().flat_map(references)).collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn it_has_every_topic_and_refers_to_what_there_is() {
    let sound = document("asyncapi.json");
    let channels = sound["channels"].as_object().unwrap();
    assert_eq!(channels.len(), TOPICS.len());
    for topic in TOPICS {
        let kept = &channels[topic.name]["bindings"]["kafka"]["topicConfiguration"];
        let compacted = topic.cleanup == Cleanup::Replaced;
        assert_eq!(compacted, topic.name == SITUATION);
        assert_eq!(kept["cleanup.policy"][0] == "compact", compacted, "{}", topic.name);
        assert_eq!(kept["retention.ms"].is_i64(), !compacted, "{}", topic.name);
    }
    for reference in references(&sound) {
        if let Some(file) = reference.strip_prefix("./") {
            assert!(DOCUMENTS.contains_key(file), "{reference}");
        } else {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(sound.pointer(pointer).is_some(), "{reference}");
        }
    }
}

/// Whether every element of a body can be read.
fn is_read(feed: Feed, body: &str) -> bool {
    match feed.parse(body.as_bytes(), &jiff::tz::TimeZone::UTC) {
        Parsed::Signals(found) => found.iter().all(Result::is_ok),
        Parsed::Detections(found) => found.iter().all(Result::is_ok),
    }
}

#[test]
fn what_a_feed_reads_is_as_its_schema_says() {
    let signal = r#"{"id":"1","channel":"grid","observed_at":1,"lat":41.2,"lon":123.0}"#;
    let sealed = signal.replace("\"id\"", "\"sealed_contact\":\"AAAA\",\"id\"");
    let order = r#"{"order_no":"LY1","accepted_at":"2026-07-01T08:30:00+08:00","content":"a"}"#;
    let chinese = r#"{"工单编号":"LY1","操作":"催办","受理时间":1,"诉求类型":"投诉"}"#;
    let request = r#"{"service_request_id":7,"requested_datetime":1,"lat":"NaN","media":[]}"#;
    let look = r#"{"camera":1,"item":"G01009","observed_at":1,"count":3}"#;
    for (feed, body) in [
        (Feed::Signal, signal.to_owned()),
        (Feed::Signal, format!("[{signal},{sealed}]")),
        (Feed::Hotline, order.to_owned()),
        (Feed::Hotline, chinese.to_owned()),
        (Feed::Open311, request.to_owned()),
        (Feed::Detection, look.to_owned()),
    ] {
        let schema = document(&format!("feed-{}.json", feed.name()));
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let value: Value = serde_json::from_str(&body).unwrap();
        assert!(is_read(feed, &body) && validator.is_valid(&value), "{body}");
        // What is not read is not as the schema says either.
        let wrong = match feed {
            Feed::Open311 => body.replace('7', "{}"),
            _ => body.replacen('{', "{\"nothing\":1,", 1),
        };
        let value: Value = serde_json::from_str(&wrong).unwrap();
        assert!(!is_read(feed, &wrong) && !validator.is_valid(&value), "{wrong}");
    }
}

#[test]
fn a_contact_in_clear_is_not_as_the_schema_says() {
    for (feed, body) in [
        ("signal", r#"{"id":"1","contact":{"phone":"1"}}"#),
        ("hotline", r#"{"order_no":"1","caller":{"phone":"1"}}"#),
        ("hotline", r#"{"order_no":"1","来电人":{"phone":"1"}}"#),
    ] {
        let schema = document(&format!("feed-{feed}.json"));
        let value: Value = serde_json::from_str(body).unwrap();
        assert!(!jsonschema::draft202012::new(&schema).unwrap().is_valid(&value), "{body}");
    }
}
