//! Linkage 联动: what several organisations do together on one matter.
//!
//! **Invariant, parts.** Who assists, was called or was told has a part with its own steps and
//! times; nobody but that organisation takes them.

mod advance;
mod fan_out;
mod hand_over;
mod join;
mod levels;
mod open;
mod parts;
mod rally;
mod whistle;

pub(super) use advance::{advance, claim, self_handle};
pub(super) use fan_out::fan_out;
pub(super) use hand_over::{arrive, hand_over, receipt};
pub(super) use join::{add_assist, join, joint_session, leave};
pub(super) use levels::{delegate, raise, reassign};
pub(super) use open::{Opening, open};
pub(super) use parts::part_done;
pub(super) use rally::rally;
pub(super) use whistle::whistle;
