//! Who may ask what, in one table.
