//! Who may see and do what, by every road there is.

mod places;
mod presence;
mod sight;
mod whence;
