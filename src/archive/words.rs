//! Words that are sought: as keyed hashes among candidates, then in the opened words themselves.

use std::collections::BTreeSet;

use crate::domain::{Sealed, Ticket};
use crate::vault::{MatchKey, Vault, VaultError};
use crate::wire::words_v1;

/// Characters that one search may name.
const CHARS_MAX: usize = 64;

/// What a search over words looks for: every piece must stand in one ticket's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sought {
    pieces: Vec<String>,
}

impl Sought {
    /// The pieces of what somebody typed; none where there is nothing to look for: a piece has two
    /// Chinese characters or two Latin letters or digits at the least.
    #[must_use]
    pub fn of(typed: &str) -> Option<Self> {
        let typed: String = typed.to_lowercase().chars().take(CHARS_MAX).collect();
        let pieces: Vec<_> = runs(&typed).map(str::to_owned).collect();
        let long = |piece: &String| piece.chars().nth(1).is_some();
        (!pieces.is_empty() && pieces.iter().all(long)).then_some(Self { pieces })
    }

    /// The hashes that the words of every hit have.
    pub(super) fn hashes(&self, key: &MatchKey) -> BTreeSet<u64> {
        self.pieces.iter().flat_map(|piece| tokens(piece)).map(|token| hash(key, token)).collect()
    }

    /// Whether the words of one of `tickets` have it, as far as they can still be opened.
    #[must_use]
    pub fn is_in<'a>(
        &self,
        vault: &Vault,
        tickets: impl IntoIterator<Item = &'a Ticket>,
    ) -> Standing {
        let mut standing = Standing::Absent;
        for sealed in tickets.into_iter().filter_map(|ticket| ticket.words.as_ref()) {
            match opened(vault, sealed) {
                Ok(text) if self.pieces.iter().all(|piece| text.contains(piece.as_str())) => {
                    return Standing::Present;
                }
                Ok(_) => {}
                Err(VaultError::Erased) => standing = Standing::Erased,
                Err(error) => tracing::warn!(%error, "archived words could not be opened"),
            }
        }
        standing
    }
}

/// What became of a look for words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// They are there.
    Present,
    /// They are not.
    Absent,
    /// They are not, and some words were erased: their hashes have to go.
    Erased,
}

/// The hashes of the words of `tickets`, as far as they can be opened: what was erased has none.
pub(super) fn hashes_of(vault: &Vault, key: &MatchKey, tickets: &[Ticket]) -> BTreeSet<u64> {
    let mut hashes = BTreeSet::new();
    for sealed in tickets.iter().filter_map(|ticket| ticket.words.as_ref()) {
        if let Ok(text) = opened(vault, sealed) {
            let runs = runs(&text).flat_map(tokens);
            hashes.extend(runs.map(|token| hash(key, token)));
        }
    }
    hashes
}

/// Text and address in lower case; how to reach the sender is not to be sought.
fn opened(vault: &Vault, sealed: &Sealed) -> Result<String, VaultError> {
    let words = vault.open_words(sealed)?;
    let words = words_v1::decode(&words).map_err(|_| VaultError::Damaged)?;
    Ok(format!("{}\n{}", words.text, words.address).to_lowercase())
}

fn hash(key: &MatchKey, token: &str) -> u64 {
    u64::from(key.word(token))
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// Runs of Chinese characters, and of other letters and digits.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    let pieces = text.split(|c: char| !c.is_alphanumeric()).filter(|piece| !piece.is_empty());
    pieces.flat_map(|piece| {
        let mut left = piece;
        std::iter::from_fn(move || {
            let han = is_han(left.chars().next()?);
            let end = left.find(|c| is_han(c) != han).unwrap_or(left.len());
            let (run, after) = left.split_at(end);
            left = after;
            Some(run)
        })
    })
}

/// The tokens of a run: pairs of characters side by side, of whatever script, so that a part of a
/// word is found as well.
fn tokens(run: &str) -> impl Iterator<Item = &str> {
    let seconds = run.char_indices().skip(1).map(|(at, c)| at + c.len_utf8());
    let starts = run.char_indices().map(|(at, _)| at);
    starts.zip(seconds).filter_map(|(start, end)| run.get(start..end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_into_pairs_of_one_script() {
        let cut = |text| runs(text).flat_map(tokens).collect::<Vec<_>>();
        assert_eq!(cut("井盖丢失, led灯"), ["井盖", "盖丢", "丢失", "le", "ed"]);
        assert_eq!(runs("led灯坏了 x").collect::<Vec<_>>(), ["led", "灯坏了", "x"]);
    }

    #[test]
    fn a_single_character_is_too_little_to_look_for() {
        assert_eq!(Sought::of("井"), None);
        assert_eq!(Sought::of(" ，"), None);
        assert!(Sought::of("井盖 Led").is_some());
    }
}
