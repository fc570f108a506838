//! What single words mean for evidence, found at one look: every word of every report is looked up.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::lexicon::{BODIES, COLOURS, MAKES, STOP, STOP_PAIRS};

/// Buckets of the table: some five for each word there is, so most other words find an empty one.
const BUCKETS: u32 = 1_024;

/// What a word, or a pair of characters, means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Meaning {
    /// Whether it says nothing of the matter.
    pub(super) nothing: bool,
    /// The make it names.
    pub(super) make: Option<&'static str>,
    /// The family of colours it names.
    pub(super) colour: Option<&'static str>,
    /// The kind of body it names.
    pub(super) body: Option<&'static str>,
}

/// All words of the lists, those of one bucket together.
struct Table {
    /// Where each bucket begins; one more says where the last ends.
    starts: Vec<usize>,
    words: Vec<(&'static str, Meaning)>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::new(listed()));

/// What `word` means, where a list has it.
pub(super) fn meaning(word: &str) -> Option<&'static Meaning> {
    TABLE.get(word)
}

fn listed() -> BTreeMap<&'static str, Meaning> {
    let mut words: BTreeMap<&'static str, Meaning> = BTreeMap::new();
    for word in STOP.iter().chain(STOP_PAIRS) {
        words.entry(word).or_default().nothing = true;
    }
    for (word, make) in MAKES {
        words.entry(word).or_default().make = Some(make);
    }
    for (word, colour) in COLOURS {
        words.entry(word).or_default().colour = Some(colour);
    }
    for (word, body) in BODIES {
        words.entry(word).or_default().body = Some(body);
    }
    words
}

impl Table {
    fn new(words: BTreeMap<&'static str, Meaning>) -> Self {
        let mut words: Vec<_> = words.into_iter().collect();
        words.sort_by_key(|(word, _)| bucket(word));
        let start = |first: usize| words.partition_point(|(word, _)| bucket(word) < first);
        let starts = (0..).map(start).take(BUCKETS as usize + 1).collect();
        Self { starts, words }
    }

    fn get(&self, word: &str) -> Option<&Meaning> {
        let bucket = bucket(word);
        let (from, to) = (self.starts.get(bucket)?, self.starts.get(bucket + 1)?);
        let words = self.words.get(*from..*to)?;
        words.iter().find(|(known, _)| *known == word).map(|(_, meaning)| meaning)
    }
}

fn bucket(word: &str) -> usize {
    let length = u32::try_from(word.len()).unwrap_or(0);
    let add = |mixed: u32, byte: u8| mixed.wrapping_mul(31).wrapping_add(byte.into());
    let mixed = word.bytes().fold(length, add).wrapping_mul(0x9e37_79b1);
    (mixed >> (u32::BITS - BUCKETS.ilog2())) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_lists_is_found() {
        for (word, expected) in listed() {
            assert_eq!(meaning(word), Some(&expected), "{word}");
        }
        assert!(["sidewalk", "路灯", "", "th", "thee"].iter().all(|word| meaning(word).is_none()));
        assert_eq!(meaning("大众").and_then(|it| it.make), Some("volkswagen"));
        assert_eq!(meaning("银色").and_then(|it| it.colour), Some("grey"));
        assert_eq!(meaning("货车").and_then(|it| it.body), Some("truck"));
        assert!(meaning("please").is_some_and(|it| it.nothing));
    }

    #[test]
    fn few_words_share_a_bucket() {
        let fullest = TABLE.starts.windows(2).map(|ends| ends[1] - ends[0]).max();
        assert!(fullest.is_some_and(|fullest| fullest <= 5), "{fullest:?}");
    }
}
