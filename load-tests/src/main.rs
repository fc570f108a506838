//! Bounded load on a loopback Liandong.
fn main() {}
