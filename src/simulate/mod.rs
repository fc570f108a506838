//! The city by seed: a world, its people's reports, its crews.
//!
//! **Invariant.** Same seed, same city and same day, byte for byte: integers and one seeded
//! generator, no clock, no hash order.

mod allot;
mod carve;
mod lattice;
mod names;
mod people;
mod places;
mod world;

pub use world::{Camera, Community, Department, Size, World, WorldUnit};
