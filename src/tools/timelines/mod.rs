//! `timelines`: plays files of what a city really did through the core, at the files' own times,
//! and holds what the engine says of it against the files.
//!
//! Everything is an entry of a journal: signals by the feeds' own parsers, commands by the verbs of
//! the kinds of the feed's profile. A watcher folds the changes, and its figures are read as any
//! page reads them. What differs is told one by one.

mod asked;
mod calls;
mod city311;
mod files;
mod report;
mod requests;
mod responses;
mod room;
mod told;

pub use asked::{Played, Timelines, run};
