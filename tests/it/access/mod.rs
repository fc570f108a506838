//! Who may see and do what, by every road there is.

mod sight;
mod whence;
