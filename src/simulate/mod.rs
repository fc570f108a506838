//! The city by seed: a world, its people's reports, its crews.
//!
//! **Invariant.** Same seed, same city and same day, byte for byte: integers and one seeded
//! generator, no clock, no hash order.

mod allot;
mod carve;
mod day;
pub mod demo;
mod files;
mod lattice;
mod matter;
mod names;
mod new_city;
mod people;
mod places;
mod sent;
mod templates;
mod words;
mod world;

pub use day::{DayOptions, Scenario, day, sizes};
pub use files::write_files;
pub use names::place_names;
pub use new_city::{NewCityError, write_city};
pub use sent::{ORIGIN, Sent, Truth};
pub use world::{Camera, Community, Size, World, WorldUnit};
