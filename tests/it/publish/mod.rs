//! What processors publish.

mod ranges;
pub(crate) mod room;
mod snapshots;
mod standby;
