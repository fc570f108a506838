//! Configuration: as written, layered, checked.
