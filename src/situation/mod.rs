//! The core: the situation of one partition, a pure fold of its journal.
//!
//! **Invariants.** *The core is deterministic*: no clock, randomness, configuration, hash-ordered
//! iteration or float. *Apply is total*: it returns no error and does not panic. *Checks above,
//! writes below*: a refusal changes nothing but the memory of its answer.
#![deny(clippy::arithmetic_side_effects, clippy::as_conversions, clippy::indexing_slicing)]
#![deny(clippy::wildcard_enum_match_arm, clippy::float_arithmetic)]

mod apply;
pub mod fuse;
#[expect(clippy::module_inception, reason = "the room is named after its one great thing")]
mod situation;

pub use apply::{CORE, Effects, apply};
pub use situation::Situation;
