//! One report's words: a template said anew, with the slips people make.

use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

use super::templates::{ENDINGS, ENGLISH, OPENINGS, SPOTS, TYPOS, Template};

/// One in this many reports of an item that has one is written in English.
const ENGLISH_ONE_IN: u32 = 40;
/// One in this many characters that can be mistyped is.
const TYPO_ONE_IN: u32 = 25;
/// One in this many characters is left out.
const DROP_ONE_IN: u32 = 120;

fn pick<'a>(random: &mut ChaCha8Rng, choices: &[&'a str]) -> &'a str {
    choices.choose(random).copied().unwrap_or("")
}

/// Where people say it is: the community's name as they shorten it, and a spot.
pub(super) fn address(random: &mut ChaCha8Rng, community: &str) -> String {
    let short = ["居民委员会", "村民委员会", "社区", "委员会"]
        .iter()
        .fold(community.to_owned(), |name, ending| name.replace(ending, ""));
    let suffix = pick(random, &["", "社区", "小区"]);
    format!("{short}{suffix}{}", pick(random, &SPOTS))
}

/// What one person writes of a matter.
pub(super) fn words(random: &mut ChaCha8Rng, template: &Template, address: &str) -> String {
    let english = ENGLISH.iter().find(|(item, _)| *item == template.item);
    if let Some((_, text)) = english
        && random.random_ratio(1, ENGLISH_ONE_IN)
    {
        return (*text).to_owned();
    }
    let (opening, ending) = (pick(random, &OPENINGS), pick(random, &ENDINGS));
    let (subject, trouble) = (pick(random, template.subjects), pick(random, template.troubles));
    let text = if random.random() {
        format!("{opening}{address}{subject}{trouble}{ending}")
    } else {
        format!("{opening}{subject}{trouble}，在{address}{ending}")
    };
    mistype(random, &text)
}

/// The text with a slip here and there.
fn mistype(random: &mut ChaCha8Rng, text: &str) -> String {
    text.chars()
        .filter(|_| !random.random_ratio(1, DROP_ONE_IN))
        .collect::<String>()
        .chars()
        .map(|letter| match TYPOS.iter().find(|(right, _)| *right == letter) {
            Some((_, wrong)) if random.random_ratio(1, TYPO_ONE_IN) => *wrong,
            _ => letter,
        })
        .collect()
}
