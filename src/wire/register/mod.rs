//! Sheets of registers 登记册: as clerks write them, and as they are stored.

pub mod sheet_v1;
mod table;

pub use table::{COLUMNS, FAULTS_MAX, SheetFault, SheetRules, read};
