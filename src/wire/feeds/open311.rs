//! Open311: `GeoReport` v2 requests, as a city publishes them.
//!
//! Cities write them in many ways: numbers as text, `null` or nothing for the unknown, NaN or 0,0
//! for a place nobody gave. What cannot be a place on earth is no place, never a fault: a person
//! will place it. Without identifier or time nothing can be made of a request.

use std::fmt;

use schemars::JsonSchema;
use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::domain::limits::{ADDRESS_BYTES_MAX, TEXT_BYTES_MAX};
use crate::domain::{Channel, ItemCode, Purpose, Timestamp};
use crate::wire::problem::Problem;

use super::elements::Element;
use super::located::{each, identifier, required, sealed_contact, typed};
use super::moment::Moment;
use super::raw::{RawKind, RawPlace, RawSignal};

/// Services that the catalogue knows by another name.
const SERVICES: &[(&str, &str)] = &[
    ("Abandoned Vehicle", "G01020"),
    ("Abandoned Vehicles", "G01020"),
    ("Illegal Parking", "G02008"),
    ("Parking Enforcement", "G02008"),
    ("Sidewalk Not Shoveled", "G09008"),
    ("Unshoveled Sidewalk", "G09008"),
];

#[derive(Deserialize, Default, JsonSchema)]
#[serde(default)]
#[schemars(rename = "Open311Request")]
pub(in crate::wire) struct Fields {
    service_request_id: Option<TextOrNumber>,
    service_name: Option<String>,
    description: Option<String>,
    address: Option<String>,
    requested_datetime: Option<Moment>,
    lat: Coordinate,
    long: Coordinate,
    sealed_contact: Option<String>,
}

// An identifier, either way written.
#[derive(JsonSchema)]
#[serde(untagged)]
enum TextOrNumber {
    Text(String),
    Number(u64),
}

impl<'de> Deserialize<'de> for TextOrNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrNumberVisitor)
    }
}

struct TextOrNumberVisitor;

impl Visitor<'_> for TextOrNumberVisitor {
    type Value = TextOrNumber;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an identifier: a text or a whole number")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<TextOrNumber, E> {
        Ok(TextOrNumber::Number(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<TextOrNumber, E> {
        Ok(TextOrNumber::Text(text.to_owned()))
    }
}

/// A number, a number as text, or anything else for "unknown".
#[derive(Debug, Clone, Copy, PartialEq, Default, JsonSchema)]
#[schemars(with = "serde_json::Value")]
struct Coordinate(Option<f64>);

impl<'de> Deserialize<'de> for Coordinate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = deserializer.deserialize_any(CoordinateVisitor)?;
        Ok(Self(number.filter(|number: &f64| number.is_finite())))
    }
}

struct CoordinateVisitor;

impl<'de> Visitor<'de> for CoordinateVisitor {
    type Value = Option<f64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("degrees, or anything else for the unknown")
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Option<f64>, E> {
        Ok(Some(number))
    }

