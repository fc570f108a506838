//! A city as the rules see it: when it works, who is in it, who owns what.
//!
//! **Invariant.** All of it is adopted with the playbook: a deadline, a guard or a lead comes out
//! the same in every replay.

mod calendar;
mod civil;
mod organisation;
mod ownership;

pub use calendar::{Calendar, WorkSpan};
pub use civil::Civil;
pub use organisation::{Level, Organisation, OrganisationSort, Organisations};
pub use ownership::{Matter, Owners, Ownership, PlaceOwners};
