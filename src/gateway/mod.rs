//! Shows the picture and carries commands in; it never decides.
//!
//! **Invariants.** *No back door*: it cannot name the situation, so it cannot change it. *Encode
//! once*: the cost of a change does not grow with the number of who follow it. A slow follower
//! makes nobody wait: what it missed, it reads from the journal.

mod archived;
mod asking;
mod changes;
mod city;
mod command;
mod dossier;
mod fanout;
mod follow;
mod following;
#[expect(clippy::module_inception, reason = "the room is named after its one great thing")]
mod gateway;
mod keeper;
mod kpi_tables;
mod kpis;
mod others;
mod pages;
mod pending;
mod reads;
mod refused;
mod registers;
mod routes;
mod rules;
mod search;
mod socket;
mod subject;

pub use archived::keep_index;
pub use city::CityPages;
pub use follow::follow;
pub use gateway::{Gateway, Parts};
pub use registers::keep_registers;
pub use routes::routes;
pub use rules::RuleFiles;
pub use socket::{CLOSES, beat, tell, tellers};
