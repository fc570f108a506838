//! What fusion may compare of a report: keyed hashes of its words and a few categorical tags.
//!
//! The words themselves are sealed (`design.md` 2.2). Hashes are of 32 bits under the city's key:
//! enough to see that two reports use one word, useless without the key. A *mark* (of a vehicle,
//! say) keeps 12 bits on purpose: it tells two cars in one street apart and cannot follow one
//! across a city.

use serde::{Deserialize, Serialize};

/// What a tag speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TagKind {
    /// A 12-bit keyed hash of a thing's mark.
    Mark,
    /// A maker's name.
    Make,
    /// A colour.
    Colour,
    /// A kind of body or shape.
    Body,
    /// A street's name.
    Street,
    /// A house's number.
    House,
    /// Anything else the feed counts, such as "1 of 2".
    Ordinal,
}

/// One categorical piece of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Tag {
    /// What it speaks of.
    pub kind: TagKind,
    /// A small keyed hash of what it says.
    pub value: u16,
}

/// The evidence of one report.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
pub struct Evidence {
    /// Keyed hashes of words (Latin) and of character pairs (Chinese): ascending, each once.
    pub words: Vec<u32>,
    /// Tags, ascending, each once.
    pub tags: Vec<Tag>,
}
