//! Folds the journal into the situation and publishes what changed.
//!
//! **Invariants.** *Exactly once by position*: a speaker begins at the end of `changes` and never
//! skips; what it says is named by the position that caused it. *Disagreement is loud*: who finds
//! another digest at its own position falls silent. *Snapshots never lead.* *Slow is not silent*: a
//! standby speaks where nobody does, and falls silent at the owner's first word.

mod agreement;
mod begin;
mod coming;
mod fold;
mod lanes;
mod listening;
mod published;
mod restore;
mod restoring;
mod run;
mod snapshot;
mod speaker;
mod taking;
mod unsaid;
mod voice;

pub use begin::begin_journal;
pub use restore::{Restored, restore};
pub use run::{ProcessorParts, run, run_until_end};
pub use snapshot::{Taken, hand_over, keep_restored, take_snapshot};
pub use speaker::{ProcessorError, Said, Speaker};
