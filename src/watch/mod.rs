//! Raw detections to episodes: a pure fold.
#![deny(clippy::arithmetic_side_effects, clippy::as_conversions, clippy::indexing_slicing)]
#![deny(clippy::wildcard_enum_match_arm, clippy::float_arithmetic)]
