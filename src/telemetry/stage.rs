//! The stages that a report's time is measured at.

/// A stage of the corridor, measured from the signal's arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Parsed, placed and sealed.
    Admitted,
    /// Durable in the journal.
    Journalled,
    /// Folded into the situation.
    Applied,
    /// Durable in the changes.
    Published,
    /// Handed to a watcher.
    Pushed,
}

impl Stage {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Admitted => "admitted",
            Self::Journalled => "journalled",
            Self::Applied => "applied",
            Self::Published => "published",
            Self::Pushed => "pushed",
        }
    }
}
