//! The feed `signal`: our own format (`docs/feeds.md`).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::{Channel, Purpose};
use crate::wire::problem::{Problem, ProblemKind};

use super::elements::Element;
use super::located::{
    address, contact, degrees, each, identifier, item, required, sealed_contact, written,
};
use super::moment::Moment;
use super::raw::{Contact, RawKind, RawPlace, RawSignal};

#[derive(Deserialize, Default, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Signal")]
pub(in crate::wire) struct Fields {
    id: Option<String>,
    channel: Option<Channel>,
    kind: Option<Kind>,
    about: Option<String>,
    item: Option<String>,
    observed_at: Option<Moment>,
    lat: Option<f64>,
    lon: Option<f64>,
    grid: Option<String>,
    text: Option<String>,
    address: Option<String>,
    #[schemars(skip)]
    contact: Option<Contact>,
    sealed_contact: Option<String>,
    owes_reply: Option<bool>,
    drill: Option<bool>,
    #[schemars(skip)]
    canary: Option<bool>,
    due: Option<Moment>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    New,
    Urge,
    Withdraw,
}

/// Reads a body: each element a signal or a located problem.
#[must_use]
pub fn parse(body: &[u8]) -> Vec<Result<RawSignal, Problem>> {
    each(body, read)
}

fn read(fields: Fields, element: &Element<'_>) -> Result<RawSignal, Problem> {
    let channel = required(fields.channel, "/channel")?;
    if channel == Channel::Video {
        let why = "video comes in by the feed `detection`, which has no field for a person";
        return Err(Problem::new(ProblemKind::NotForVideo, why).at("/channel"));
    }
    Ok(RawSignal {
        index: element.index,
        span: element.span.clone(),
        id: identifier(fields.id, "/id")?,
        quoted: None,
        kind: kind(fields.kind, fields.about)?,
        channel,
        item: item(fields.item.as_deref(), "/item")?,
        observed_at: required(fields.observed_at, "/observed_at")?.0,
        place: RawPlace {
            degrees: degrees((fields.lat, fields.lon), ("/lat", "/lon"))?,
            grid: fields.grid,
        },
        text: written(fields.text, "/text")?,
        address: address(fields.address, "/address")?,
        contact: contact(fields.contact, "/contact")?,
        sealed_contact: sealed_contact(fields.sealed_contact)?,
        owes_reply: fields.owes_reply,
        purpose: purpose(fields.drill, fields.canary)?,
        due: fields.due.map(|due| due.0),
        named: None,
    })
}

fn purpose(drill: Option<bool>, canary: Option<bool>) -> Result<Purpose, Problem> {
    match (drill.unwrap_or_default(), canary.unwrap_or_default()) {
        (false, false) => Ok(Purpose::Real),
        (true, false) => Ok(Purpose::Drill),
        (false, true) => Ok(Purpose::Canary),
        (true, true) => {
            let why = "a signal is a drill or a canary, not both";
            Err(Problem::new(ProblemKind::WrongValue, why).at("/canary"))
        }
    }
}

