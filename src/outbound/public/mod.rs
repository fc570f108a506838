//! What others are told over Kafka, made from changes: `case-changes`, `situation`, `orders`, and
//! the `dead-letters` of ingest.
//!
//! **Invariants.** *The topics are their own cursor*: each record says up to where everything had
//! left before it. A row is written once what else is made of its changes is durable, so a road
//! goes on from the rows as they stand, and what it writes twice has the same `ce_id`. *The
//! newest row stands last*: a road reads `situation` back, and where an older row has landed after
//! a newer one, which only another writer can do, it writes the newer one again. *Only what
//! everybody may see leaves*: what is restricted, or a canary, does not.

mod leaving;
mod letters;
mod road;
mod rows;

pub use letters::run_letters;
pub use road::{PublicError, PublicParts, run_public};
