//! What is kept of the changes: pictures, at which whoever follows a partition begins, the city's
//! rules, for who needs no more than those, and the latest ranges, decoded once.

mod pictures;
mod ranges;
mod rules;

pub use pictures::{KeepError, KeptPicture, KeptPictures, Retention, needs_all};
pub use ranges::{PlacedRange, Ranges};
pub use rules::{RulesError, RulesInForce, RulesReader, follow_rules};
