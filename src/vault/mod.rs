//! Sealed words 密封文本 and the keys that open them.
//!
//! **Invariant, an erasure is final and changes nothing else.** Once `erase` returned, nobody who
//! holds the key file can open those words; every other ticket's words open as before, and no
//! fold changes, since the core never opens any.

mod contacts;
mod fixed_key;
mod key_file;
mod match_key;
mod sealing;
mod sharing;
mod tree;
mod words;

pub use match_key::MatchKey;
pub use words::{Vault, VaultError};
