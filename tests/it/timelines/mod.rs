//! Timelines: due times that a source says, and files of what cities did, played and counted.

mod cad;
mod city311;
mod due;
mod feeds;
mod played;
mod real;
