//! The feeds by name.

use std::str::FromStr;

use crate::domain::InvalidId;
use crate::wire::problem::Problem;

use super::raw::{RawDetection, RawSignal};
use super::{detection, hotline, open311, signal};

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
    pub const ALL: [Self; 4] = [Self::Signal, Self::Hotline, Self::Open311, Self::Detection];

    /// Its name in queries, counters and source keys; never changed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Signal => "signal",
            Self::Hotline => "hotline",
            Self::Open311 => "open311",
            Self::Detection => "detection",
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
        }
    }

    /// Reads a body.
    #[must_use]
    pub fn parse(self, body: &[u8]) -> Parsed {
        match self {
            Self::Signal => Parsed::Signals(signal::parse(body)),
            Self::Hotline => Parsed::Signals(hotline::parse(body)),
            Self::Open311 => Parsed::Signals(open311::parse(body)),
            Self::Detection => Parsed::Detections(detection::parse(body)),
        }
    }
}

impl FromStr for Feed {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Self::ALL
            .into_iter()
            .find(|feed| feed.name() == text)
            .ok_or_else(|| InvalidId::new(text, "a feed: signal, open311, hotline or detection"))
    }
}
