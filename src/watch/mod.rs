//! Raw detections to episodes: a pure fold with its own ticks.
//!
//! **Invariant.** Only items the catalogue allows open an episode; a camera and a rule have at most
//! one open episode; what is open ends by `clear_looks` looks without the object, or by silence.
//! The same looks at the same positions give the same episodes under the same names.
#![deny(clippy::arithmetic_side_effects, clippy::as_conversions, clippy::indexing_slicing)]
#![deny(clippy::wildcard_enum_match_arm, clippy::float_arithmetic)]

mod episode;
mod fold;
mod rules;
mod stored;

pub use episode::EpisodeStep;
pub use fold::{Ignored, Watch};
pub use rules::WatchRules;
