//! Holds what is said in tests to the schemas, so that these cannot say what the bytes do not.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use liandong::gateway::CLOSES;
use liandong::wire::schemas::{HTTP, PROTOCOL_TABLE, SAID, TOLD, documents};

/// What the types give.
pub(crate) static DOCUMENTS: LazyLock<BTreeMap<&'static str, String>> =
    LazyLock::new(|| documents(&CLOSES).unwrap().into_iter().collect());

static SAYABLE: LazyLock<Validator> = LazyLock::new(|| validator(&document(SAID)));
static TELLABLE: LazyLock<Validator> = LazyLock::new(|| validator(&strict(document(TOLD))));
static BODIES: LazyLock<BTreeMap<String, Validator>> = LazyLock::new(|| {
    let mut http = strict(document(HTTP));
    let names: Vec<String> = http["$defs"].as_object().unwrap().keys().cloned().collect();
    let mut body = |name: String| {
        http["$ref"] = format!("#/$defs/{name}").into();
        (name, validator(&http))
    };
    names.into_iter().map(&mut body).collect()
});

/// The roads that clients are told of; one that is named whole before one with a name in it.
static TABLE: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let mut roads: Vec<Value> = document(PROTOCOL_TABLE)["roads"].as_array().unwrap().clone();
    roads.sort_by_key(|road| road["path"].as_str().unwrap().contains('{'));
    roads
});

pub(crate) fn document(name: &str) -> Value {
    serde_json::from_str(&DOCUMENTS[name]).unwrap()
}

/// What the fields are that a whole row of such a page leaves out, as the schemas say.
pub(crate) fn blanks(page: &str) -> Map<String, Value> {
    let rows = &document(TOLD)["$defs"]["PageRow"]["anyOf"];
    let title = if page == "desk" { "DeskRow" } else { "WallRow" };
    let row = rows.as_array().unwrap().iter().find(|row| row["title"] == title).unwrap();
    let fields = row["properties"].as_object().unwrap().iter();
    let blank = |(name, field): (&String, &Value)| {
        Some((name.clone(), field.as_object().unwrap().get("default")?.clone()))
    };
    fields.filter_map(blank).collect()
}

fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::new(schema).unwrap()
}

/// The schema, but what it does not name may not be there: a page passes over a field that it does
/// not know, a test does not.
fn strict(mut schema: Value) -> Value {
    match &mut schema {
        Value::Array(parts) => parts.iter_mut().for_each(|part| *part = strict(part.take())),
        Value::Object(parts) => {
            parts.values_mut().for_each(|part| *part = strict(part.take()));
            if parts.get("type") == Some(&json!("object")) && parts.contains_key("properties") {
                parts.entry("additionalProperties").or_insert(json!(false));
            }
        }
        _ => {}
    }
    schema
}

fn hold(validator: &Validator, what: &Value) {
    let faults: Vec<_> = validator.iter_errors(what).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{what}\nis not as its schema says: {faults:#?}");
}

/// What a page says is as its schema says.
pub(crate) fn said(frame: &Value) {
    hold(&SAYABLE, frame);
}

/// What a page says is what its schema refuses.
pub(crate) fn unsayable(frame: &Value) {
    assert!(!SAYABLE.is_valid(frame), "{frame}");
}

/// What the server says is as its schema says.
pub(crate) fn told(frame: &Value) {
    hold(&TELLABLE, frame);
}

/// What was posted on `road`: taken, it is as its schema says; unreadable, it is not.
pub(crate) fn posted(road: &str, body: &str, status: u16) {
    let says = table_road("POST", road).and_then(|row| row["says"].as_str());
    let Some(schema) = says.map(|says| &BODIES[says]) else { return };
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    match status {
        202 => hold(schema, &body),
        400 => assert!(!schema.is_valid(&body), "{body} cannot be read"),
        _ => {}
    }
}

/// What a road answered is as its schema says.
pub(crate) fn answered(method: &str, road: &str, (status, body): (u16, &Value)) {
    if 400 <= status {
        hold(&BODIES["Problem"], body);
    } else if let Some(row) = table_road(method, road) {
        hold(&BODIES[row["answers"].as_str().unwrap()], body);
    }
}

/// The row of a road in the table that clients read.
fn table_road(method: &str, road: &str) -> Option<&'static Value> {
    let path = road.split('?').next().unwrap();
    let lies_at = |there: &str| {
        let (parts, names) = (path.split('/'), there.split('/'));
        parts.clone().count() == names.clone().count()
            && parts.zip(names).all(|(part, name)| name.starts_with('{') || part == name)
    };
    TABLE.iter().find(|row| row["method"] == method && lies_at(row["path"].as_str().unwrap()))
}
