//! The journal on a real broker.

mod clients;
pub(crate) mod cluster;
mod feeds;
mod foreign;
mod laws;
mod others;
mod public;
#[cfg(feature = "kafka-tls")]
mod secured;
mod statistics;
