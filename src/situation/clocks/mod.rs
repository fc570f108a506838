//! Clocks: what falls due, and what a tick does about it.
//!
//! **Invariant.** A due time never moves without an entry, and runs out only at a tick.

mod due;
mod tick;

pub(super) use due::{Clocks, stage_ms};
pub(super) use tick::tick;
