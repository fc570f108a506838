//! The demonstration: players who know nothing but the public API, and a terminal view.
//!
//! **Invariant, by the front door only.** Players post signals and commands and follow the changes
//! over HTTP, with the demo profile's own tokens; nothing here touches the journal.

mod api;
mod citizens;
mod crew;
mod follow;
mod offices;
mod onward;
mod play;
#[cfg(test)]
mod play_tests;
mod run;
mod screen;
mod turn;

pub use run::{DemoError, DemoOptions, run};
pub use screen::Language;
