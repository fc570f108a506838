//! Registers: two people agree on a sheet, and everybody reads the table that the sheets make.

mod acts;
mod laws;
mod sheets;
