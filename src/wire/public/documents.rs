//! JSON Schemas of the records that leave and come, made of the types.

use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use crate::wire::error::WireError;
use crate::wire::feeds::{cad, city311, detection, hotline, open311, signal};
use crate::wire::schemas::{reading, telling, text};

use super::asyncapi::asyncapi;
use super::case_change::{CaseChange, PublicCase};
use super::dead_letter::PublicLetter;
use super::order::PublicOrder;

/// Every document: its file name, and its text.
///
/// # Errors
/// Where a document cannot be written; none of ours cannot.
pub fn documents() -> Result<Vec<(&'static str, String)>, WireError> {
    Ok(vec![
        ("case-changes.json", text(&telling().into_root_schema_for::<CaseChange>())?),
        ("situation.json", text(&telling().into_root_schema_for::<PublicCase>())?),
        ("orders.json", text(&telling().into_root_schema_for::<PublicOrder>())?),
        ("dead-letters.json", text(&telling().into_root_schema_for::<PublicLetter>())?),
        ("feed-signal.json", text(&elements::<signal::Fields>())?),
        ("feed-hotline.json", text(&elements::<hotline::Fields>())?),
        ("feed-open311.json", text(&elements::<open311::Fields>())?),
        ("feed-detection.json", text(&elements::<detection::Fields>())?),
        ("feed-cad.json", text(&elements::<cad::Fields>())?),
        ("feed-city311.json", text(&elements::<city311::Fields>())?),
        ("asyncapi.json", text(&asyncapi())?),
    ])
}

/// One element, or an array of them: what a record of a feed may be. One element a line is read,
/// too; that is no JSON.
fn elements<Element: JsonSchema>() -> Schema {
    let mut generator = reading();
    let element = generator.subschema_for::<Element>().to_value();
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("{}Record", Element::schema_name()),
        "description": "One element, or an array of them. docs/feeds.md says which fields must be \
                        there together, and what their values may be.",
        "anyOf": [element, { "type": "array", "items": element }],
        "$defs": generator.take_definitions(true),
    });
    let Value::Object(fields) = schema else { return Schema::default() };
    fields.into()
}
