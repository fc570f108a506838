//! Text to evidence: keyed hashes of words and a few tags, before the text is sealed.
//!
//! Latin text gives words without their endings; Chinese gives pairs of characters. A form's own
//! labels are taken off first: they would make any two forms look alike. Marks of vehicles, raw or
//! as an upstream pseudonym, become 12-bit tags and never words.

use memchr::{memchr_iter, memchr2};

use crate::domain::limits::{TAGS_MAX, WORDS_MAX};
use crate::domain::{Evidence, Tag, TagKind};
use crate::vault::MatchKey;

use super::lexicon::{self, Field};
use super::tokens::{Token, each_token, marks_and_rest, ordinals, place_names, stem};

/// Bits of a mark's hash: two cars in a street differ, one car cannot be followed across a city.
const MARK_BITS_MASK: u16 = 0x0fff;

/// Turns text into evidence under the city's key.
#[derive(Debug, Clone)]
pub struct Extractor {
    key: MatchKey,
}

/// Where what a report says goes, piece by piece, while it is still in clear.
trait Listener {
    /// It uses a word.
    fn word(&mut self, word: &str);
    /// It says something of one kind.
    fn tag(&mut self, kind: TagKind, value: &str);
    /// Whether it has said something of this kind.
    fn has(&self, kind: TagKind) -> bool;
}

/// Keeps the hashes, and nothing in clear.
struct Hashed<'a> {
    key: &'a MatchKey,
    evidence: Evidence,
}

/// Keeps the words.
#[derive(Default)]
struct InClear(Vec<String>);

impl Extractor {
    /// An extractor under the vault's match key.
    #[must_use]
    pub fn new(key: MatchKey) -> Self {
        Self { key }
    }

    /// The evidence of one report.
    #[must_use]
    pub fn extract(&self, text: &str, address: &str) -> Evidence {
        let evidence = Evidence { words: Vec::with_capacity(32), tags: Vec::with_capacity(4) };
        let mut hashed = Hashed { key: &self.key, evidence };
        said(text, address, &mut hashed);
        let Evidence { mut words, mut tags } = hashed.evidence;
        words.sort_unstable();
        tags.sort_unstable();
        tags.dedup();
        Evidence { words, tags }
    }

    /// The hash that `word`, as someone wrote it in a list of topics, has in evidence.
    #[must_use]
    pub fn word(&self, word: &str) -> u32 {
        self.key.word(word)
    }
}

impl Listener for Hashed<'_> {
    fn word(&mut self, word: &str) {
        let words = &mut self.evidence.words;
        let hash = self.key.word(word);
        if words.len() < WORDS_MAX && !words.contains(&hash) {
            words.push(hash);
        }
    }

    fn tag(&mut self, kind: TagKind, value: &str) {
        if self.evidence.tags.len() < TAGS_MAX {
            let hash = self.key.tag(kind, value);
            let value = if kind == TagKind::Mark { hash & MARK_BITS_MASK } else { hash };
            self.evidence.tags.push(Tag { kind, value });
        }
    }

    fn has(&self, kind: TagKind) -> bool {
        self.evidence.tags.iter().any(|tag| tag.kind == kind)
    }
}

impl Listener for InClear {
    fn word(&mut self, word: &str) {
        if self.0.len() < WORDS_MAX && self.0.iter().all(|known| known != word) {
            self.0.push(word.to_owned());
        }
    }

    fn tag(&mut self, _: TagKind, _: &str) {}

    fn has(&self, _: TagKind) -> bool {
        true
    }
}

/// The words of a text as evidence counts them, in clear: for whoever fits topics on reports they
/// hold, never for the journal.
#[must_use]
pub fn words_in_clear(text: &str) -> Vec<String> {
    let mut in_clear = InClear::default();
    said(text, "", &mut in_clear);
    in_clear.0
}

fn said(text: &str, address: &str, listener: &mut impl Listener) {
    let (marks, rest) = marks_and_rest(text);
    for mark in marks {
        listener.tag(TagKind::Mark, &mark);
    }
    for (part, whole) in ordinals(&rest) {
        listener.tag(TagKind::Ordinal, &format!("{part} of {whole}"));
    }
    for segment in segments(&rest.to_lowercase()) {
        let (field, value) = labelled(segment);
        say(listener, field, value.trim());
    }
    let (street, house) = place_names(address);
    if let Some(street) = street {
        listener.tag(TagKind::Street, &street);
    }
    if let Some(house) = house {
        listener.tag(TagKind::House, &house);
    }
}

/// The parts of a form's text, between ` | `.
fn segments(text: &str) -> impl Iterator<Item = &str> {
    let mut left = Some(text);
    std::iter::from_fn(move || {
        let text = left.take()?;
        let bounds = memchr_iter(b'|', text.as_bytes());
        let spaced = |at: &usize| {
            let before = at.checked_sub(1).and_then(|at| text.as_bytes().get(at));
            before == Some(&b' ') && text.as_bytes().get(at + 1) == Some(&b' ')
        };
        let Some(at) = bounds.into_iter().find(spaced) else { return Some(text) };
        left = text.get(at + 2..);
        text.get(..at - 1)
    })
}

