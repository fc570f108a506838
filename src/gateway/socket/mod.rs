//! The live picture over a socket (`docs/protocol.md`): snapshot, tail, live, and commands back.
//!
//! **Invariants.** *Encode once*: pages that may see the same share their bytes, snapshots too.
//! *A slow page gets a newer picture, never an older one*: it is sent the rows anew, and nobody
//! waits for it. *Each as far as it may see*: the rest is left out before anything is encoded.

mod beat;
mod canary;
mod channel;
mod close;
mod ear;
mod hello;
mod hubs;
mod moves;
mod outbox;
mod ping;
mod presence;
mod session;
mod sources;
mod tell;
mod upgrade;

pub use beat::beat;
pub(super) use canary::Canary;
pub use close::CLOSES;
pub(super) use hubs::Hubs;
pub(super) use moves::{Became, Moves, fold_noting};
pub(super) use presence::Presence;
pub(super) use sources::{Sources, sources_of};
pub use tell::{tell, tellers};
pub(super) use upgrade::open;
