//! The archive 档案: ended cases that left memory, in segments that never change, and their index.
//!
//! **Invariant, once by position.** A case is in the archive once the newest manifest names a
//! segment that holds it, and a manifest takes each position of the journal once. The index is made
//! of the segments, wherever somebody searches, and can be made again. It holds words as keyed
//! hashes only: each hit is opened in the vault, so an erasure holds here too.

mod index;
mod key;
mod manifests;
mod schema;
mod search;
mod segments;
mod words;

pub use index::{Index, Indexed};
pub use key::sort_key;
pub use search::{Asked, Found, FoundCase};
pub use segments::{ArchiveError, SEGMENT_CASES_MAX, Segments};
pub use words::{Sought, Standing};
