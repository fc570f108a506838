//! The core: the situation of one partition, a pure fold of its journal.
//!
//! **Invariants.** *The core is deterministic*: no clock, randomness, configuration, hash-ordered
//! iteration or float. *Apply is total*: it returns no error and does not panic. *Checks above,
//! writes below*: a refusal changes nothing but the memory of its answer.
//!
//! Rooms: `trade` holds the verbs of the loop, a file each, `linkage` those of several
//! organisations, `oversight` those of who watches, `senders` those for who asked. They go by
//! `road` and write only through `write`, which keeps rows, clocks, counts and changes in step.
//! `clocks` lets time pass, [`fuse`] finds likenesses, [`invariants`] says what must be true after
//! every entry.
#![deny(clippy::arithmetic_side_effects, clippy::as_conversions, clippy::indexing_slicing)]
#![deny(clippy::wildcard_enum_match_arm, clippy::float_arithmetic)]

mod adoption;
mod ahead;
mod answers;
mod apply;
mod clocks;
mod count;
mod dossier;
mod effects;
pub mod fuse;
pub mod invariants;
mod keyed;
mod linkage;
mod matter;
mod oversight;
mod registers;
mod restate;
mod road;
mod senders;
#[expect(clippy::module_inception, reason = "the room is named after its one great thing")]
mod situation;
mod sources;
mod trade;
mod why;
mod write;

pub use apply::{CORE, apply};
pub use effects::Effects;
pub use situation::Situation;
