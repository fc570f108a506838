//! What a person runs by hand.

pub mod check_grids;
pub mod replay;
