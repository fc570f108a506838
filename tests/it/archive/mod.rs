//! The archive: what left memory is found once, by who may find it, until it is erased or too old.

mod crash;
mod made;
mod road;
mod search;
