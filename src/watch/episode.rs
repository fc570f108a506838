//! What becomes of an episode 片段: it opens, goes on and ends.

use crate::domain::{EpisodeId, Timestamp};

/// One step of an episode. Each is a signal to the core.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EpisodeStep {
    /// The object stayed.
    Opened {
        /// Which.
        episode: EpisodeId,
        /// Since when, by the camera's clock.
        since: Timestamp,
        /// When the look that opened it reached us.
        arrived_at: Timestamp,
    },
    /// It is still there.
    Updated {
        /// Which.
        episode: EpisodeId,
        /// Looks that saw it so far.
        hits: u32,
        /// Last seen, by the camera's clock.
        seen_at: Timestamp,
        /// When that look reached us.
        arrived_at: Timestamp,
    },
    /// It is gone, or the camera fell silent.
    Ended {
        /// Which.
        episode: EpisodeId,
        /// Looks that saw it in all.
        hits: u32,
        /// Last seen, by the camera's clock.
        seen_at: Timestamp,
        /// When the look, or the silence, that ended it was noted.
        arrived_at: Timestamp,
    },
}

impl EpisodeStep {
    /// Which episode.
    #[must_use]
    pub fn episode(&self) -> EpisodeId {
        match self {
            Self::Opened { episode, .. }
            | Self::Updated { episode, .. }
            | Self::Ended { episode, .. } => *episode,
        }
    }
}
