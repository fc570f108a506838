//! Masking what names a person in free text: telephone numbers, identity cards, plates, e-mail.
//!
//! It runs on every text before anything else sees it. What is masked reads `***`. A sender's own
//! number belongs in `contact`, which is sealed and compared with nothing.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

use super::plates::{called, chinese_plate, named_plate, next_called, speaks_of_plates};

/// What stands in the place of what was masked.
const MASK: &str = "***";

/// Whose numbers a text may keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// None: the form that is sealed and shown.
    Nothing,
    /// A vehicle's plate, for the comparison that reduces it to 12 bits at once.
    Plates,
}

/// `text` without what names a person.
#[must_use]
pub fn scrub(text: &str, keep: Keep) -> Cow<'_, str> {
    masked(text, suspected(text), keep)
}

/// `text` as it is sealed and shown, and as it is compared.
pub(super) fn scrub_both(text: &str) -> [Cow<'_, str>; 2] {
    let suspected = suspected(text);
    [Keep::Nothing, Keep::Plates].map(|keep| masked(text, suspected, keep))
}

/// What a text may hold, at a first look: what is false is not there.
#[derive(Clone, Copy)]
struct Suspected {
    number: bool,
    mail: bool,
    plate: bool,
}

/// Most texts hold nothing, and most of those are seen to hold nothing here.
fn suspected(text: &str) -> Suspected {
    let bytes = text.as_bytes();
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let mail = memchr(b'@', bytes).is_some();
    if !text.is_ascii() {
        let any = digits != 0 || mail || text.contains(|c| ('０'..='９').contains(&c));
        return Suspected { number: any, mail: any, plate: any };
    }
    let plate = 2 <= digits && speaks_of_plates(bytes);
    Suspected { number: 7 <= digits && is_crowded(bytes), mail, plate }
}

/// Whether seven digits stand together, with nothing but what may part a number's groups.
fn is_crowded(bytes: &[u8]) -> bool {
    let mut together = 0;
    bytes.iter().any(|byte| {
        match byte {
            b'0'..=b'9' => together += 1,
            b' ' | b'-' | b'.' | b'(' | b')' | b'+' => {}
            _ => together = 0,
        }
        7 <= together
    })
}

fn masked(text: &str, suspected: Suspected, keep: Keep) -> Cow<'_, str> {
    let suspected = Suspected { plate: suspected.plate && keep == Keep::Nothing, ..suspected };
    if !(suspected.number || suspected.mail || suspected.plate) {
        return Cow::Borrowed(text);
    }
    let ascii = text.is_ascii();
    let letters: Vec<char> =
        if ascii { text.bytes().map(char::from).collect() } else { text.chars().collect() };
    let narrow: Cow<'_, [char]> = if ascii {
        Cow::Borrowed(&letters)
    } else {
        letters.iter().copied().map(narrowed).collect()
    };
    let called = if suspected.plate { called(&narrow) } else { Vec::new() };
    // Nothing else begins where no word calls it so.
    let called_alone = ascii && !(suspected.number || suspected.mail);
    let mut kept = String::new();
    let (mut at, mut begin) = (0, 0);
    while at < letters.len() {
        if called_alone {
            let Some(next) = next_called(&called, at) else { break };
            at = next;
        }
        let length = personal(&narrow, at, (suspected, &called));
        if length != 0 {
            kept.extend(letters.get(begin..at).into_iter().flatten());
            kept.push_str(MASK);
            begin = at + length;
        }
        at += length.max(1);
    }
    if begin == 0 {
        return Cow::Borrowed(text);
    }
    kept.extend(letters.get(begin..).into_iter().flatten());
    Cow::Owned(kept)
}

/// A full-width digit or letter as its ordinary form.
fn narrowed(c: char) -> char {
    match u32::from(c).checked_sub(0xfee0).and_then(char::from_u32) {
        Some(ascii @ '!'..='~') => ascii,
        _ => c,
    }
}

/// How many letters from `at` name a person; 0 where none do. Where a token may be a plate because
/// words call it so, `called` says.
fn personal(text: &[char], at: usize, (suspected, called): (Suspected, &[Range<usize>])) -> usize {
    let Some(first) = text.get(at).copied() else { return 0 };
    let before = at.checked_sub(1).and_then(|at| text.get(at)).copied();
    // Nothing begins with a blank, nor with a letter within a word.
    let within = first.is_ascii_alphabetic() && before.is_some_and(|c| c.is_ascii_alphanumeric());
    if first == ' ' || within {
        return 0;
    }
    let rest = text.get(at..).unwrap_or_default();
    let opens_number = first.is_ascii_digit() || matches!(first, '+' | '(' | '（');
    if suspected.number && opens_number && !before.is_some_and(|c| c.is_ascii_digit()) {
        let number = identity_card(rest).or_else(|| telephone(rest, text, at));
        if let Some(length) = number {
            return length;
        }
    }
    let opens_word = is_mail_letter(first) && !before.is_some_and(is_mail_letter);
    if suspected.mail
        && opens_word
        && let Some(length) = e_mail(rest)
    {
        return length;
    }
    if !suspected.plate {
        return 0;
    }
    let may = first.is_ascii_alphanumeric() && next_called(called, at) == Some(at);
    let named = || may.then(|| named_plate(rest, before)).flatten();
    chinese_plate(rest).or_else(named).unwrap_or(0)
}

