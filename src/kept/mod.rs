//! What is kept of the changes: pictures, at which whoever follows a partition begins, and the
//! city's rules, for who needs no more than those.

mod pictures;
mod rules;

pub use pictures::{KeepError, KeptPicture, KeptPictures, Retention, needs_all};
pub use rules::{RulesError, RulesInForce, RulesReader, follow_rules};
