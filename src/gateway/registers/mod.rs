//! Registers 登记册 over HTTP: what is in force and proposed, rows by place or code, and the acts by
//! which two people change them.

mod acts;
mod reads;
mod shelf;

pub(super) use acts::{confirm, propose, withdraw};
pub(super) use reads::{registers, rows};
pub(super) use shelf::Shelf;
pub use shelf::keep_registers;
