//! The journal on a real broker.

pub(crate) mod cluster;
mod laws;
#[cfg(feature = "kafka-tls")]
mod secured;
mod statistics;
