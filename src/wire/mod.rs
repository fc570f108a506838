//! Bytes ↔ words: the only room that encodes and decodes.
//!
//! One file per format and version. A stored format begins with its version byte and is postcard
//! after it; a change of layout is a new file and a new number, the old one stays readable.

pub mod archive_v1;
pub mod change_v1;
pub mod city_v1;
pub mod dead_letter_v1;
pub mod dead_letter_v2;
pub mod entry_v1;
mod error;
pub mod feeds;
pub mod lines;
pub mod look_v1;
pub mod outlines;
pub mod pages;
pub mod picture_v1;
pub mod problem;
pub mod projection;
pub mod public;
pub mod quarantine_v1;
pub mod receipts;
pub mod register;
pub mod roads;
pub mod rows;
pub mod schemas;
pub mod snapshot_v1;
pub mod socket_v1;
mod versioned;
pub mod watch_v1;
pub mod words_v1;

pub use error::WireError;
