//! Fusion 并案: which open case a new report belongs to, with its reasons in points.
//!
//! **Invariants.** *A closed case is never joined*, only hinted at. *Every attachment has its
//! reasons.* *A comparison costs a bounded time*, wherever a storm falls. *Only whole numbers
//! decide*: the same journal gives the same cases everywhere.

mod budget;
mod cells;
mod compare;
mod fusion;
mod members;
mod rarity;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test may overflow: it then fails")]
mod tests;

pub use fusion::{Comparison, Fusion, Judgement, Likeness, Sighting};