/// The letters that groups of digits take, with at most one separator between two of them.
fn groups(text: &[char], sizes: &[usize]) -> Option<usize> {
    let mut at = 0;
    for (index, size) in sizes.iter().enumerate() {
        let separator = |c: &&char| matches!(c, ' ' | '-' | '.' | '·' | '—');
        if index != 0 && text.get(at).as_ref().is_some_and(separator) {
            at += 1;
        }
        let digits = text.get(at..at + size)?;
        if !digits.iter().all(char::is_ascii_digit) {
            return None;
        }
        at += size;
    }
    ends_here(text, at).then_some(at)
}

fn ends_here(text: &[char], at: usize) -> bool {
    !text.get(at).is_some_and(char::is_ascii_digit)
}

fn digit(text: &[char], at: usize) -> Option<u32> {
    text.get(at).and_then(|c| c.to_digit(10))
}

/// The number two digits write.
fn two(text: &[char], at: usize) -> Option<u32> {
    Some(digit(text, at)? * 10 + digit(text, at + 1)?)
}

/// An identity card's 18 places (a date of birth among them), or the old card's 15.
fn identity_card(text: &[char]) -> Option<usize> {
    let digits = text.iter().take(18).take_while(|c| c.is_ascii_digit()).count();
    let dated = |at: usize| {
        let month = two(text, at).is_some_and(|month| (1..=12).contains(&month));
        month && two(text, at + 2).is_some_and(|day| (1..=31).contains(&day))
    };
    let born = matches!(two(text, 6), Some(18..=20)) && dated(10);
    let last = text.get(17).is_some_and(|c| c.is_ascii_digit() || matches!(c, 'X' | 'x'));
    if 17 <= digits && born && last && ends_here(text, 18) {
        return Some(18);
    }
    (digits == 15 && dated(8)).then_some(15)
}

/// A telephone number: a Chinese mobile, a landline with its area, one of ten digits as North
/// America writes it, or a short one that the words before it call a telephone number.
fn telephone(text: &[char], whole: &[char], at: usize) -> Option<usize> {
    let plus = usize::from(text.first() == Some(&'+'));
    let country = ["0086", "86"].iter().find_map(|code| {
        let starts = code.chars().eq(text.iter().skip(plus).take(code.len()).copied());
        let gap = matches!(text.get(plus + code.len()), Some(' ' | '-'));
        starts.then_some(plus + code.len() + usize::from(gap))
    });
    let after = |skip: usize| text.get(skip..).unwrap_or_default();
    if let Some(skip) = country
        && let Some(length) = mobile(after(skip))
    {
        return Some(skip + length);
    }
    mobile(text).or_else(|| landline(text)).or_else(|| ten_digits(text)).or_else(|| {
        let short = groups(text, &[4, 4]).or_else(|| groups(text, &[3, 4]))?;
        let words = ["电话", "手机", "号码", "tel", "phone", "call"];
        follows(whole, (at, 10), &words).then_some(short)
    })
}

fn mobile(text: &[char]) -> Option<usize> {
    let begins = digit(text, 0) == Some(1) && digit(text, 1).is_some_and(|second| 3 <= second);
    let by = |sizes: &[usize]| groups(text, sizes);
    begins.then(|| by(&[3, 4, 4]).or_else(|| by(&[3, 3, 5])).or_else(|| by(&[4, 3, 4]))).flatten()
}

fn landline(text: &[char]) -> Option<usize> {
    let open = usize::from(matches!(text.first(), Some('(' | '（')));
    let area = text.get(open..)?;
    if digit(area, 0) != Some(0) {
        return None;
    }
    [3, 4].into_iter().find_map(|size| {
        let closed = open == 1 && matches!(area.get(size), Some(')' | '）'));
        if closed {
            let digits = area.get(..size)?.iter().all(char::is_ascii_digit);
            let number = area.get(size + 1..)?;
            let length = groups(number, &[4, 4]).or_else(|| groups(number, &[3, 4]))?;
            return digits.then_some(open + size + 1 + length);
        }
        (open == 0).then(|| groups(area, &[size, 4, 4]).or_else(|| groups(area, &[size, 3, 4])))?
    })
}

/// `(617) 555-0123`, `617-555-0123`, `1 617 555 0123` or the ten digits alone.
fn ten_digits(text: &[char]) -> Option<usize> {
    let trunk = usize::from(digit(text, 0) == Some(1));
    let gap = usize::from(trunk == 1 && matches!(text.get(1), Some(' ' | '-' | '.')));
    let number = text.get(trunk + gap..)?;
    let open = usize::from(number.first() == Some(&'('));
    let area = number.get(open..)?;
    let plausible = |at| digit(area, at).is_some_and(|first| 2 <= first);
    if !plausible(0) {
        return None;
    }
    if open == 1 {
        let closed = area.get(3) == Some(&')') && area.iter().take(3).all(char::is_ascii_digit);
        let blank = usize::from(area.get(4) == Some(&' '));
        let length = groups(area.get(4 + blank..)?, &[3, 4])?;
        return closed.then_some(trunk + gap + open + 4 + blank + length);
    }
    groups(area, &[3, 3, 4]).map(|length| trunk + gap + length)
}

