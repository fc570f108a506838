//! Feeds: what a sender's bytes say, one file a feed, each `bytes -> Vec<Result<Raw…, Problem>>`.
//!
//! **Invariant.** Parsing never fails as a whole: each element of a body is a signal or a located
//! problem, and a broken one never hurts its neighbours. What is parsed holds text in clear and
//! lives only inside ingest.

mod batches;
pub mod cad;
pub mod city311;
mod contact_fields;
pub mod detection;
mod elements;
mod feed;
pub mod hotline;
mod local;
mod located;
mod moment;
pub mod open311;
mod person_fields;
mod raw;
mod rows;
pub mod signal;

pub use batches::batches;
pub use contact_fields::has_contact;
pub use feed::{Feed, Parsed};
pub use raw::{Contact, RawDetection, RawKind, RawPlace, RawSignal};
pub use rows::line_of;
