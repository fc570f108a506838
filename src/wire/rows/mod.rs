//! Cases as pages see them: whole rows, and what moved of one.
//!
//! A wall's row has no field for what a wall may not show. A whole row leaves out what is blank:
//! none, empty, 0 or false. A moved row names the case and the fields that changed: one that is
//! absent is as before, one that became blank is written.

mod case;
mod field;
mod page;

pub(super) use case::wall_row;
pub use case::{DeskLean, DeskMoved, DeskRow, WallLean, WallMoved, WallRow};
pub use field::Changed;
pub use page::{Cut, MovedRow, PageKind, PageRow};
