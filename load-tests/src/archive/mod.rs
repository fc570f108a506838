//! A city's closed cases of years: what they take, and how long a search among them.

mod asks;
mod made;
mod run;

pub(crate) use run::{Options, run};
