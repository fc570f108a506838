//! The trade as data: verbs the engine knows, and kinds that compose them.
//!
//! **Invariant.** The engine names no kind. `table` says what each verb can do anywhere, a kind's
//! stages say where it does, and [`may`] answers for both: the core decides by it, a desk offers
//! by it.

mod attributes;
mod code;
mod faults;
mod guard;
mod kind;
mod marks;
mod may;
mod offer;
mod refusal;
mod road;
mod step;
mod subject;
mod table;
mod verb;
mod verb_code;

pub use attributes::{
    Card, ClockMark, Exclusion, ExclusionReason, Extension, Part, PartRole, Pause, Satisfaction,
    Supervision, Urgency, Visit,
};
pub use code::{KindCode, StageCode, StepCode};
pub use faults::KindFault;
pub use guard::{Effect, Guard};
pub use kind::{Kind, Names, PART_DONE, PartStep, Rework, Stage, StageLimit};
pub use marks::per_thousand;
pub use may::{Asking, may, who};
pub use offer::{OF_TICKETS, offered, offered_of_ticket};
pub use refusal::{ReasonCode, Refusal};
pub use road::{COMMON, add_endings, full_loop};
pub use step::Move;
pub use subject::{Said, Subject};
pub use table::{VerbRule, also_by, rule};
pub use verb::Verb;
pub use verb_code::VerbCode;
