//! The rules of a city: how others come into force, and who hears of them.

mod adoption;
mod in_force;
