//! Senders 诉求人: what is owed to who asked, whatever becomes of the case.
//!
//! **Invariant.** Cases are merged, complaints are not: each ticket keeps its own reply and visit,
//! and an evaluated case has nobody who waits for an answer.

mod reply;
mod visit;
mod withdraw;

pub(super) use reply::reply;
pub(super) use visit::{contact, exclude, visit};
pub(super) use withdraw::withdraw;
