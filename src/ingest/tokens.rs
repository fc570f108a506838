//! Cutting text into what can be compared: words, pairs of characters, marks, ordinals, addresses.

use std::borrow::Cow;

/// One piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A word of Latin letters and digits, in lower case.
    Latin(&'a str),
    /// Two Chinese characters side by side, or one that stands alone.
    Pair(&'a str),
}

impl<'a> Token<'a> {
    pub(super) fn text(self) -> &'a str {
        match self {
            Self::Latin(text) | Self::Pair(text) => text,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Han,
    Neither,
}

fn script(c: char) -> Script {
    match c {
        'a'..='z' | '0'..='9' | '\'' => Script::Latin,
        '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' => Script::Han,
        _ => Script::Neither,
    }
}

/// Gives the tokens of a lower-case text to `take`, in order.
pub(super) fn each_token<'a>(text: &'a str, mut take: impl FnMut(Token<'a>)) {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let of_run = script(first);
        let end = match of_run {
            // Of one byte each.
            Script::Latin => rest.bytes().position(|byte| script(byte.into()) != Script::Latin),
            Script::Han | Script::Neither => rest.find(|c| script(c) != of_run),
        };
        let (run, after) = rest.split_at(end.unwrap_or(rest.len()));
        match of_run {
            Script::Latin => latin(run).into_iter().for_each(&mut take),
            Script::Han => pairs(run, &mut take),
            Script::Neither => {}
        }
        rest = after;
    }
}

fn latin(run: &str) -> Option<Token<'_>> {
    let word = run.trim_matches('\'');
    (!word.is_empty()).then_some(Token::Latin(word))
}

fn pairs<'a>(run: &'a str, take: &mut impl FnMut(Token<'a>)) {
    let ends = |(at, c): (usize, char)| at + c.len_utf8();
    let mut starts = run.char_indices();
    let mut seconds = run.char_indices().skip(1);
    if run.chars().nth(1).is_none() {
        take(Token::Pair(run));
    }
    while let (Some((start, _)), Some(second)) = (starts.next(), seconds.next()) {
        if let Some(pair) = run.get(start..ends(second)) {
            take(Token::Pair(pair));
        }
    }
}

/// A word without the endings that English puts on it.
pub(super) fn stem(word: &str) -> &str {
    let long = |more_than: usize| more_than < word.len();
    let cut = |ending: &str| word.strip_suffix(ending);
    if let Some(stem) = cut("ing").filter(|_| long(5)) {
        return stem;
    }
    if let Some(stem) = cut("ed").or_else(|| cut("es")).filter(|_| long(4)) {
        return stem;
    }
    if word.ends_with("ss") {
        return word;
    }
    cut("s").filter(|_| long(3)).unwrap_or(word)
}

/// Marks of vehicles, and the text without them and without other bracketed pseudonyms.
pub(super) fn marks_and_rest(text: &str) -> (Vec<String>, Cow<'_, str>) {
    let mut marks = Vec::new();
    if text.is_ascii() && !text.contains('[') {
        return (marks, Cow::Borrowed(text));
    }
    let mut rest = String::with_capacity(text.len());
    let mut left = text;
    while let Some((before, after)) = left.split_once('[') {
        chinese_marks(before, &mut marks, &mut rest);
        let inner = after.split_once(']').filter(|(inner, _)| is_pseudonym(inner));
        if let Some((inner, after)) = inner {
            if let Some(("plate" | "vin", mark)) = inner.split_once(':') {
                marks.push(mark.to_owned());
            }
            rest.push(' ');
            left = after;
        } else {
            rest.push('[');
            left = after;
        }
    }
    chinese_marks(left, &mut marks, &mut rest);
    (marks, Cow::Owned(rest))
}

/// `plate:470a5034`, `phone`: one word, perhaps with a hash.
fn is_pseudonym(inner: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '_');
    !inner.is_empty() && inner.len() <= 40 && inner.chars().all(plain)
}

/// What the first character of a Chinese plate can be: a province, or a special service.
const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领学警";

/// Moves Chinese plates (辽K12345, 辽K·D12345) from `text` to `marks`, the rest to `rest`.
fn chinese_marks(text: &str, marks: &mut Vec<String>, rest: &mut String) {
    if text.is_ascii() {
        return rest.push_str(text);
    }
    let mut left = text;
    while let Some(first) = left.chars().next() {
        let after = left.get(first.len_utf8()..).unwrap_or_default();
        if PROVINCES.contains(first)
            && let Some((mark, remaining)) = plate_after(after)
        {
            marks.push(format!("{first}{mark}"));
            rest.push(' ');
            left = remaining;
        } else {
            rest.push(first);
            left = after;
        }
    }
}

