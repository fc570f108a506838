//! Text to evidence: keyed hashes of words and a few tags, before the text is sealed.
//!
//! Latin text gives words without their endings; Chinese gives pairs of characters. A form's own
//! labels are taken off first: they would make any two forms look alike. Marks of vehicles, raw or
//! as an upstream pseudonym, become 12-bit tags and never words.

use crate::domain::limits::{TAGS_MAX, WORDS_MAX};
use crate::domain::{Evidence, Tag, TagKind};

use super::lexicon::{self, Field};
use super::tokens::{Token, marks_and_rest, ordinals, place_names, stem, tokens};

/// Bits of a mark's hash: two cars in a street differ, one car cannot be followed across a city.
const MARK_BITS_MASK: u16 = 0x0fff;

/// Turns text into evidence under the city's key.
#[derive(Clone)]
pub struct Extractor {
    key: [u8; 32],
}

impl std::fmt::Debug for Extractor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Extractor(key withheld)")
    }
}

/// What a report says, still in clear.
#[derive(Debug, Default)]
struct Said {
    words: Vec<String>,
    tags: Vec<(TagKind, String)>,
}

impl Extractor {
    /// An extractor under the vault's match key.
    #[must_use]
    pub fn new(match_key: [u8; 32]) -> Self {
        Self { key: match_key }
    }

    /// The evidence of one report.
    #[must_use]
    pub fn extract(&self, text: &str, address: &str) -> Evidence {
        let said = said(text, address);
        let mut words: Vec<u32> = said.words.iter().map(|word| self.word(word)).collect();
        words.sort_unstable();
        words.dedup();
        let mut tags: Vec<Tag> =
            said.tags.iter().map(|(kind, value)| self.tag(*kind, value)).collect();
        tags.sort_unstable();
        tags.dedup();
        Evidence { words, tags }
    }

    /// The hash that `word`, as someone wrote it in a list of topics, has in evidence.
    #[must_use]
    pub fn word(&self, word: &str) -> u32 {
        let [a, b, c, d, ..] = self.hash("word", word);
        u32::from_le_bytes([a, b, c, d])
    }

    fn tag(&self, kind: TagKind, value: &str) -> Tag {
        let [a, b, ..] = self.hash(kind_name(kind), value);
        let value = u16::from_le_bytes([a, b]);
        Tag { kind, value: if kind == TagKind::Mark { value & MARK_BITS_MASK } else { value } }
    }

    fn hash(&self, what: &str, value: &str) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(what.as_bytes()).update(&[0]).update(value.as_bytes());
        *hasher.finalize().as_bytes()
    }
}

/// The words of a text as evidence counts them, in clear: for whoever fits topics on reports they
/// hold, never for the journal.
#[must_use]
pub fn words_in_clear(text: &str) -> Vec<String> {
    said(text, "").words
}

fn kind_name(kind: TagKind) -> &'static str {
    match kind {
        TagKind::Mark => "mark",
        TagKind::Make => "make",
        TagKind::Colour => "colour",
        TagKind::Body => "body",
        TagKind::Street => "street",
        TagKind::House => "house",
        TagKind::Ordinal => "ordinal",
    }
}

fn said(text: &str, address: &str) -> Said {
    let mut said = Said::default();
    let (marks, rest) = marks_and_rest(text);
    for mark in marks {
        said.tag(TagKind::Mark, &mark);
    }
    for (part, whole) in ordinals(&rest) {
        said.tag(TagKind::Ordinal, &format!("{part} of {whole}"));
    }
    for segment in rest.to_lowercase().split(" | ") {
        let (field, value) = labelled(segment);
        said.field(field, value.trim());
    }
    let (street, house) = place_names(address);
    if let Some(street) = street {
        said.tag(TagKind::Street, &street);
    }
    if let Some(house) = house {
        said.tag(TagKind::House, &house);
    }
    said
}

impl Said {
    fn field(&mut self, field: Field, value: &str) {
        match field {
            Field::Skip => {}
            Field::Make => {
                let make = lexicon::make(value).unwrap_or(value);
                if !matches!(make, "unknown" | "other" | "不详" | "") {
                    self.first_tag(TagKind::Make, make);
                    self.word(make);
                }
            }
            Field::Colour => {
                if let Some(colour) = lexicon::colour(value) {
                    self.first_tag(TagKind::Colour, colour);
                    self.word(colour);
                }
            }
            Field::Body => {
                if let Some(body) = lexicon::body(value) {
                    self.first_tag(TagKind::Body, body);
                }
            }
            Field::Choice => self.word(value),
            Field::Text => tokens(value).into_iter().for_each(|token| self.token(token)),
        }
    }

    fn token(&mut self, token: Token<'_>) {
        let word = token.text();
        if lexicon::says_nothing(word) {
            return;
        }
        if let Some(make) = lexicon::make(word) {
            self.first_tag(TagKind::Make, make);
            self.word(make);
            return;
        }
        if let Some(colour) = lexicon::colour(word) {
            self.first_tag(TagKind::Colour, colour);
            self.word(colour);
            return;
        }
        if let Some(body) = lexicon::body(word) {
            self.first_tag(TagKind::Body, body);
        }
        match token {
            Token::Latin(word) => {
                if 1 < word.len() || word.bytes().all(|byte| byte.is_ascii_digit()) {
                    self.word(stem(word));
                }
            }
            Token::Pair(pair) => self.word(pair),
        }
    }

    fn word(&mut self, word: &str) {
        if self.words.len() < WORDS_MAX && self.words.iter().all(|known| known != word) {
            self.words.push(word.to_owned());
        }
    }

    fn tag(&mut self, kind: TagKind, value: &str) {
        if self.tags.len() < TAGS_MAX {
            self.tags.push((kind, value.to_owned()));
        }
    }

    fn first_tag(&mut self, kind: TagKind, value: &str) {
        if self.tags.iter().all(|(known, _)| *known != kind) {
            self.tag(kind, value);
        }
    }
}

/// Takes a form's known label off a segment.
fn labelled(segment: &str) -> (Field, &str) {
    let ends = |c: char| matches!(c, ':' | '?' | '：' | '？');
    let known = segment
        .split_once(ends)
        .and_then(|(before, value)| lexicon::label(before.trim()).map(|field| (field, value)));
    known.unwrap_or((Field::Text, segment))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extractor() -> Extractor {
        Extractor::new([7; 32])
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
        let other = Extractor::new([8; 32]);
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
