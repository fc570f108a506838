//! The live picture over a socket, from outside.

mod city;
mod page;
mod told;
