//! The canary 贯通: a marked case that crosses the whole real road, again and again.
//!
//! Report, fused, pushed, ordered, handled, checked, closed: through the public API, as feeds and
//! people do it. So a road that is broken anywhere is known before a citizen's report finds out.
//!
//! **Invariant.** A canary is in no figure, on no page but its own, and no order of it leaves: its
//! purpose says so, in the core and at each door. Its accounts' tokens are made at the start and
//! are written nowhere.

mod api;
mod pass;
mod road;
mod run;

pub use pass::Pass;
pub use run::{Settings, run};
