//! Takes signals in: parse, place, seal, journal.
