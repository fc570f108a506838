//! Typed reading of one element, and where exactly it fails.
//!
//! The road of a good element is one typed parse. Only where that fails is the element read again
//! as loose JSON, key by key, to say which field it was.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::domain::limits::{
    ADDRESS_BYTES_MAX, CONTACT_BYTES_MAX, EXTERNAL_ID_BYTES_MAX, SEALED_CONTACT_BYTES_MAX,
    TEXT_BYTES_MAX,
};
use crate::domain::{InvalidId, ItemCode};
use crate::wire::problem::{Problem, ProblemKind};
use crate::wire::public::sealed_bytes;

use super::elements::{Element, cut};
use super::raw::Contact;

/// Reads every element of `body` as `T`, then as `read` makes of it.
pub(super) fn each<T: DeserializeOwned, R>(
    body: &[u8],
    read: impl Fn(T, &Element<'_>) -> Result<R, Problem>,
) -> Vec<Result<R, Problem>> {
    let one = |element: Element<'_>| {
        let text = element.text.clone()?;
        typed(text)
            .and_then(|fields| read(fields, &element))
            .map_err(|problem| problem.of(element.index, element.span.clone()))
    };
    cut(body).into_iter().map(one).collect()
}

/// One element as `T`; every field of `T` must be optional.
pub(super) fn typed<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|error| match serde_json::from_str(text) {
        Ok(Value::Object(fields)) => locate::<T>(&fields, &error),
        Ok(_) => Problem::new(ProblemKind::WrongValue, "this is no JSON object"),
        Err(malformed) => Problem::new(ProblemKind::MalformedJson, malformed.to_string()),
    })
}

/// The first field that alone makes the same type fail; the whole where none does.
fn locate<T: DeserializeOwned>(fields: &Map<String, Value>, whole: &serde_json::Error) -> Problem {
    for (key, value) in fields {
        let Some(why) = failure::<T>(key, value.clone()) else { continue };
        let pointer = format!("/{}", escape(key));
        for (inner, value) in value.as_object().into_iter().flatten() {
            let nested = Map::from_iter([(inner.clone(), value.clone())]);
            if let Some(why) = failure::<T>(key, Value::Object(nested)) {
                return found(&why, format!("{pointer}/{}", escape(inner)));
            }
        }
        return found(&why, pointer);
    }
    Problem::new(ProblemKind::MalformedJson, whole.to_string())
}

/// Why an object of this one field is no `T`, where it is none.
fn failure<T: DeserializeOwned>(key: &str, value: Value) -> Option<String> {
    let alone = Value::Object(Map::from_iter([(key.to_owned(), value)]));
    serde_json::from_value::<T>(alone).err().map(|error| error.to_string())
}

fn found(why: &str, pointer: String) -> Problem {
    let unknown = why.starts_with("unknown field");
    let kind = if unknown { ProblemKind::UnknownField } else { ProblemKind::WrongValue };
    Problem::new(kind, why).at(pointer)
}

/// A key as a JSON pointer writes it; a very long one is cut.
fn escape(key: &str) -> String {
    let short: String = key.chars().take(80).collect();
    short.replace('~', "~0").replace('/', "~1")
}

/// A field that must be there.
pub(super) fn required<T>(field: Option<T>, pointer: &str) -> Result<T, Problem> {
    field.ok_or_else(|| {
        let name = pointer.trim_start_matches('/');
        Problem::new(ProblemKind::MissingField, format!("`{name}` must be given")).at(pointer)
    })
}

/// A sender's identifier: there, not blank, not too long.
pub(super) fn identifier(field: Option<String>, pointer: &str) -> Result<String, Problem> {
    let id = required(field, pointer)?;
    if id.trim().is_empty() || id.chars().any(char::is_control) {
        let why = "an identifier is not blank and has no control characters";
        return Err(Problem::new(ProblemKind::WrongValue, why).at(pointer));
    }
    within(id, EXTERNAL_ID_BYTES_MAX, pointer)
}

/// A text within its limit.
pub(super) fn within(text: String, bytes_max: usize, pointer: &str) -> Result<String, Problem> {
    if text.len() <= bytes_max {
        return Ok(text);
    }
    let why = format!("{} bytes in UTF-8; at most {bytes_max}", text.len());
    Err(Problem::new(ProblemKind::TooLong, why).at(pointer))
}

/// What was written, within its limit.
pub(super) fn written(text: Option<String>, pointer: &str) -> Result<String, Problem> {
    within(text.unwrap_or_default(), TEXT_BYTES_MAX, pointer)
}

/// An address, within its limit.
pub(super) fn address(text: Option<String>, pointer: &str) -> Result<String, Problem> {
    within(text.unwrap_or_default(), ADDRESS_BYTES_MAX, pointer)
}

/// A contact, each part within its limit.
pub(super) fn contact(field: Option<Contact>, pointer: &str) -> Result<Option<Contact>, Problem> {
    let Some(contact) = field else { return Ok(None) };
    let part = |text: Option<String>, name: &str| {
        text.map(|text| within(text, CONTACT_BYTES_MAX, &format!("{pointer}/{name}"))).transpose()
    };
    Ok(Some(Contact {
        name: part(contact.name, "name")?,
        phone: part(contact.phone, "phone")?,
        email: part(contact.email, "email")?,
    }))
}

/// A contact that came sealed: the bytes that the vault opens.
pub(super) fn sealed_contact(field: Option<String>) -> Result<Option<Vec<u8>>, Problem> {
    let Some(text) = field else { return Ok(None) };
    let text = within(text, SEALED_CONTACT_BYTES_MAX, "/sealed_contact")?;
    let wrong =
        || Problem::new(ProblemKind::SealedContact, "this is not base64").at("/sealed_contact");
    sealed_bytes(&text).ok_or_else(wrong).map(Some)
}

/// An item's code, where one is given.
pub(super) fn item(field: Option<&str>, pointer: &str) -> Result<Option<ItemCode>, Problem> {
    let read = |text: &str| {
        text.parse().map_err(|error: InvalidId| {
            Problem::new(ProblemKind::UnknownItem, error.to_string()).at(pointer)
        })
    };
    field.map(read).transpose()
}

/// Degrees of latitude and longitude: both or none, on the globe, and not the 0,0 of "not set".
pub(super) fn degrees(
    (lat, lon): (Option<f64>, Option<f64>),
    (lat_at, lon_at): (&str, &str),
) -> Result<Option<(f64, f64)>, Problem> {
    let (lat, lon) = match (lat, lon) {
        (None, None) => return Ok(None),
        (lat, lon) => (required(lat, lat_at)?, required(lon, lon_at)?),
    };
    let wrong = |why: String, pointer| Err(Problem::new(ProblemKind::WrongValue, why).at(pointer));
    if !(-90.0..=90.0).contains(&lat) {
        return wrong(format!("latitude {lat} is not between -90 and 90"), lat_at);
    }
    if !(-180.0..=180.0).contains(&lon) {
        return wrong(format!("longitude {lon} is not between -180 and 180"), lon_at);
    }
    if lat == 0.0 && lon == 0.0 {
        return wrong("0,0 means \"not set\": leave both out where there is none".into(), lat_at);
    }
    Ok(Some((lat, lon)))
}
