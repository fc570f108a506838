//! The schemas of what pages and the server say: as they are committed, and held to the bytes.

mod bodies;
mod committed;
pub(crate) mod held;
mod topics;
