//! `new-city`: a second, made-up city as configuration files, to show what a city need not share.
//!
//! Other codes, another number of counties, four levels (its communities are its smallest grids),
//! another week and other hours, departments, catalogue, owners and accounts of its own.
//!
//! **Invariant.** Same seed, same files; `liandong check-config` finds them sound.

mod departments;
mod ground;
mod plan;
mod tables;
mod write;

pub use write::{NewCityError, write_city};
