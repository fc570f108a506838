//! What leaves the city, made from changes.
