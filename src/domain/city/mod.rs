//! A city as the rules see it: when it works, who is in it, who owns what, what stands where.
//!
//! **Invariant.** All of it is adopted by entries: a deadline, a guard or a lead comes out the same
//! in every replay.

mod calendar;
mod civil;
mod organisation;
mod ownership;
mod register;

pub use calendar::{Calendar, WorkSpan};
pub use civil::Civil;
pub use organisation::{Level, Organisation, OrganisationSort, Organisations};
pub use ownership::{Matter, Owners, Ownership, PlaceOwners};
pub use register::{
    Register, RegisterRow, RegisterSheets, Registers, SheetAct, SheetHead, SheetInForce,
    SheetProposed, SheetRefusal, SheetSaid,
};
