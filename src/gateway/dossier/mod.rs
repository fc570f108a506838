//! One case whole, for who has it before them: its tickets and timeline, where it stands on its
//! kind's road, what they may ask of it now.

mod case;
mod kinds;
mod offers;
mod whole;

pub(super) use case::{case, erase};
pub(super) use kinds::kinds;
