//! Every verb at every stage of every kind, by every role: the core does it or refuses it by name,
//! as the tables say.

mod laws;
mod stands;
pub(crate) mod verbs;
