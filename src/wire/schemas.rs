//! What pages, other systems and the server say to each other, as JSON Schemas (draft 2020-12)
//! made of the types.

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Map, Value};

use super::error::WireError;
use super::problem::Written;
use super::public;
use super::roads::{ROADS, SOCKET};
use super::socket_v1::{Close, PROTOCOL, Said, Told};

/// What a page says over the socket.
pub const SAID: &str = "socket-said.json";
/// What the server says over the socket.
pub const TOLD: &str = "socket-told.json";
/// Bodies over HTTP.
pub const HTTP: &str = "http.json";
/// Roads and close codes: no schema, but what a client needs besides.
pub const PROTOCOL_TABLE: &str = "protocol.json";

/// Roads and close codes.
#[derive(Debug, Serialize)]
struct Table<'a> {
    socket: Socket,
    roads: Vec<TableRoad>,
    closes: &'a [Close],
}

#[derive(Debug, Serialize)]
struct Socket {
    path: &'static str,
    protocol: &'static str,
}

/// A road; its bodies are named as in [`HTTP`].
#[derive(Debug, Serialize)]
struct TableRoad {
    method: &'static str,
    path: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    says: Option<String>,
    answers: String,
}

/// Every document: its file name, and its text.
///
/// # Errors
/// Where two types that are not the same have one name.
pub fn documents(closes: &[Close]) -> Result<Vec<(&'static str, String)>, WireError> {
    let said = reading().into_root_schema_for::<Said>();
    let told = telling().into_root_schema_for::<Told<'_>>();
    let (http, roads) = http()?;
    let table = Table { socket: Socket { path: SOCKET, protocol: PROTOCOL }, roads, closes };
    let mut documents = vec![
        (SAID, text(&said)?),
        (TOLD, text(&told)?),
        (HTTP, text(&http)?),
        (PROTOCOL_TABLE, text(&table)?),
    ];
    documents.extend(public::documents()?);
    Ok(documents)
}

/// How the server reads, so what a page may say.
pub(super) fn reading() -> SchemaGenerator {
    SchemaSettings::draft2020_12().for_deserialize().into_generator()
}

/// How the server writes, so what a page is told.
pub(super) fn telling() -> SchemaGenerator {
    SchemaSettings::draft2020_12().for_serialize().into_generator()
}

/// Bodies over HTTP: each type's schema under its name, and which road has which.
fn http() -> Result<(Schema, Vec<TableRoad>), WireError> {
    let (mut reading, mut telling) = (reading(), telling());
    let mut roads = Vec::new();
    for road in ROADS {
        let says = road.says.map(|says| name(&says(&mut reading))).transpose()?;
        let answers = name(&(road.answers)(&mut telling))?;
        roads.push(TableRoad { method: road.method, path: road.path, says, answers });
    }
    telling.subschema_for::<Written<'_>>();
    let mut types: BTreeMap<String, Value> = reading.take_definitions(true).into_iter().collect();
    for (name, told) in telling.take_definitions(true) {
        if types.get(&name).is_some_and(|said| *said != told) {
            return Err(damaged(format!("{name} is read otherwise than it is written")));
        }
        types.insert(name, told);
    }
    let mut root = Map::new();
    root.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
    root.insert("title".to_owned(), "Http".into());
    let about = "Bodies over HTTP, by name; protocol.json says which road has which.";
    root.insert("description".to_owned(), about.into());
    root.insert("$defs".to_owned(), types.into_iter().collect::<Map<_, _>>().into());
    Ok((root.into(), roads))
}

/// The name of the type that a schema refers to.
fn name(schema: &Schema) -> Result<String, WireError> {
    let found = schema.get("$ref").and_then(Value::as_str).and_then(|it| it.rsplit('/').next());
    found.map(str::to_owned).ok_or_else(|| damaged("a body is of a type without a name".to_owned()))
}

/// A document as it is written.
pub(super) fn text(document: &impl Serialize) -> Result<String, WireError> {
    let text =
        serde_json::to_string_pretty(document).map_err(|error| damaged(error.to_string()))?;
    Ok(text + "\n")
}

fn damaged(why: String) -> WireError {
    WireError::Damaged { format: "schema", why }
}