    #[expect(clippy::cast_precision_loss, reason = "what is that large is no place on earth")]
    fn visit_i64<E: Error>(self, number: i64) -> Result<Option<f64>, E> {
        Ok(Some(number as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "as above")]
    fn visit_u64<E: Error>(self, number: u64) -> Result<Option<f64>, E> {
        Ok(Some(number as f64))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<f64>, E> {
        Ok(text.trim().parse().ok())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Option<f64>, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<f64>, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<Option<f64>, A::Error> {
        IgnoredAny.visit_seq(elements).map(|_| None)
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Option<f64>, A::Error> {
        IgnoredAny.visit_map(fields).map(|_| None)
    }
}

/// One request, in clear.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The city's identifier.
    pub id: String,
    /// What it is about, in the city's words.
    pub service_name: String,
    /// What was written.
    pub description: String,
    /// Where, in words.
    pub address: String,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// Latitude and longitude, where they name a place on earth.
    pub degrees: Option<(f64, f64)>,
}

impl Request {
    fn of(fields: Fields) -> Result<Self, Problem> {
        let id = fields.service_request_id.map(|id| match id {
            TextOrNumber::Text(text) => text,
            TextOrNumber::Number(number) => number.to_string(),
        });
        Ok(Self {
            id: identifier(id, "/service_request_id")?,
            service_name: fields.service_name.unwrap_or_default(),
            description: cut(fields.description, TEXT_BYTES_MAX),
            address: cut(fields.address, ADDRESS_BYTES_MAX),
            requested_at: required(fields.requested_datetime, "/requested_datetime")?.0,
            degrees: on_earth(fields.lat, fields.long),
        })
    }

    /// The catalogue's item for its service, where there is one.
    #[must_use]
    pub fn item(&self) -> Option<ItemCode> {
        let known = SERVICES.iter().find(|(name, _)| *name == self.service_name);
        known.and_then(|(_, code)| code.parse().ok())
    }
}

/// Reads a body: each element a signal or a located problem.
#[must_use]
pub fn parse(body: &[u8]) -> Vec<Result<RawSignal, Problem>> {
    each(body, |fields: Fields, element: &Element<'_>| {
        let sealed_contact = sealed_contact(fields.sealed_contact.clone())?;
        let request = Request::of(fields)?;
        Ok(RawSignal {
            sealed_contact,
            index: element.index,
            span: element.span.clone(),
            quoted: None,
            kind: RawKind::New,
            channel: Channel::PublicApp,
            item: request.item(),
            observed_at: request.requested_at,
            place: RawPlace { degrees: request.degrees, grid: None },
            id: request.id,
            text: request.description,
            address: request.address,
            contact: None,
            owes_reply: None,
            purpose: Purpose::Real,
            due: None,
            named: None,
        })
    })
}

/// Reads one request: a line of a file.
///
/// # Errors
/// Where it is no JSON object in UTF-8, or has no identifier or no time.
pub fn parse_line(line: &str) -> Result<Request, Problem> {
    typed(line).and_then(Request::of)
}

fn on_earth(lat: Coordinate, long: Coordinate) -> Option<(f64, f64)> {
    let (lat, long) = (lat.0?, long.0?);
    let on_earth = lat.abs() <= 90.0 && long.abs() <= 180.0;
    let not_set = lat == 0.0 && long == 0.0;
    (on_earth && !not_set).then_some((lat, long))
}

/// A text as far as its limit: a city's long report is still a report.
fn cut(text: Option<String>, bytes_max: usize) -> String {
    let mut text = text.unwrap_or_default();
    let end = (0..=bytes_max.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    text.truncate(end.unwrap_or(0));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(more: &str) -> Result<Request, Problem> {
        parse_line(&format!(
            "{{\"service_request_id\":\"1\",\
             \"requested_datetime\":\"2016-11-04T16:26:35-04:00\"{more}}}"
        ))
    }

    #[test]
    fn a_request_is_read_as_cities_write_it() {
        let read = request(",\"lat\":\"42.3\",\"long\":-71.09,\"description\":null").unwrap();
        assert_eq!(read.degrees, Some((42.3, -71.09)));
        assert_eq!(read.requested_at, Timestamp(1_478_291_195_000));
        assert_eq!((read.description.as_str(), read.item()), ("", None));
        let read = request(",\"service_name\":\"Illegal Parking\"").unwrap();
        assert_eq!(read.item(), "G02008".parse().ok());
    }

    #[test]
    fn what_is_no_place_on_earth_is_no_place() {
        for (lat, long) in
            [("\"NaN\"", "1"), ("91", "1"), ("1", "-181"), ("0", "0"), ("null", "1"), ("[]", "1")]
        {
            let read = request(&format!(",\"lat\":{lat},\"long\":{long}")).unwrap();
            assert_eq!(read.degrees, None, "{lat} {long}");
        }
        assert_eq!(request("").unwrap().degrees, None);
    }

    #[test]
    fn without_identifier_or_time_nothing_can_be_made_of_it() {
        assert!(parse_line("{\"requested_datetime\":\"2016-11-04T16:26:35-04:00\"}").is_err());
        assert!(parse_line("{\"service_request_id\":\"1\"}").is_err());
        assert!(parse_line("[1]").is_err());
    }

    #[test]
    fn a_broken_element_leaves_its_neighbours_good() {
        let good = "{\"service_request_id\":7,\"requested_datetime\":\"2016-11-04T16:26:35Z\"}";
        let read = parse(format!("{good}\n{{\"lat\":NaN}}\n{good}").as_bytes());
        assert_eq!(read.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let long = "路".repeat(TEXT_BYTES_MAX);
        let read = request(&format!(",\"description\":\"{long}\"")).unwrap();
        assert!(read.description.len() <= TEXT_BYTES_MAX && read.description.ends_with('路'));
    }
}
