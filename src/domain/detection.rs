//! Raw video detections, and the episodes 片段 a camera rule's hits become over time.
//!
//! A detection says that a camera's rule saw a kind of thing. It has no field for a person.

use serde::{Deserialize, Serialize};

use super::id::{CameraId, ItemCode};
use super::position::Position;
use super::time::Timestamp;

/// One raw hit of a camera's rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Detection {
    /// Which camera.
    pub camera: CameraId,
    /// What its rule looks for: an item with `video_ok`.
    pub item: ItemCode,
    /// Whether the thing is there; false is a look that found it gone.
    pub present: bool,
    /// How many of it, where the rule counts.
    pub count: u16,
    /// When, by the camera's clock.
    pub observed_at: Timestamp,
    /// When we received it.
    pub arrived_at: Timestamp,
}

/// What can be written to a partition of detections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Look {
    /// A rule's hit, or its absence.
    Seen(Detection),
    /// Time passed.
    Tick,
}

/// Names an episode: the camera, its rule and the look that opened it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EpisodeId {
    /// Which camera.
    pub camera: CameraId,
    /// Which rule.
    pub item: ItemCode,
    /// The look that opened it.
    pub opened: Position,
}