/// Whether one of `words` stands within `reach` letters before `at`.
fn follows(text: &[char], (at, reach): (usize, usize), words: &[&str]) -> bool {
    let near = text.get(at.saturating_sub(reach)..at).unwrap_or_default();
    let near: String = near.iter().flat_map(|c| c.to_lowercase()).collect();
    words.iter().any(|word| near.contains(word))
}

fn is_mail_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '%')
}

fn e_mail(text: &[char]) -> Option<usize> {
    let local = text.iter().take_while(|c| is_mail_letter(**c)).count();
    if local == 0 || text.get(local) != Some(&'@') {
        return None;
    }
    let host: Vec<char> = text
        .get(local + 1..)?
        .iter()
        .copied()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
        .collect();
    let dots_at_end = host.iter().rev().take_while(|c| **c == '.').count();
    let length = host.len() - dots_at_end;
    host.get(..length)?.contains(&'.').then_some(local + 1 + length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_names_a_person_is_masked() {
        for (text, masked) in [
            ("请回电13800138000，谢谢", "请回电***，谢谢"),
            ("电话138 0013 8000或138-0013-8000。", "电话***或***。"),
            ("＋86 13800138000", "***"),
            ("+8613800138000", "***"),
            ("全角１３８００１３８０００号", "全角***号"),
            ("座机0419-2123456转8", "座机***转8"),
            ("(0419)2123456", "***"),
            ("（０２４）８６５３２１４７", "***"),
            ("电话:2123456", "电话:***"),
            ("身份证21100219900307123X的住户", "身份证***的住户"),
            ("身份证211002199003071234", "身份证***"),
            ("call me 617-555-0123 or (617) 555-0123", "call me *** or ***"),
            ("6175550123.", "***."),
            ("1-617-555-0123", "***"),
            ("write to li.ming+x@example.com.cn.", "write to ***."),
            ("辽K12345挡住消防通道", "***挡住消防通道"),
            ("辽K·D12345、京A 8888学", "***、***"),
            ("license plate 123ABC blocks", "license plate *** blocks"),
            ("MA plate # 12 AB34, red Honda", "MA plate # ***, red Honda"),
            ("车牌号是 AB1234", "车牌号是 ***"),
        ] {
            assert_eq!(scrub(text, Keep::Nothing), masked);
        }
    }

    #[test]
    fn what_names_a_place_or_a_thing_is_not() {
        for text in [
            "中华大街138号3单元502室",
            "网格211002016001003007内积水30厘米",
            "2026-07-01 08:30 井盖丢失",
            "编号101000112703的工单",
            "路灯杆号 K12-0345",
            "新A区5号楼",
            "积水约1200平方米，2000元",
            "pothole at 1234 Washington St, 02118",
            "3 cars @ noon",
            "a license issue on floor 12",
            "云a",
        ] {
            assert_eq!(scrub(text, Keep::Nothing), text);
        }
    }

    #[test]
    fn the_comparison_keeps_a_plate_and_no_number_of_a_person() {
        let text = "辽K12345 plate 123ABC 13800138000";
        assert_eq!(scrub(text, Keep::Plates), "辽K12345 plate 123ABC ***");
    }

    proptest! {
        #[test]
        fn a_mobile_number_never_survives(
            before in "[a-zA-Z\u{4e00}-\u{4e20} ,.()-]{0,12}",
            number in "1[3-9][0-9]{9}",
            after in "[a-zA-Z\u{4e00}-\u{4e20} ,.()-]{0,12}",
        ) {
            let text = format!("{before}{number}{after}");
            prop_assert!(!scrub(&text, Keep::Plates).contains(&number));
        }

        #[test]
        fn what_the_first_look_passes_over_is_not_there(
            words in proptest::collection::vec(
                prop_oneof![
                    "[a-zA-Z]{1,8}|[0-9]{1,11}|[ .,:#(+-]{1,2}|[a-z.+]{1,6}@[a-z.]{1,8}",
                    "(?i)plate|license|licence|reg|tel|phone|call",
                    "[A-Z0-9]{2,4}[ -]?[A-Z0-9]{2,4}",
                ],
                0..10,
            ),
            keep in prop_oneof![Just(Keep::Nothing), Just(Keep::Plates)],
        ) {
            let text = words.join(" ");
            let all = Suspected { number: true, mail: true, plate: true };
            prop_assert_eq!(scrub(&text, keep), masked(&text, all, keep));
        }

        #[test]
        fn any_text_is_scrubbed_once_and_for_all(text in "\\PC{0,80}") {
            let once = scrub(&text, Keep::Nothing).into_owned();
            prop_assert_eq!(scrub(&once, Keep::Nothing), once.as_str());
        }
    }
}
