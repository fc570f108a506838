//! What parts of the server cost by themselves: figures, and registers.

pub(crate) mod figures;
pub(crate) mod registers;
