//! What leaves a partition, made from changes: orders to the field, cases to other partitions, and
//! what others are told.
//!
//! **Invariant, told at least once, acted on once.** The cursor moves only after the receiver said
//! yes, and an order keeps one delivery id for ever, so a receiver that keeps the ids acts once.

mod arrivals;
mod batch;
mod cursor;
mod orders;
#[cfg(feature = "kafka")]
mod public;
mod roads;
mod run;
mod webhook;

pub use arrivals::{Crossings, next_crossings};
pub use batch::BatchError;
pub use cursor::{Cursor, CursorError, Cursors};
pub use orders::{Batch, next_batch};
#[cfg(feature = "kafka")]
pub use public::{PublicError, PublicParts, run_letters, run_public};
pub use roads::{Road, run_owned};
pub use run::{OutboundError, OutboundParts, Receiver, run, run_until_end};
pub use webhook::Webhook;
