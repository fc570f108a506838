//! Cutting text into what can be compared: words, pairs of characters, marks, ordinals, addresses.

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

/// The tokens of a lower-case text, in order.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let of_run = script(first);
        let end = rest.find(|c| script(c) != of_run).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        match of_run {
            Script::Latin => found.extend(latin(run)),
            Script::Han => pairs(run, &mut found),
            Script::Neither => {}
        }
        rest = after;
    }
    found
}

fn latin(run: &str) -> Option<Token<'_>> {
    let word = run.trim_matches('\'');
    (!word.is_empty()).then_some(Token::Latin(word))
}

fn pairs<'a>(run: &'a str, found: &mut Vec<Token<'a>>) {
    let starts: Vec<usize> = run.char_indices().map(|(at, _)| at).collect();
    if starts.len() == 1 {
        found.push(Token::Pair(run));
    }
    for (index, start) in starts.iter().enumerate().take(starts.len().saturating_sub(1)) {
        let end = starts.get(index + 2).copied().unwrap_or(run.len());
        found.extend(run.get(*start..end).map(Token::Pair));
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
pub(super) fn marks_and_rest(text: &str) -> (Vec<String>, String) {
    let mut marks = Vec::new();
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
    (marks, rest)
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
    if !text.contains('/') && !text.contains("of") && !text.contains("Of") && !text.contains("OF") {
        return Vec::new();
    }
    let chars: Vec<char> = text.chars().collect();
    let digit = |at: usize| {
        let alone = |at: Option<usize>| {
            at.and_then(|at| chars.get(at)).is_none_or(|c| !c.is_ascii_alphanumeric())
        };
        let value = chars.get(at)?.to_digit(10)?;
        u16::try_from(value)
            .ok()
            .map(|value| (value, alone(at.checked_sub(1)), alone(Some(at + 1))))
    };
    let past_spaces = |mut at: usize| {
        while chars.get(at) == Some(&' ') {
            at += 1;
        }
        at
    };
    let ordinal = |at: usize| {
        let (part, true, true) = digit(at)? else { return None };
        let between = past_spaces(at + 1);
        let next = match (chars.get(between)?, chars.get(between + 1)) {
            ('/', _) => between + 1,
            ('o' | 'O', Some('f' | 'F')) => between + 2,
            _ => return None,
        };
        let (whole, _, true) = digit(past_spaces(next))? else { return None };
        (0 < part && part <= whole).then_some((part, whole))
    };
    (0..chars.len()).filter_map(ordinal).take(2).collect()
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
        let found: Vec<&str> = tokens("led灯坏了! it's 2").into_iter().map(Token::text).collect();
        assert_eq!(found, ["led", "灯坏", "坏了", "it's", "2"]);
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
