//! Oversight 督办: what is done about how a case is handled, by who watches it.
//!
//! **Invariants.** A card only rises, but by who may cancel it; a red one voids a pending wish for
//! more time. What pauses a stage never pauses a reply.

mod attributes;
mod extend;
mod rate;
mod supervise;
mod suspend;

pub(super) use attributes::{grade_colour, set_urgency};
pub(super) use extend::{allow, deny, extend};
pub(super) use rate::rate;
pub(super) use supervise::{cancel_supervise, instruct, supervise};
pub(super) use suspend::{resume, suspend};
