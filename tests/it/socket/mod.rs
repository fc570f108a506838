//! The live picture over a socket, from outside.

mod city;
pub(crate) mod page;
mod rows;
mod told;
