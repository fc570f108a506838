//! Who may ask what, in one table.
//!
//! **Invariant.** A token is known by its digest only. What a role may is in `table`, where it may
//! is the token's scope, and what a case permits is the core's to say.

mod door;
mod sight;
mod table;

pub use door::{CANARY_ACCOUNT, Door, Turned, Visitor, is_open};
pub use sight::Sight;
pub use table::{Act, may};
