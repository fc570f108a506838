//! What leaves, made from changes: orders to the field, a case that is handed over to another
//! partition and its receipt back, and what others are told.
//!
//! **Invariant, told at least once, acted on once.** The cursor moves only after the receiver said
//! yes, and an order keeps one delivery id for ever, so a receiver that keeps the ids acts once.

mod cursor;
mod orders;
#[cfg(feature = "kafka")]
mod public;
mod roads;
mod run;
mod webhook;

pub use cursor::{Cursor, CursorError, Cursors};
pub use orders::{Batch, BatchError, Letter, next_batch};
#[cfg(feature = "kafka")]
pub use public::{PublicError, PublicParts, run_letters, run_public};
pub use roads::{Road, run_owned};
pub use run::{OutboundError, OutboundParts, run, run_until_end};
pub use webhook::Webhook;
