//! The watcher's read model: a pure fold of changes.
//!
//! **Invariants.** *Picture agrees*: folding all changes gives what restating the situation gives.
//! *Read by range*: at P it takes what is after P from a range with `from <= P < to`, passes over
//! what it has seen, and ignores a range that begins after P (it will come again); only a picture
//! that holds nothing may begin later, where all rows are said again.
#![deny(clippy::arithmetic_side_effects, clippy::as_conversions, clippy::indexing_slicing)]
#![deny(clippy::wildcard_enum_match_arm, clippy::float_arithmetic)]

pub mod figures;
#[expect(clippy::module_inception, reason = "the room is named after its one great thing")]
mod picture;
mod rows;

pub use picture::{Folded, Picture};
pub use rows::{Answer, Rows};

/// Of what is stored of a picture: raised with any change of its rows, so that an older one is not
/// taken for one of these.
pub const PICTURE: u32 = 3;
