//! The one integration binary: whole roads, laws over implementations, the house's own rules.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod access;
mod archive;
mod clocks;
mod compose;
mod config;
mod dashboards;
mod desk;
mod desk_cli;
mod desk_room;
mod every_verb;
mod figures;
mod ingest_admit;
mod ingest_bytes;
mod ingest_docs;
mod ingest_http;
mod ingest_room;
mod ingest_video;
mod journal_kill;
mod journal_laws;
#[cfg(feature = "kafka")]
mod kafka;
mod kept_pictures;
mod laws;
mod laws_journals;
mod lives;
mod offers;
mod publish;
mod registers;
mod rows;
mod rules;
mod scenario;
mod scenario_line;
mod schemas;
mod small_city;
mod snapshots;
mod socket;
mod tidy;
mod timelines;
mod watch;
mod whole_system;