/// A letter and five or six letters or digits, one of them at least a digit.
fn plate_after(text: &str) -> Option<(String, &str)> {
    let first = text.chars().next().filter(char::is_ascii_alphabetic)?;
    let after = text.get(1..)?.trim_start_matches(['·', '-', ' ']);
    let end = after.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(after.len());
    let (serial, remaining) = after.split_at(end);
    let right = (5..=6).contains(&serial.len()) && serial.bytes().any(|b| b.is_ascii_digit());
    let mark = format!("{first}{serial}").to_ascii_uppercase();
    right.then_some((mark, remaining))
}

/// "1 of 2", "1/2": which part of how many.
pub(super) fn ordinals(text: &str) -> Vec<(u16, u16)> {
    let bytes = text.as_bytes();
    let alone = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at)).is_none_or(|byte| !byte.is_ascii_alphanumeric())
    };
    let digit = |at: usize| {
        let value = bytes.get(at).filter(|byte| byte.is_ascii_digit())? - b'0';
        Some((u16::from(value), alone(at.checked_sub(1)), alone(Some(at + 1))))
    };
    let past_spaces = |mut at: usize| {
        while bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        at
    };
    let ordinal = |at: usize| {
        let (part, true, true) = digit(at)? else { return None };
        let between = past_spaces(at + 1);
        let next = match (bytes.get(between)?, bytes.get(between + 1)) {
            (b'/', _) => between + 1,
            (b'o' | b'O', Some(b'f' | b'F')) => between + 2,
            _ => return None,
        };
        let (whole, _, true) = digit(past_spaces(next))? else { return None };
        (0 < part && part <= whole).then_some((part, whole))
    };
    (0..bytes.len()).filter_map(ordinal).take(2).collect()
}

/// The street and the house number of an address, as far as it says: `26 Spaulding St, Dorchester`
/// or `中华大街88号`.
pub(super) fn place_names(address: &str) -> (Option<String>, Option<String>) {
    let first = address.split([',', '，']).next().unwrap_or_default().trim().to_lowercase();
    let digits_end = first.find(|c: char| !c.is_ascii_digit()).unwrap_or(first.len());
    let (house, after) = first.split_at(digits_end);
    if !house.is_empty() {
        let street = after.trim_start_matches(|c: char| !c.is_alphabetic()).trim();
        return (some(street), some(house));
    }
    let Some((street, numbered)) =
        first.find(|c: char| c.is_ascii_digit()).map(|at| first.split_at(at))
    else {
        return (some(first.as_str()), None);
    };
    let end = numbered.find(|c: char| !c.is_ascii_digit()).unwrap_or(numbered.len());
    (some(street.trim()), numbered.get(..end).and_then(some))
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_and_chinese_are_cut_each_in_its_way() {
        let mut found = Vec::new();
        each_token("led灯坏了! it's 2, 路", |token| found.push(token.text()));
        assert_eq!(found, ["led", "灯坏", "坏了", "it's", "2", "路"]);
    }

    #[test]
    fn endings_are_taken_off() {
        assert_eq!(
            ["parking", "parked", "boxes", "cars", "glass", "bus"].map(stem),
            ["park", "park", "box", "car", "glass", "bus"]
        );
    }

    #[test]
    fn brackets_that_are_no_pseudonym_stay() {
        let (marks, rest) = marks_and_rest("[Sidewalk here] [plate:ab12] x [phone");
        assert_eq!(marks, ["ab12"]);
        assert_eq!(rest, "[Sidewalk here]   x [phone");
        assert!(matches!(marks_and_rest("a car"), (_, Cow::Borrowed("a car"))));
    }

    #[test]
    fn parts_of_a_whole_are_told_from_dates_and_hours() {
        assert_eq!(ordinals("car 1 of 2, 24/7, 9/11"), [(1, 2)]);
        assert_eq!(ordinals("photo 2/3"), [(2, 3)]);
    }

    #[test]
    fn an_address_has_a_street_and_a_number() {
        let names = |text| place_names(text);
        let pair = |a: &str, b: &str| (Some(a.to_owned()), Some(b.to_owned()));
        assert_eq!(names("26 Spaulding St, Dorchester"), pair("spaulding st", "26"));
        assert_eq!(names("中华大街88号"), pair("中华大街", "88"));
        assert_eq!(names(""), (None, None));
    }
}
