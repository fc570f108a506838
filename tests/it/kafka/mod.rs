//! The journal on a real broker.

pub(crate) mod cluster;
mod laws;
