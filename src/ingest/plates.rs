//! Finding plates of vehicles in a text: by how Chinese ones look, or by what the words say.

use std::ops::Range;

use memchr::memchr2_iter;

/// What calls the token after it a plate; none begins as another does, or within it.
const NAMES: [&str; 6] = ["plate", "license", "licence", "reg", "车牌", "牌照"];
/// At most how many letters after the beginning of such a word the token may begin: fillers
/// (`number`, `#`, `MA`) may stand between.
const REACH: usize = 20;

/// As [`called`], in an ASCII text; quicker than to look at each letter.
pub(super) fn called_in_ascii(text: &[u8]) -> Vec<Range<usize>> {
    let mut called = Vec::new();
    for name in NAMES.into_iter().filter(|name| name.is_ascii()) {
        let Some(first) = name.bytes().next() else { continue };
        let firsts = memchr2_iter(first, first.to_ascii_uppercase(), text);
        let named = firsts.filter(|at| {
            let span = text.get(*at..*at + name.len());
            span.is_some_and(|span| span.eq_ignore_ascii_case(name.as_bytes()))
        });
        called.extend(named.map(|at| at + name.len()..at + REACH + 1));
    }
    called.sort_unstable_by_key(|reach| reach.start);
    called
}

/// Where a token may begin that the words before it call a plate; both ends ascend.
pub(super) fn called(text: &[char]) -> Vec<Range<usize>> {
    let mut called = Vec::new();
    for (at, first) in text.iter().enumerate() {
        // Most letters begin none.
        if !matches!(first, 'p' | 'P' | 'l' | 'L' | 'r' | 'R' | '车' | '牌') {
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        let ends = NAMES.iter().filter_map(|name| after(rest, name));
        called.extend(ends.map(|length| at + length..at + REACH + 1));
    }
    called
}

/// The first place from `at` on where a token that begins there is called a plate.
pub(super) fn next_called(called: &[Range<usize>], at: usize) -> Option<usize> {
    let first = called.partition_point(|reach| reach.end <= at);
    called.get(first).map(|reach| reach.start.max(at))
}

/// How many letters `name` takes where `text` begins with it.
fn after(text: &[char], name: &str) -> Option<usize> {
    let mut letters = text.iter();
    let same = |c: char| letters.next().is_some_and(|letter| letter.eq_ignore_ascii_case(&c));
    name.chars().all(same).then(|| name.chars().count())
}

/// A Chinese plate, such as `辽K·12345` or `辽K D12345`.
pub(super) fn chinese_plate(text: &[char]) -> Option<usize> {
    const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使";
    let province = text.first().is_some_and(|c| !c.is_ascii() && PROVINCES.contains(*c));
    if !province || !text.get(1).is_some_and(char::is_ascii_alphabetic) {
        return None;
    }
    let gap = usize::from(matches!(text.get(2), Some('·' | '•' | '.' | '-' | ' ')));
    let tail = text.get(2 + gap..)?;
    let length = tail.iter().take_while(|c| c.is_ascii_alphanumeric()).count();
    let suffix = usize::from(matches!(tail.get(length), Some('学' | '警' | '港' | '澳' | '挂')));
    let numbered = tail.iter().take(length).filter(|c| c.is_ascii_digit()).count();
    let fits = (5..=6).contains(&(length + suffix)) && 2 <= numbered;
    fits.then_some(2 + gap + length + suffix)
}

/// A token of letters and digits that looks like a plate, where `before` is the letter before it.
/// Whether it is called one, [`called`] says.
pub(super) fn named_plate(text: &[char], before: Option<char>) -> Option<usize> {
    if before.is_some_and(|c| c.is_ascii_alphanumeric()) {
        return None;
    }
    let token = |text: &[char]| text.iter().take_while(|c| c.is_ascii_alphanumeric()).count();
    let length = token(text);
    let digits = text.iter().take(length).filter(|c| c.is_ascii_digit()).count();
    if !(2..=8).contains(&length) {
        return None;
    }
    // Plates such as `12 AB34` or `ABC 123` come in two tokens.
    let next = text.get(length + 1..).unwrap_or_default();
    let more = token(next);
    let next_digits = next.iter().take(more).filter(|c| c.is_ascii_digit()).count();
    let joined = matches!(text.get(length), Some(' ' | '-')) && (2..=4).contains(&more);
    let shouted = |text: &[char], length: usize| {
        text.iter().take(length).all(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
    };
    let in_two = joined && length <= 4 && 2 <= digits + next_digits && shouted(text, length);
    if in_two {
        shouted(next, more).then_some(length + 1 + more)
    } else {
        (2 <= digits && 4 <= length).then_some(length)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_word_calls_what_follows_it() {
        for name in NAMES.into_iter().flat_map(|name| [name.to_owned(), name.to_uppercase()]) {
            let text: Vec<char> = format!("x {name} 12AB").chars().collect();
            assert_eq!(next_called(&called(&text), text.len() - 4), Some(text.len() - 4), "{name}");
        }
    }

    proptest! {
        #[test]
        fn an_ascii_text_calls_the_same(
            words in proptest::collection::vec(
                "(?i)plate|license|licence|reg|pl|re|[a-z ]{0,9}",
                0..9,
            ),
        ) {
            // Case is folded for all of Unicode where the words are made: `ſ` is an `s` there.
            let text = words.concat().replace(|c: char| !c.is_ascii(), "");
            let letters: Vec<char> = text.chars().collect();
            prop_assert_eq!(called_in_ascii(text.as_bytes()), called(&letters));
        }

        #[test]
        fn called_is_what_such_a_word_stands_before(
            words in proptest::collection::vec(
                "(?i)plate|license|licence|reg|车牌|pl|re|[a-z路 ]{0,9}",
                0..9,
            ),
        ) {
            let text: Vec<char> = words.concat().chars().collect();
            let called = called(&text);
            for at in 0..=text.len() {
                let near: String = text[at.saturating_sub(REACH)..at].iter().collect();
                let expected = NAMES.iter().any(|name| near.to_lowercase().contains(name));
                let is_called = next_called(&called, at) == Some(at);
                prop_assert_eq!(is_called, expected, "{} of {:?}", at, text);
            }
        }
    }
}
