//! Computer-aided dispatch: a row for each unit that a call was given to, as San Francisco's fire
//! department publishes them.
//!
//! As a feed, a row is a report of its call: the call's number is its identifier, so the rows of
//! its other units are the same signal, sent again. What units did when is read by who replays
//! it (`tools/timelines`).

use std::ops::Range;

use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::{Channel, Purpose, Timestamp};
use crate::wire::problem::{Problem, ProblemKind};

use super::elements::Element;
use super::local::moment;
use super::located::{address, degrees, identifier, required};
use super::raw::{RawKind, RawPlace, RawSignal};
use super::rows::each_row;

/// How its times are written.
const FORMAT: &str = "%m/%d/%Y %I:%M:%S %p";

#[derive(Deserialize, Default, JsonSchema)]
#[serde(default)]
#[schemars(rename = "CadRow")]
pub(in crate::wire) struct Fields {
    #[serde(rename = "Call Number")]
    call: Option<String>,
    #[serde(rename = "Unit ID")]
    unit: Option<String>,
    #[serde(rename = "Call Type")]
    call_type: Option<String>,
    #[serde(rename = "Received DtTm")]
    received: Option<String>,
    #[serde(rename = "Dispatch DtTm")]
    dispatched: Option<String>,
    #[serde(rename = "Response DtTm")]
    under_way: Option<String>,
    #[serde(rename = "On Scene DtTm")]
    on_scene: Option<String>,
    #[serde(rename = "Transport DtTm")]
    left: Option<String>,
    #[serde(rename = "Hospital DtTm")]
    delivered: Option<String>,
    #[serde(rename = "Available DtTm")]
    available: Option<String>,
    #[serde(rename = "Address")]
    address: Option<String>,
    #[serde(rename = "Location")]
    location: Option<String>,
}

/// What one unit did for one call: a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// Its bytes in the file.
    pub span: Range<usize>,
    /// The call's number.
    pub call: String,
    /// The unit's name.
    pub unit: String,
    /// What the call is about, in the centre's words.
    pub call_type: String,
    /// When the call came in.
    pub received: Timestamp,
    /// When the unit was sent.
    pub dispatched: Timestamp,
    /// When it set out.
    pub under_way: Option<Timestamp>,
    /// When it was there.
    pub on_scene: Option<Timestamp>,
    /// When it was free again; where the row does not say, the last that it says.
    pub free: Timestamp,
    /// Where, in words: a block, never a house.
    pub address: String,
    /// Latitude and longitude.
    pub degrees: Option<(f64, f64)>,
}

/// Reads a body: each element a report of its call, or a located problem.
#[must_use]
pub fn parse(body: &[u8], zone: &TimeZone) -> Vec<Result<RawSignal, Problem>> {
    each_row(body, |fields: Fields, element: &Element<'_>| {
        let received = moment(fields.received.as_deref(), (FORMAT, zone), "/Received DtTm")?;
        let call_type = fields.call_type.unwrap_or_default();
        Ok(RawSignal {
            index: element.index,
            span: element.span.clone(),
            id: identifier(fields.call, "/Call Number")?,
            quoted: None,
            kind: RawKind::New,
            channel: Channel::Police110,
            item: None,
            observed_at: required(received, "/Received DtTm")?,
            place: RawPlace { degrees: place(fields.location.as_deref())?, grid: None },
            text: call_type.clone(),
            address: address(fields.address, "/Address")?,
            contact: None,
            sealed_contact: None,
            owes_reply: None,
            purpose: Purpose::Real,
            due: None,
            named: Some(call_type).filter(|named| !named.is_empty()),
        })
    })
}

