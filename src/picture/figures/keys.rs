//! By what figures are kept: organisation, place, item, channel, kind. Never a person.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::{Channel, GridCode, ItemCode, KindCode, OrgCode};

use super::facts::Room;

/// One row of figures.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Key {
    /// An organisation.
    Org(OrgCode),
    /// A place.
    Place(GridCode),
    /// An item of the catalogue.
    Item(ItemCode),
    /// A channel.
    Channel(Channel),
    /// A kind of matter.
    Kind(KindCode),
    /// Everything.
    All,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Org(org) => org.fmt(f),
            Self::Place(place) => place.fmt(f),
            Self::Item(item) => item.fmt(f),
            Self::Channel(channel) => f.write_str(channel_word(*channel)),
            Self::Kind(kind) => kind.fmt(f),
            Self::All => f.write_str("all"),
        }
    }
}

/// A channel as it is written.
fn channel_word(channel: Channel) -> &'static str {
    match channel {
        Channel::Grid => "grid",
        Channel::PublicApp => "public_app",
        Channel::Hotline => "hotline",
        Channel::Video => "video",
        Channel::Police110 => "police110",
        Channel::Petition => "petition",
        Channel::Sensor => "sensor",
        Channel::Superior => "superior",
        Channel::Business => "business",
    }
}

/// The number of a row on the board.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
pub(super) struct Slot(pub(super) u32);

impl Slot {
    /// No row: whose organisation, place, item or channel is not known.
    pub(super) const NONE: Self = Self(u32::MAX);
}

/// The rows a case counts in, besides its organisation's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Keys {
    pub(super) room: Room,
    pub(super) place: Slot,
    pub(super) item: Slot,
    pub(super) channel: Slot,
    pub(super) kind: Slot,
}
