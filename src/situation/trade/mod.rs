//! The trade: what may be asked of the core, a verb a file.
//!
//! **Invariant, checks above, writes below.** Every verb names why not before it changes
//! anything, in the order a person would ask: may I, is it there, has it moved on, does it stand
//! where this is done, and only then the verb's own conditions.

mod accept;
mod answer;
mod assign;
mod cancel;
mod check;
mod dispatch;
mod episode;
mod file;
mod handled;
mod hear;
mod merge;
mod reject;
mod reopen;
mod report;
mod roles;
mod split;
mod stamp;
mod unit;
mod unmerge;
mod urge;
mod verify;

pub(super) use answer::answer;
pub(super) use assign::unit_free;
pub(super) use dispatch::are_known;
pub(super) use hear::hear;
