//! What is posted to the public API, as the feeds' own JSON (`docs/feeds.md`).

use serde::Serialize;

use crate::domain::{CameraId, ItemCode, Point, Timestamp};
use crate::wire::projection::Projection;

use super::matter::Report;

/// The origin of the synthetic city's plane, degrees: that of the default configuration.
pub const ORIGIN: (f64, f64) = (41.273_7, 123.172_6);

/// One post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// When.
    pub at: Timestamp,
    /// To which feed.
    pub feed: &'static str,
    /// The sender's id, as the ticket quotes it.
    pub id: String,
    /// What.
    pub json: String,
    report: bool,
}

impl Sent {
    /// Whether it is a report of its own, not an urge or a look.
    #[must_use]
    pub fn truthful(&self) -> bool {
        self.report
    }
}

/// Which matter a report was of; kept aside, never sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    /// The report's id.
    pub id: String,
    /// The feed it went to.
    pub feed: &'static str,
    /// The matter's number.
    pub matter: u64,
}

#[derive(Serialize)]
struct SignalJson<'a> {
    id: &'a str,
    channel: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<&'a str>,
    observed_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    lat: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lon: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<&'a str>,
}

#[derive(Serialize)]
struct OrderJson<'a> {
    order_no: &'a str,
    action: &'a str,
    accepted_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lat: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lon: Option<f64>,
}

#[derive(Serialize)]
struct DetectionJson {
    camera: u32,
    item: String,
    present: bool,
    observed_at: i64,
}

fn degrees(point: Point) -> (Option<f64>, Option<f64>) {
    let (lat, lon) = Projection::new(ORIGIN.0, ORIGIN.1).degrees(point);
    (Some(lat), Some(lon))
}

/// None of these fails: they are plain values.
fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// A report by our own feed.
pub(super) fn signal(report: &Report) -> Sent {
    let (lat, lon) = degrees(report.point);
    let json = json(&SignalJson {
        id: &report.id,
        channel: report.channel,
        kind: None,
        about: None,
        item: report.item,
        observed_at: report.at.0,
        lat,
        lon,
        text: Some(&report.text),
        address: Some(&report.address),
    });
    Sent { at: report.at, feed: "signal", id: report.id.clone(), json, report: true }
}

/// A work order of the hotline.
pub(super) fn hotline(report: &Report) -> Sent {
    let (lat, lon) = degrees(report.point);
    let json = json(&OrderJson {
        order_no: &report.id,
        action: "new",
        accepted_at: report.at.0,
        item: report.item,
        content: Some(&report.text),
        address: Some(&report.address),
        lat,
        lon,
    });
    Sent { at: report.at, feed: "hotline", id: report.id.clone(), json, report: true }
}

/// The sender of `report` asks again.
pub(super) fn urge(report: &Report, at: Timestamp) -> Sent {
    if report.channel == "hotline" {
        let json = json(&OrderJson {
            order_no: &report.id,
            action: "urge",
            accepted_at: at.0,
            item: None,
            content: None,
            address: None,
            lat: None,
            lon: None,
        });
        return Sent { at, feed: "hotline", id: report.id.clone(), json, report: false };
    }
    let id = format!("{}-urge", report.id);
    let json = json(&SignalJson {
        id: &id,
        channel: report.channel,
        kind: Some("urge"),
        about: Some(&report.id),
        item: None,
        observed_at: at.0,
        lat: None,
        lon: None,
        text: None,
        address: None,
    });
    Sent { at, feed: "signal", id, json, report: false }
}

/// One look of a camera.
pub(super) fn detection(
    (camera, item): (CameraId, ItemCode),
    at: Timestamp,
    present: bool,
) -> Sent {
    let CameraId(number) = camera;
    let json =
        json(&DetectionJson { camera: number, item: item.to_string(), present, observed_at: at.0 });
    let id = format!("camera-{number}");
    Sent { at, feed: "detection", id, json, report: false }
}
