//! Requests of a city's 311 with the due time that the city gave each, as Boston published them.
//!
//! Two tables: what was asked and until when it was promised (a feed), and what became of it
//! (read by who replays it, `tools/timelines`).

use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::{Channel, Purpose, Timestamp};
use crate::wire::problem::{Problem, ProblemKind};

use super::elements::Element;
use super::local::moment;
use super::located::{address, degrees, identifier, required, within};
use super::raw::{RawKind, RawPlace, RawSignal};
use super::rows::each_row;

/// How its times are written.
const FORMAT: &str = "%Y-%m-%d %H:%M:%S";
/// Bytes of what a city calls a matter.
const NAME_BYTES_MAX: usize = 256;

#[derive(Deserialize, Default, JsonSchema)]
#[serde(default)]
#[schemars(rename = "City311Request")]
pub(in crate::wire) struct Fields {
    case_enquiry_id: Option<String>,
    open_dt: Option<String>,
    target_dt: Option<String>,
    #[serde(rename = "type")]
    request_type: Option<String>,
    location: Option<String>,
    latitude: Option<String>,
    longitude: Option<String>,
    source: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct OutcomeFields {
    case_enquiry_id: Option<String>,
    closed_dt: Option<String>,
    ontime: Option<String>,
}

/// What a city says of how a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnTime {
    /// `ONTIME`
    Yes,
    /// `OVERDUE`
    No,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The request's identifier.
    pub id: String,
    /// When it was closed, if it was.
    pub closed: Option<Timestamp>,
    /// What the city says of it, where it says anything.
    pub mark: Option<OnTime>,
}

/// Reads a body: each element a signal or a located problem.
#[must_use]
pub fn parse(body: &[u8], zone: &TimeZone) -> Vec<Result<RawSignal, Problem>> {
    each_row(body, |fields: Fields, element: &Element<'_>| read(fields, element, zone))
}

fn read(fields: Fields, element: &Element<'_>, zone: &TimeZone) -> Result<RawSignal, Problem> {
    let opened = moment(fields.open_dt.as_deref(), (FORMAT, zone), "/open_dt")?;
    let due = moment(fields.target_dt.as_deref(), (FORMAT, zone), "/target_dt")?;
    let named = within(fields.request_type.unwrap_or_default(), NAME_BYTES_MAX, "/type")?;
    let lat = number(fields.latitude.as_deref(), "/latitude")?;
    let lon = number(fields.longitude.as_deref(), "/longitude")?;
    Ok(RawSignal {
        index: element.index,
        span: element.span.clone(),
        id: identifier(fields.case_enquiry_id, "/case_enquiry_id")?,
        quoted: None,
        kind: RawKind::New,
        channel: channel(fields.source.as_deref()),
        item: None,
        observed_at: required(opened, "/open_dt")?,
        place: RawPlace { degrees: degrees((lat, lon), ("/latitude", "/longitude"))?, grid: None },
        text: named.clone(),
        address: address(fields.location, "/location")?,
        contact: None,
        sealed_contact: None,
        owes_reply: None,
        purpose: Purpose::Real,
        due,
        named: Some(named).filter(|named| !named.is_empty()),
    })
}

/// Reads a file's rows as what became of requests.
#[must_use]
pub fn outcomes(body: &[u8], zone: &TimeZone) -> Vec<Result<Outcome, Problem>> {
    each_row(body, |fields: OutcomeFields, _: &Element<'_>| {
        let mark = match fields.ontime.as_deref().map(str::trim) {
            None | Some("") => None,
            Some("ONTIME") => Some(OnTime::Yes),
            Some("OVERDUE") => Some(OnTime::No),
            Some(other) => {
                let why = format!("{other:?} is neither ONTIME nor OVERDUE");
                return Err(Problem::new(ProblemKind::WrongValue, why).at("/ontime"));
            }
        };
        let closed = moment(fields.closed_dt.as_deref(), (FORMAT, zone), "/closed_dt")?;
        Ok(Outcome { id: identifier(fields.case_enquiry_id, "/case_enquiry_id")?, closed, mark })
    })
}

/// The channel: a call, who works for the city, or else a page or an app.
fn channel(source: Option<&str>) -> Channel {
    match source.unwrap_or_default() {
        "Constituent Call" => Channel::Hotline,
        "Employee Generated" | "Maximo Integration" => Channel::Grid,
        _ => Channel::PublicApp,
    }
}

fn number(text: Option<&str>, pointer: &str) -> Result<Option<f64>, Problem> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let wrong = |_| {
        let why = format!("{text:?} is no number of degrees");
        Problem::new(ProblemKind::WrongValue, why).at(pointer.to_owned())
    };
    text.parse().map(Some).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "case_enquiry_id,open_dt,target_dt,type,latitude,longitude,source";

    fn one(row: &str) -> Result<RawSignal, Problem> {
        parse(format!("{HEADER}\n{row}\n").as_bytes(), &TimeZone::UTC).remove(0)
    }

    #[test]
    fn a_request_carries_its_own_due_time() {
        let raw = one("9,2011-07-01 01:32:33,2011-07-15 01:32:32,Pothole,42.27,-71.07,Twitter");
        let raw = raw.unwrap();
        assert_eq!(raw.due.unwrap().ms_since(raw.observed_at), 14 * 86_400_000 - 1_000);
        assert_eq!((raw.named.as_deref(), raw.channel), (Some("Pothole"), Channel::PublicApp));
        let open = one("9,2011-07-01 01:32:33,,Pothole,,,Constituent Call").unwrap();
        assert_eq!((open.due, open.channel), (None, Channel::Hotline));
    }

    #[test]
    fn what_cannot_be_is_named() {
        for (row, pointer) in [
            ("9,,,Pothole,,,", "/open_dt"),
            ("9,2011-07-01 01:32:33,soon,Pothole,,,", "/target_dt"),
            (",2011-07-01 01:32:33,,Pothole,,,", "/case_enquiry_id"),
            ("9,2011-07-01 01:32:33,,Pothole,north,1,", "/latitude"),
            ("9,2011-07-01 01:32:33,,Pothole,95,1,", "/latitude"),
        ] {
            let problem = one(row).unwrap_err();
            assert_eq!(problem.pointer.as_deref(), Some(pointer), "{row}: {}", problem.detail);
        }
    }

    #[test]
    fn an_outcome_is_closed_or_not_and_marked_or_not() {
        let body = "case_enquiry_id,case_status,closed_dt,ontime\n1,Closed,2011-07-01 05:06:58,\
            ONTIME\n2,Open,,OVERDUE\n3,Closed,2011-07-01 05:06:58,\n4,Closed,,LATE\n";
        let read = outcomes(body.as_bytes(), &TimeZone::UTC);
        let told: Vec<_> = read.iter().flatten().map(|it| (it.closed.is_some(), it.mark)).collect();
        assert_eq!(told, [(true, Some(OnTime::Yes)), (false, Some(OnTime::No)), (true, None)]);
        assert!(read[3].is_err());
    }
}
