//! Liandong 联动: a real-time city command centre.
//!
//! Start at `ARCHITECTURE.md`; then [`domain`] (the words), and the road of one signal:
//! `ingest` → `journal` → `processor` (which folds with `situation`) → `gateway`.

pub mod access;
pub mod archive;
pub mod archiver;
pub mod background;
pub mod canary;
pub mod cli;
pub mod config;
pub mod domain;
pub mod gateway;
pub mod ingest;
pub mod journal;
pub mod kept;
pub mod outbound;
pub mod picture;
pub mod processor;
pub mod registers;
pub mod shutdown;
pub mod simulate;
pub mod situation;
pub mod telemetry;
pub mod tools;
pub mod vault;
pub mod watch;
pub mod wire;
