//! Who may ask what, in one table.
//!
//! **Invariant.** A token is known by its digest only. What a role may is in `table`, where it may
//! is the token's scope, and what a case permits is the core's to say. Who is on this machine is
//! said in `whence`, for HTTP and sockets alike.

mod door;
mod sight;
mod table;
mod whence;

pub use door::{CANARY_ACCOUNT, Door, Turned, Visitor, is_open};
pub use sight::{Sight, seen_alike};
pub use table::{Act, may};
pub use whence::Whence;
