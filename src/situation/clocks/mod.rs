//! Clocks: what falls due, and what a tick does about it.
//!
//! **Invariant.** A due time never moves without an entry, and runs out only at a tick.

mod due;
mod mark;
mod pause;
mod start;
mod tick;

pub(super) use due::Clocks;
pub(super) use mark::{evaluate, is_owed_a_reply, supervise_row};
pub(super) use pause::{ran_ms, resumed, stopped};
pub(super) use start::{hurried, longer, stage_clock, start};
pub(super) use tick::tick;
