//! Registers 登记册: sheets as objects that never change, and the table that they make together.
//!
//! **Invariant, by name.** A sheet is named by what is in it, so the one that two people agreed on
//! is the one that everybody reads. A table is made of the sheets in force, in their order, and of
//! nothing else.

mod made;
mod sheets;
mod table;
mod written;

pub use made::{Made, NewSheet};
pub use sheets::{RegisterError, Sheets};
pub use table::Table;
pub use written::Written;
