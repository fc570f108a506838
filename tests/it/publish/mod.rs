//! What processors publish.

mod ranges;
mod room;
mod snapshots;
mod standby;
