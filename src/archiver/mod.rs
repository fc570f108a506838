//! Carries ended cases from the changes into the archive.
//!
//! **Invariant, none is lost and none comes twice.** What left memory is in a segment before the
//! archiver says that it is done with the changes that tell of it; what it reads again after a
//! crash, the archive knows by its position.

mod leaving;
mod run;
mod shelving;

pub use run::{ArchiverError, ArchiverParts, run, run_until_end};
