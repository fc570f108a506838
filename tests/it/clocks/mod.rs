//! Clocks of a case against a slow, obvious reference, after each entry.

mod city;
mod clerk;
mod law;
mod slow;
