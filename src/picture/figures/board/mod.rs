//! The board: the sum of all marks, a row for each key.

#[expect(clippy::module_inception, reason = "the room is named after its one great thing")]
mod board;
mod counts;
mod dense;
mod row;

pub(super) use board::Board;
pub(super) use row::{Row, Total};