fn kind(kind: Option<Kind>, about: Option<String>) -> Result<RawKind, Problem> {
    match kind.unwrap_or(Kind::New) {
        Kind::New if about.is_some() => {
            let why = "only an `urge` or a `withdraw` is about an earlier signal";
            Err(Problem::new(ProblemKind::WrongValue, why).at("/about"))
        }
        Kind::New => Ok(RawKind::New),
        Kind::Urge => Ok(RawKind::Urge { about: identifier(about, "/about")? }),
        Kind::Withdraw => Ok(RawKind::Withdraw { about: identifier(about, "/about")? }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;

    const GOOD: &str = r#"{"id":"A-1","channel":"public_app","item":"G01009",
        "observed_at":1782865800000,"lat":41.27,"lon":123.17,"text":"垃圾成堆","address":"中华大街",
        "contact":{"phone":"13800138000"}}"#;

    fn one(body: &str) -> Result<RawSignal, Problem> {
        let mut found = parse(body.as_bytes());
        assert_eq!(found.len(), 1, "{body}");
        found.remove(0)
    }

    /// GOOD with `key` set to `value`, or without it where that is blank.
    fn with(key: &str, value: &str) -> String {
        let mut fields: serde_json::Map<_, serde_json::Value> = serde_json::from_str(GOOD).unwrap();
        fields.remove(key);
        let rest = serde_json::to_string(&fields).unwrap();
        if value.is_empty() {
            return rest;
        }
        format!("{{\"{key}\":{value},{}", rest.trim_start_matches('{'))
    }

    #[test]
    fn a_report_is_read_whole() {
        let raw = one(GOOD).unwrap();
        assert_eq!((raw.id.as_str(), raw.channel), ("A-1", Channel::PublicApp));
        assert_eq!(raw.observed_at, Timestamp(1_782_865_800_000));
        assert_eq!(raw.place.degrees, Some((41.27, 123.17)));
        assert_eq!(raw.contact.unwrap().phone.unwrap(), "13800138000");
        assert_eq!((raw.kind, raw.owes_reply, raw.purpose), (RawKind::New, None, Purpose::Real));
    }

    #[test]
    fn each_fault_is_named_and_located() {
        use ProblemKind::{
            MalformedJson, MissingField, NotForVideo, TooLong, UnknownField, UnknownItem,
            WrongValue,
        };
        let long = format!("\"{}\"", "长".repeat(3_000));
        let cases = [
            ("id", "", MissingField, "/id"),
            ("id", "\" \"", WrongValue, "/id"),
            ("id", "7", WrongValue, "/id"),
            ("id", &long, TooLong, "/id"),
            ("channel", "\"telepathy\"", WrongValue, "/channel"),
            ("channel", "\"video\"", NotForVideo, "/channel"),
            ("item", "\"potholes\"", UnknownItem, "/item"),
            ("observed_at", "", MissingField, "/observed_at"),
            ("observed_at", "\"yesterday\"", WrongValue, "/observed_at"),
            ("lat", "", MissingField, "/lat"),
            ("lat", "91", WrongValue, "/lat"),
            ("lat", "\"41\"", WrongValue, "/lat"),
            ("lat", "NaN", MalformedJson, ""),
            ("lat", "-Infinity", MalformedJson, ""),
            ("lat", "1e999", MalformedJson, ""),
            ("lon", "-180.01", WrongValue, "/lon"),
            ("text", &long, TooLong, "/text"),
            ("address", &long, TooLong, "/address"),
            ("contact", "{\"phone\":5}", WrongValue, "/contact/phone"),
            ("contact", "{\"face\":\"x\"}", UnknownField, "/contact/face"),
            ("colour", "1", UnknownField, "/colour"),
            ("a/b~", "1", UnknownField, "/a~1b~0"),
            ("kind", "\"urge\"", MissingField, "/about"),
            ("about", "\"A-0\"", WrongValue, "/about"),
            ("drill", "1", WrongValue, "/drill"),
        ];
        for (key, value, kind, pointer) in cases {
            let problem = one(&with(key, value)).unwrap_err();
            let found = (problem.kind, problem.pointer.as_deref().unwrap_or_default());
            assert_eq!(found, (kind, pointer), "{key} = {value}: {}", problem.detail);
            assert_eq!(problem.index, Some(0));
        }
    }

    #[test]
    fn nowhere_is_not_a_place() {
        let body = with("lat", "0").replace("123.17", "0.0");
        let problem = one(&body).unwrap_err();
        assert_eq!((problem.kind, problem.pointer.as_deref()), {
            (ProblemKind::WrongValue, Some("/lat"))
        });
    }

    #[test]
    fn a_repeated_field_and_a_bare_value_are_problems() {
        let twice = GOOD.replace("{\"id\"", "{\"id\":\"B\",\"id\"");
        assert_eq!(one(&twice).unwrap_err().kind, ProblemKind::MalformedJson);
        assert_eq!(one("null").unwrap_err().kind, ProblemKind::WrongValue);
        assert_eq!(one("{}").unwrap_err().kind, ProblemKind::MissingField);
    }

    #[test]
    fn a_bad_one_in_a_batch_leaves_the_good_ones() {
        let body = format!("[{GOOD},{},{GOOD}]", with("lat", "NaN"));
        let found = parse(body.as_bytes());
        let good: Vec<_> = found.iter().flatten().map(|raw| raw.index).collect();
        assert_eq!(good, [0, 2]);
        let problem = found[1].as_ref().unwrap_err();
        assert!(body.get(problem.span.clone()).unwrap().contains("NaN"));
    }
}
