//! What a person runs by hand.

pub mod assess;
pub mod calibrate;
pub mod check_grids;
mod fit;
mod hours;
mod links;
pub mod replay;
mod reports;
mod score;
pub mod timelines;
mod topics;

pub use reports::ToolError;
