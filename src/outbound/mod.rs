//! What leaves the city, made from changes: orders to the field.
//!
//! **Invariant, told at least once, acted on once.** The cursor moves only after the receiver said
//! yes, and an order keeps one delivery id for ever, so a receiver that keeps the ids acts once.

mod cursor;
mod orders;
mod roads;
mod run;
mod webhook;

pub use cursor::{Cursor, CursorError, Cursors};
pub use orders::{Batch, BatchError, next_batch};
pub use roads::{Road, run_owned};
pub use run::{OutboundError, OutboundParts, run, run_until_end};
pub use webhook::Webhook;
