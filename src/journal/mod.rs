//! The journal: durable, ordered, and the only cursor.
//!
//! **Invariant, seen means durable.** No reader gets an entry before it is fsynced, and nobody is
//! told of an append before that either. One trait, because it has real implementers: `memory`
//! (tests, assessments), `local` (one machine, fjall), `kafka` (a cluster; feature `kafka`). The
//! same laws run on each.

#[cfg(feature = "s3")]
mod bucket;
mod commit;
mod gathered;
mod incarnation;
#[cfg(feature = "kafka")]
pub mod kafka;
mod lane;
mod local;
mod memory;
mod needs;
mod objects;
mod ownership;
mod record;
mod retention;
mod shelf;
mod snapshots;
mod staged;
mod store;
mod traits;

pub use local::{LocalJournal, LocalOptions};
pub use memory::MemoryJournal;
pub use needs::Needs;
pub use objects::Objects;
pub use ownership::Ownership;
pub use retention::remove_older;
pub use snapshots::{SnapshotError, SnapshotHead, Snapshots};
pub use traits::{Appended, Journal, JournalError, Pending, Stored, Topic};
