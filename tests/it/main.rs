//! The one integration binary: whole roads, laws over implementations, the house's own rules.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod config;
mod journal_laws;
mod tidy;
