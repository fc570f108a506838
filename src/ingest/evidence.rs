//! Text to evidence: keyed hashes of words and a few tags, before the text is sealed.
//!
//! Latin text gives words without their endings; Chinese gives pairs of characters. A form's own
//! labels are taken off first: they would make any two forms look alike. Marks of vehicles, raw or
//! as an upstream pseudonym, become 12-bit tags and never words.

use memchr::memchr2;

use crate::domain::limits::{TAGS_MAX, WORDS_MAX};
use crate::domain::{Evidence, Tag, TagKind};
use crate::vault::MatchKey;

use super::lexicon::{Field, label};
use super::meanings::meaning;
use super::tokens::{Token, each_token, marks_and_rest, ordinals, place_names, stem};

/// Bits of a mark's hash: two cars in a street differ, one car cannot be followed across a city.
const MARK_BITS_MASK: u16 = 0x0fff;

/// Turns text into evidence under the city's key.
#[derive(Debug, Clone)]
pub struct Extractor {
    key: MatchKey,
}

/// One thing that a report says, still in clear.
#[derive(Debug, Clone, Copy)]
enum Said<'a> {
    /// It uses a word.
    Word(&'a str),
    /// It names something of one kind.
    Tag(TagKind, &'a str),
}

/// Keeps the hashes, and nothing in clear.
struct Hashed<'a> {
    key: &'a MatchKey,
    evidence: Evidence,
}

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
        each_said(text, address, &mut |said| hashed.keep(said));
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

impl Hashed<'_> {
    fn keep(&mut self, said: Said<'_>) {
        let Evidence { words, tags } = &mut self.evidence;
        match said {
            Said::Word(word) => {
                let hash = self.key.word(word);
                if words.len() < WORDS_MAX && !words.contains(&hash) {
                    words.push(hash);
                }
            }
            Said::Tag(kind, value) => {
                let is_one = matches!(kind, TagKind::Make | TagKind::Colour | TagKind::Body);
                let is_further = is_one && tags.iter().any(|tag| tag.kind == kind);
                if tags.len() < TAGS_MAX && !is_further {
                    let hash = self.key.tag(kind, value);
                    let value = if kind == TagKind::Mark { hash & MARK_BITS_MASK } else { hash };
                    tags.push(Tag { kind, value });
                }
            }
        }
    }
}

/// The words of a text as evidence counts them, in clear: for whoever fits topics on reports they
/// hold, never for the journal.
#[must_use]
pub fn words_in_clear(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    each_said(text, "", &mut |said| {
        if let Said::Word(word) = said
            && words.len() < WORDS_MAX
            && words.iter().all(|known| known != word)
        {
            words.push(word.to_owned());
        }
    });
    words
}

/// Tells what a report says, piece by piece.
fn each_said(text: &str, address: &str, tell: &mut impl FnMut(Said<'_>)) {
    let (marks, rest) = marks_and_rest(text);
    for mark in marks {
        tell(Said::Tag(TagKind::Mark, &mark));
    }
    for (part, whole) in ordinals(&rest) {
        tell(Said::Tag(TagKind::Ordinal, &format!("{part} of {whole}")));
    }
    let lower = rest.to_lowercase();
    let mut said = |segment| {
        let (field, value) = labelled(segment);
        field_said(tell, field, value.trim());
    };
    // Most texts are no form: one byte is found, or not, sooner than three.
    if lower.contains('|') {
        lower.split(" | ").for_each(said);
    } else {
        said(&lower);
    }
    let (street, house) = place_names(address);
    if let Some(street) = street {
        tell(Said::Tag(TagKind::Street, &street));
    }
    if let Some(house) = house {
        tell(Said::Tag(TagKind::House, &house));
    }
}

/// Tells what a form's field says.
fn field_said(tell: &mut impl FnMut(Said<'_>), field: Field, value: &str) {
    match field {
        Field::Skip => {}
        Field::Make => {
            let make = meaning(value).and_then(|it| it.make).unwrap_or(value);
            if !matches!(make, "unknown" | "other" | "不详" | "") {
                tell(Said::Tag(TagKind::Make, make));
                tell(Said::Word(make));
            }
        }
        Field::Colour => {
            if let Some(colour) = meaning(value).and_then(|it| it.colour) {
                tell(Said::Tag(TagKind::Colour, colour));
                tell(Said::Word(colour));
            }
        }
        Field::Body => {
            if let Some(body) = meaning(value).and_then(|it| it.body) {
                tell(Said::Tag(TagKind::Body, body));
            }
        }
        Field::Choice => tell(Said::Word(value)),
        Field::Text => each_token(value, |token| token_said(tell, token)),
    }
}

/// Tells what a word or a pair of a text says.
fn token_said(tell: &mut impl FnMut(Said<'_>), token: Token<'_>) {
    let word = token.text();
    if let Some(meaning) = meaning(word) {
        if meaning.nothing {
            return;
        }
        if let Some(make) = meaning.make {
            tell(Said::Tag(TagKind::Make, make));
            tell(Said::Word(make));
            return;
        }
        if let Some(colour) = meaning.colour {
            tell(Said::Tag(TagKind::Colour, colour));
            tell(Said::Word(colour));
            return;
        }
        if let Some(body) = meaning.body {
            tell(Said::Tag(TagKind::Body, body));
        }
    }
    match token {
        Token::Latin(word) => {
            if 1 < word.len() || word.bytes().all(|byte| byte.is_ascii_digit()) {
                tell(Said::Word(stem(word)));
            }
        }
        Token::Pair(pair) => tell(Said::Word(pair)),
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
    let known = parts.and_then(|(before, value)| label(before.trim()).map(|field| (field, value)));
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
