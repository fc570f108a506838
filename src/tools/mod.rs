//! What a person runs by hand.

pub mod replay;
