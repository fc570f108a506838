//! The schemas as they are committed: what the types give, and what the documents list.

use std::fs;
use std::path::Path;

use liandong::gateway::CLOSES;
use liandong::wire::roads::{ROADS, SOCKET};
use liandong::wire::socket_v1::PROTOCOL;

use super::held::{DOCUMENTS, blanks, document};

fn committed(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(path)).unwrap()
}

#[test]
fn the_committed_schemas_are_what_the_types_give() {
    for (name, text) in &*DOCUMENTS {
        let found = committed(&format!("schemas/{name}"));
        assert!(
            found == *text,
            "docs/schemas/{name} is not what the types give: run `make schemas`"
        );
    }
}

#[test]
fn the_schemas_are_schemas() {
    let others = ["protocol.json", "asyncapi.json"];
    for name in DOCUMENTS.keys().filter(|name| !others.contains(name)) {
        jsonschema::meta::validate(&document(name)).unwrap();
    }
}

#[test]
fn every_close_code_and_road_is_written_down() {
    let (protocol, desk) = (committed("protocol.md"), committed("desk.md"));
    for close in CLOSES {
        let row = format!("| {} | {}", close.code, close.meaning);
        let row = protocol.lines().find(|line| line.starts_with(&row)).unwrap_or_else(|| {
            panic!("docs/protocol.md has no row that begins {row}");
        });
        let again = match close.again_ms {
            None | Some(0) => String::new(),
            Some(ms) => format!("come back after {} s", ms / 1_000),
        };
        assert!(row.contains(&again), "{row}: {again}");
        assert_eq!(row.contains("come back"), close.again_ms.is_some(), "{row}");
        assert_eq!(row.contains("anew"), close.anew, "{row}");
    }
    assert!(protocol.contains(SOCKET) && protocol.contains(PROTOCOL));
    for road in ROADS {
        let below = road.path.strip_prefix("/api/v1").unwrap();
        assert!((protocol.clone() + &desk).contains(below), "{}", road.path);
    }
}

/// What `$defs/NAME` of a document says.
fn defined(name: &str, of: &str) -> serde_json::Value {
    document(name)["$defs"][of].clone()
}

#[test]
fn identifiers_look_as_their_patterns_say() {
    for (document, of) in [
        ("socket-told.json", "CaseId"),
        ("socket-told.json", "CommandId"),
        ("socket-told.json", "Position"),
        ("socket-told.json", "GridCode"),
        ("socket-told.json", "ItemCode"),
        ("socket-told.json", "Epoch"),
        ("socket-said.json", "Standpoint"),
        ("http.json", "SourceKey"),
        ("http.json", "Sealed"),
    ] {
        let schema = defined(document, of);
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let examples = schema["examples"].as_array().unwrap();
        assert!(!examples.is_empty() && examples.iter().all(|it| validator.is_valid(it)), "{of}");
        assert!(!validator.is_valid(&"not one".into()) && !validator.is_valid(&1.into()), "{of}");
    }
}

#[test]
fn a_moved_row_holds_its_case_and_whatever_changed() {
    let row = defined("socket-told.json", "MovedRow");
    let moved = &row["anyOf"][1];
    assert_eq!((&moved["title"], &moved["required"]), (&"DeskMoved".into(), &vec!["case"].into()));
    assert_eq!(moved["properties"]["due"]["anyOf"][1]["type"], "null");
    assert_eq!(moved["properties"]["overdue"]["type"], "boolean", "it is never none");
}

#[test]
fn each_field_of_a_whole_row_is_there_or_the_schema_says_what_its_absence_means() {
    let rows = defined("socket-told.json", "PageRow");
    for (row, page) in rows["anyOf"].as_array().unwrap().iter().zip(["wall", "desk"]) {
        let mut named: Vec<String> = blanks(page).keys().cloned().collect();
        let required = row["required"].as_array().unwrap();
        named.extend(required.iter().map(|field| field.as_str().unwrap().to_owned()));
        named.sort_unstable();
        let all: Vec<_> = row["properties"].as_object().unwrap().keys().collect();
        assert!(named.iter().eq(all), "{page}: each once: {named:?}");
        for (field, blank) in blanks(page) {
            let mut schema = document("socket-told.json");
            schema["$ref"] = format!("#/$defs/Row/properties/{field}").into();
            schema.as_object_mut().unwrap().remove("oneOf");
            schema["$defs"]["Row"] = row.clone();
            let validator = jsonschema::draft202012::new(&schema).unwrap();
            assert!(validator.is_valid(&blank), "{page}'s {field} may be {blank}");
        }
    }
}
