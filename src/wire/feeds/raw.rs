//! What a sender said, in clear, before it is admitted.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{CameraId, Channel, ItemCode, Purpose, Timestamp};

/// One report as it was sent. Not `Serialize`: it never leaves ingest.
#[derive(Debug, Clone, PartialEq)]
pub struct RawSignal {
    /// Which element of the body, from 0.
    pub index: usize,
    /// Its bytes in the body.
    pub span: Range<usize>,
    /// The sender's own identifier of this signal: sent again, it is the same signal.
    pub id: String,
    /// The identifier people quote, where it is not [`RawSignal::id`].
    pub quoted: Option<String>,
    /// What it says of its matter.
    pub kind: RawKind,
    /// Where it came from.
    pub channel: Channel,
    /// What it is about, where the sender knew.
    pub item: Option<ItemCode>,
    /// When the sender saw it.
    pub observed_at: Timestamp,
    /// Where it is.
    pub place: RawPlace,
    /// What was written.
    pub text: String,
    /// The address as it was written.
    pub address: String,
    /// How to reach the sender.
    pub contact: Option<Contact>,
    /// The same, sealed to the vault's public key.
    pub sealed_contact: Option<Vec<u8>>,
    /// Whether a reply is owed; the channel decides where the sender does not say.
    pub owes_reply: Option<bool>,
    /// Whether it is meant.
    pub purpose: Purpose,
    /// Until when it is to be handled, where the sender says so.
    pub due: Option<Timestamp>,
    /// What the sender calls its matter: the catalogue's item of that name, where it has one.
    pub named: Option<String>,
}

/// What a report says of its matter, by the sender's own identifiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RawKind {
    /// A new observation.
    New,
    /// The sender asks again about an earlier one.
    Urge {
        /// The earlier one.
        about: String,
    },
    /// The sender takes an earlier one back.
    Withdraw {
        /// The earlier one.
        about: String,
    },
}

/// Where a report says it is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RawPlace {
    /// Degrees of latitude and longitude, WGS-84.
    pub degrees: Option<(f64, f64)>,
    /// A grid's code.
    pub grid: Option<String>,
}

/// How to reach a sender. It is sealed with the words and compared with nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// How they wish to be addressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub name: Option<String>,
    /// A telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub phone: Option<String>,
    /// An e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub email: Option<String>,
}

/// One raw hit of a camera's rule as it was sent. It has no field for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawDetection {
    /// Which element of the body, from 0.
    pub index: usize,
    /// Which camera.
    pub camera: CameraId,
    /// What its rule looks for.
    pub item: ItemCode,
    /// Whether the thing is there.
    pub present: bool,
    /// How many of it.
    pub count: u16,
    /// When, by the camera's clock.
    pub observed_at: Timestamp,
}
