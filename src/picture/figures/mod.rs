//! Figures 指标: K01–K51 of the trade, kept by a pure fold of changes.
//!
//! A case counts as it stands: from its history follows a list of *marks* (a fact of a day, a gauge
//! of now, a span of time), and the board holds the sum of all marks by organisation, place, item,
//! channel and kind. When a case moves, the marks it no longer has are taken out and its new ones
//! put in. So a case counts once in each figure however often it was reopened, and whatever
//! can be counted can be counted anew from the lives of the cases.
//!
//! **Invariants.** The board is the sum of the marks (`tests/it/figures/`: equal to a slow count by
//! definition over the journal). A month that is over never moves. Drills and canaries have no
//! marks. No key is a person. Integers only.

mod ask;
mod board;
mod crossings;
mod facts;
#[expect(clippy::module_inception, reason = "the room is named after its one great thing")]
mod figures;
mod follow;
mod keys;
mod life;
mod marks;
mod month;
mod months;
mod near;
mod own;
mod parts;
mod span;
mod step;
mod table;
mod ticket;
mod value;
mod whole;
mod window;

pub use ask::{Asked, By, CaseShare, Sums};
pub use facts::{Fact, Gauge, Room, Span};
pub use figures::Figures;
pub(in crate::picture) use figures::Moved;
pub use keys::Key;
pub use month::Month;
pub use span::{bucket_of, middle_of};
pub use table::{FIGURES, Figure, How, Term, Unit, figure};
pub use value::{HIDDEN_BELOW, VALUE_SCALE, Value, Weights, value};
pub use window::Window;
