//! The feeds by name.

use std::str::FromStr;

use jiff::tz::TimeZone;

use crate::domain::InvalidId;
use crate::wire::problem::Problem;

use super::raw::{RawDetection, RawSignal};
use super::{cad, city311, detection, hotline, open311, signal};

/// Who speaks in which format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feed {
    /// Our own format.
    Signal,
    /// Work orders of the 12345 hotline.
    Hotline,
    /// `GeoReport` v2 requests.
    Open311,
    /// Raw detections of video.
    Detection,
    /// Rows of computer-aided dispatch.
    Cad,
    /// Requests of a city's 311 with their own due times.
    City311,
}

/// What a body of a feed says, element by element.
#[derive(Debug)]
pub enum Parsed {
    /// Reports.
    Signals(Vec<Result<RawSignal, Problem>>),
    /// Looks of cameras.
    Detections(Vec<Result<RawDetection, Problem>>),
}

impl Feed {
    /// Every feed.
    pub const ALL: [Self; 6] =
        [Self::Signal, Self::Hotline, Self::Open311, Self::Detection, Self::Cad, Self::City311];

    /// Its name in queries, counters and source keys; never changed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Signal => "signal",
            Self::Hotline => "hotline",
            Self::Open311 => "open311",
            Self::Detection => "detection",
            Self::Cad => "cad",
            Self::City311 => "city311",
        }
    }

    /// Its number in stored formats; never reused.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Signal => 1,
            Self::Hotline => 2,
            Self::Open311 => 3,
            Self::Detection => 4,
            Self::Cad => 5,
            Self::City311 => 6,
        }
    }

    /// Whether its bodies may be tables, too.
    #[must_use]
    pub fn takes_tables(self) -> bool {
        matches!(self, Self::Cad | Self::City311)
    }

    /// Reads a body; times that it writes without an offset are by the clocks of `zone`.
    #[must_use]
    pub fn parse(self, body: &[u8], zone: &TimeZone) -> Parsed {
        match self {
            Self::Signal => Parsed::Signals(signal::parse(body)),
            Self::Hotline => Parsed::Signals(hotline::parse(body)),
            Self::Open311 => Parsed::Signals(open311::parse(body)),
            Self::Detection => Parsed::Detections(detection::parse(body)),
            Self::Cad => Parsed::Signals(cad::parse(body, zone)),
            Self::City311 => Parsed::Signals(city311::parse(body, zone)),
        }
    }
}

impl FromStr for Feed {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        const EXPECTED: &str = "a feed: signal, open311, hotline, detection, cad or city311";
        let named = Self::ALL.into_iter().find(|feed| feed.name() == text);
        named.ok_or_else(|| InvalidId::new(text, EXPECTED))
    }
}