/// Says what a form's field says.
fn say(listener: &mut impl Listener, field: Field, value: &str) {
    match field {
        Field::Skip => {}
        Field::Make => {
            let make = lexicon::make(value).unwrap_or(value);
            if !matches!(make, "unknown" | "other" | "不详" | "") {
                first(listener, TagKind::Make, make);
                listener.word(make);
            }
        }
        Field::Colour => {
            if let Some(colour) = lexicon::colour(value) {
                first(listener, TagKind::Colour, colour);
                listener.word(colour);
            }
        }
        Field::Body => {
            if let Some(body) = lexicon::body(value) {
                first(listener, TagKind::Body, body);
            }
        }
        Field::Choice => listener.word(value),
        Field::Text => each_token(value, |token| say_token(listener, token)),
    }
}

fn say_token(listener: &mut impl Listener, token: Token<'_>) {
    let word = token.text();
    // Most words are in no list, and that is quickly seen.
    if lexicon::may_know(word) {
        if lexicon::says_nothing(word) {
            return;
        }
        if let Some(make) = lexicon::make(word) {
            first(listener, TagKind::Make, make);
            listener.word(make);
            return;
        }
        if let Some(colour) = lexicon::colour(word) {
            first(listener, TagKind::Colour, colour);
            listener.word(colour);
            return;
        }
        if let Some(body) = lexicon::body(word) {
            first(listener, TagKind::Body, body);
        }
    }
    match token {
        Token::Latin(word) => {
            if 1 < word.len() || word.bytes().all(|byte| byte.is_ascii_digit()) {
                listener.word(stem(word));
            }
        }
        Token::Pair(pair) => listener.word(pair),
    }
}

/// A tag, where there is none of its kind yet.
fn first(listener: &mut impl Listener, kind: TagKind, value: &str) {
    if !listener.has(kind) {
        listener.tag(kind, value);
    }
}

/// Takes a form's known label off a segment.
fn labelled(segment: &str) -> (Field, &str) {
    let ends = |c: char| matches!(c, ':' | '?' | '：' | '？');
    let parts = if segment.is_ascii() {
        memchr2(b':', b'?', segment.as_bytes())
            .and_then(|at| Some((segment.get(..at)?, segment.get(at + 1..)?)))
    } else {
        segment.split_once(ends)
    };
    let known =
        parts.and_then(|(before, value)| lexicon::label(before.trim()).map(|field| (field, value)));
    known.unwrap_or((Field::Text, segment))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extractor() -> Extractor {
        Extractor::new(MatchKey::new([7; 32]))
    }

    fn kinds(evidence: &Evidence) -> Vec<TagKind> {
        evidence.tags.iter().map(|tag| tag.kind).collect()
    }

    #[test]
    fn a_forms_labels_are_not_evidence() {
        let form = "Make of the abandoned car: HONDA | Color of the abandoned car: GREYSILVER | \
                    License Plate number if available: [plate:470a5034]";
        let evidence = extractor().extract(form, "");
        assert_eq!(kinds(&evidence), [TagKind::Mark, TagKind::Make, TagKind::Colour]);
        let mut words = [extractor().word("honda"), extractor().word("grey")];
        words.sort_unstable();
        assert_eq!(evidence.words, words);
    }

    #[test]
    fn a_mark_is_a_tag_of_twelve_bits_and_no_word() {
        let by_pseudonym = extractor().extract("[plate:470a5034]", "");
        assert_eq!(by_pseudonym.words, [0_u32; 0]);
        assert!(by_pseudonym.tags[0].value <= 0x0fff);
        let raw = extractor().extract("辽K12345占用消防通道", "");
        assert_eq!(kinds(&raw), [TagKind::Mark]);
        assert_eq!(raw.words, extractor().extract("占用消防通道", "").words);
    }

    #[test]
    fn the_same_matter_in_other_words_shares_pairs() {
        let a = extractor().extract("中华路万达门口路灯不亮了", "");
        let b = extractor().extract("万达门口的路灯坏了，不亮", "");
        let common = a.words.iter().filter(|word| b.words.contains(word)).count();
        assert!(5 <= common, "{common}");
    }

    #[test]
    fn another_key_gives_other_hashes() {
        let other = Extractor::new(MatchKey::new([8; 32]));
        assert_ne!(extractor().extract("路灯不亮", ""), other.extract("路灯不亮", ""));
    }

    #[test]
    fn evidence_stays_within_its_limits() {
        let long: String =
            (0..500).fold(String::new(), |text, n| text + &format!("word{n} [plate:{n:08x}] "));
        let evidence = extractor().extract(&long, "1 Long St");
        assert_eq!(evidence.words.len(), WORDS_MAX);
        assert!(evidence.tags.len() <= TAGS_MAX);
        assert!(evidence.words.is_sorted());
    }
}
