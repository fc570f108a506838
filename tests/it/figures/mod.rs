//! Figures: that they are what a slow count by definition gives, and what is printed elsewhere.

mod city;
mod clerk;
mod clerk_verbs;
mod count;
mod count_kinds;
mod docs;
mod history;
mod http;
mod laws;
mod offered;
mod pair;
mod trade;
mod turns;
mod vectors;