/// Reads a file's rows as what units did.
#[must_use]
pub fn responses(body: &[u8], zone: &TimeZone) -> Vec<Result<Response, Problem>> {
    each_row(body, |fields: Fields, element: &Element<'_>| response(fields, element, zone))
}

fn response(fields: Fields, element: &Element<'_>, zone: &TimeZone) -> Result<Response, Problem> {
    let at =
        |text: &Option<String>, pointer: &str| moment(text.as_deref(), (FORMAT, zone), pointer);
    let received = required(at(&fields.received, "/Received DtTm")?, "/Received DtTm")?;
    let dispatched = required(at(&fields.dispatched, "/Dispatch DtTm")?, "/Dispatch DtTm")?;
    let under_way = at(&fields.under_way, "/Response DtTm")?;
    let on_scene = at(&fields.on_scene, "/On Scene DtTm")?;
    let after = [at(&fields.left, "/Transport DtTm")?, at(&fields.delivered, "/Hospital DtTm")?];
    let available = at(&fields.available, "/Available DtTm")?;
    let said = [Some(dispatched), under_way, on_scene].into_iter().chain(after).flatten().max();
    let free = available.or(said).unwrap_or(dispatched);
    in_order([received, dispatched], "/Dispatch DtTm", "it was sent before the call came in")?;
    let there = on_scene.unwrap_or(dispatched);
    in_order([dispatched, there], "/On Scene DtTm", "it was there before it was sent")?;
    in_order([there, free], "/Available DtTm", "it was free before it was there")?;
    Ok(Response {
        span: element.span.clone(),
        call: identifier(fields.call, "/Call Number")?,
        unit: identifier(fields.unit, "/Unit ID")?,
        call_type: required(fields.call_type, "/Call Type")?,
        received,
        dispatched,
        under_way,
        on_scene,
        free,
        address: address(fields.address, "/Address")?,
        degrees: place(fields.location.as_deref())?,
    })
}

fn in_order([first, then]: [Timestamp; 2], pointer: &str, why: &str) -> Result<(), Problem> {
    if first <= then {
        return Ok(());
    }
    Err(Problem::new(ProblemKind::WrongValue, why.to_owned()).at(pointer.to_owned()))
}

/// A place written `(latitude, longitude)`.
fn place(text: Option<&str>) -> Result<Option<(f64, f64)>, Problem> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let bare = text.trim_start_matches('(').trim_end_matches(')');
    let both = bare.split_once(',').and_then(|(lat, lon)| {
        Some((lat.trim().parse::<f64>().ok()?, lon.trim().parse::<f64>().ok()?))
    });
    let Some((lat, lon)) = both else {
        let why = format!("{text:?} is no (latitude, longitude)");
        return Err(Problem::new(ProblemKind::WrongValue, why).at("/Location"));
    };
    degrees((Some(lat), Some(lon)), ("/Location", "/Location"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "Call Number,Unit ID,Call Type,Received DtTm,Dispatch DtTm,\
        Response DtTm,On Scene DtTm,Available DtTm,Address,Location,Box";

    fn read(row: &str) -> Result<Response, Problem> {
        responses(format!("{HEADER}\n{row}\n").as_bytes(), &TimeZone::UTC).remove(0)
    }

    #[test]
    fn a_row_is_what_a_unit_did() {
        let row = read(
            "7,E39,Alarms,01/02/2017 11:57:56 PM,01/02/2017 11:59:42 PM,,01/03/2017 12:04:18 AM,\
             01/03/2017 12:24:11 AM,0 Block of A ST,\"(37.5, -122.25)\",8644",
        )
        .unwrap();
        assert_eq!((row.call.as_str(), row.unit.as_str(), row.under_way), ("7", "E39", None));
        assert_eq!(row.on_scene.unwrap().ms_since(row.received), 382_000);
        assert_eq!(row.degrees, Some((37.5, -122.25)));
        assert_eq!(row.free.ms_since(row.received), 1_575_000);
    }

    #[test]
    fn what_cannot_be_is_named() {
        let cases = [
            ("7,E1,Alarms,yesterday,01/02/2017 11:59:42 PM,,,,,,", "/Received DtTm"),
            ("7,E1,Alarms,01/02/2017 01:00:00 PM,,,,,,,", "/Dispatch DtTm"),
            ("7,E1,Alarms,01/02/2017 01:00:00 PM,01/02/2017 12:59:59 PM,,,,,,", "/Dispatch DtTm"),
            ("7,,Alarms,01/02/2017 01:00:00 PM,01/02/2017 01:00:00 PM,,,,,,", "/Unit ID"),
            ("7,E,A,01/02/2017 01:00:00 PM,01/02/2017 01:00:00 PM,,,,,nowhere,", "/Location"),
        ];
        for (row, pointer) in cases {
            let problem = read(row).unwrap_err();
            assert_eq!(problem.pointer.as_deref(), Some(pointer), "{row}: {}", problem.detail);
        }
    }

    #[test]
    fn as_a_feed_a_row_is_a_report_of_its_call() {
        let body = format!("{HEADER}\n7,E1,Alarms,01/02/2017 01:00:00 PM,,,,,,,\n");
        let raw = parse(body.as_bytes(), &TimeZone::UTC).remove(0).unwrap();
        assert_eq!((raw.id.as_str(), raw.named.as_deref()), ("7", Some("Alarms")));
        assert_eq!((raw.channel, raw.place), (Channel::Police110, RawPlace::default()));
    }
}
