//! The live picture over a socket, from outside.

mod city;
pub(crate) mod page;
mod told;
