//! Sealed words and the keys that open them.
