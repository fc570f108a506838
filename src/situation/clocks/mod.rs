//! Clocks: what falls due, and what a tick does about it.
//!
//! **Invariant.** A due time never moves without an entry, and runs out only at a tick.

mod due;
mod mark;
mod start;
mod tick;

pub(super) use due::Clocks;
pub(super) use mark::{evaluate, is_owed_a_reply, supervise_row};
pub(super) use start::{stage_clock, start};
pub(super) use tick::tick;
