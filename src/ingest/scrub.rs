//! Masking what names a person in free text: telephone numbers, identity cards, plates, e-mail.
//!
//! It runs on every text before anything else sees it. What is masked reads `***`. A sender's own
//! number belongs in `contact`, which is sealed and compared with nothing.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

use super::numbers::{identity_card, opens_number, telephone};
use super::plates::{called, called_in_ascii, chinese_plate, named_plate, next_called};

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
    masked(text, &suspected(text), keep)
}

/// `text` as it is sealed and shown, and as it is compared.
pub(super) fn scrub_both(text: &str) -> [Cow<'_, str>; 2] {
    let suspected = suspected(text);
    [Keep::Nothing, Keep::Plates].map(|keep| masked(text, &suspected, keep))
}

/// What a text may hold: what is false is not there, or may stay.
#[derive(Clone, Copy)]
struct May {
    number: bool,
    mail: bool,
    plate: bool,
}

/// What a text may hold, at a first look.
struct Suspected {
    may: May,
    /// Where words of an ASCII text call a token a plate.
    called: Vec<Range<usize>>,
}

/// Most texts hold nothing, and most of those are seen to hold nothing here.
fn suspected(text: &str) -> Suspected {
    let bytes = text.as_bytes();
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let mail = memchr(b'@', bytes).is_some();
    if !text.is_ascii() {
        let any = digits != 0 || mail || text.contains(|c| ('０'..='９').contains(&c));
        let may = May { number: any, mail: any, plate: any };
        return Suspected { may, called: Vec::new() };
    }
    let called = if 2 <= digits { called_in_ascii(bytes) } else { Vec::new() };
    let (number, plate) = (7 <= digits && is_crowded(bytes), !called.is_empty());
    Suspected { may: May { number, mail, plate }, called }
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

fn masked<'a>(text: &'a str, suspected: &Suspected, keep: Keep) -> Cow<'a, str> {
    let may = May { plate: suspected.may.plate && keep == Keep::Nothing, ..suspected.may };
    if !(may.number || may.mail || may.plate) {
        return Cow::Borrowed(text);
    }
    let ascii = text.is_ascii();
    let letters: Vec<char> = text.chars().collect();
    let narrow: Cow<'_, [char]> = if ascii {
        Cow::Borrowed(&letters)
    } else {
        letters.iter().copied().map(narrowed).collect()
    };
    let called = match (may.plate, ascii) {
        (false, _) => Cow::default(),
        (true, true) => Cow::Borrowed(&*suspected.called),
        (true, false) => called(&narrow).into(),
    };
    without(&letters, &Looked { text: &narrow, ascii, may, called: &called })
        .map_or(Cow::Borrowed(text), Cow::Owned)
}

/// `letters` without what names a person; none where nothing does.
fn without(letters: &[char], looked: &Looked<'_>) -> Option<String> {
    let mut kept = String::new();
    let (mut at, mut begin) = (0, 0);
    while let Some(next) = looked.next(at) {
        let length = looked.personal(next);
        if length != 0 {
            kept.extend(letters.get(begin..next).into_iter().flatten());
            kept.push_str(MASK);
            begin = next + length;
        }
        at = next + length.max(1);
    }
    if begin == 0 {
        return None;
    }
    kept.extend(letters.get(begin..).into_iter().flatten());
    Some(kept)
}

/// A text that is looked through, and for what.
struct Looked<'a> {
    /// Its letters, the full-width ones as ordinary ones.
    text: &'a [char],
    ascii: bool,
    may: May,
    /// Where words call a token a plate.
    called: &'a [Range<usize>],
}

impl Looked<'_> {
    /// The first place from `at` on where something may begin.
    fn next(&self, at: usize) -> Option<usize> {
        let rest = self.text.get(at..).filter(|rest| !rest.is_empty())?;
        // A Chinese plate is called so by nothing, and mail begins with any letter.
        if self.may.mail || !self.ascii {
            return Some(at);
        }
        let plate = next_called(self.called, at).filter(|at| *at < self.text.len());
        // No further than to there: each letter is looked at once.
        let before = plate.map_or(Some(rest), |plate| self.text.get(at..plate))?;
        let number = || Some(at + before.iter().position(|c| opens_number(*c))?);
        self.may.number.then(number).flatten().or(plate)
    }

    /// How many letters from `at` name a person; 0 where none do.
    fn personal(&self, at: usize) -> usize {
        let Some(first) = self.text.get(at).copied() else { return 0 };
        let before = at.checked_sub(1).and_then(|at| self.text.get(at)).copied();
        // Nothing begins with a blank, nor with a letter within a word.
        let within =
            first.is_ascii_alphabetic() && before.is_some_and(|c| c.is_ascii_alphanumeric());
        if first == ' ' || within {
            return 0;
        }
        let rest = self.text.get(at..).unwrap_or_default();
        if self.may.number && opens_number(first) && !before.is_some_and(|c| c.is_ascii_digit()) {
            let number = identity_card(rest).or_else(|| telephone(rest, self.text, at));
            if let Some(length) = number {
                return length;
            }
        }
        let opens_word = is_mail_letter(first) && !before.is_some_and(is_mail_letter);
        if self.may.mail
            && opens_word
            && let Some(length) = e_mail(rest)
        {
            return length;
        }
        if !self.may.plate {
            return 0;
        }
        let may = first.is_ascii_alphanumeric() && next_called(self.called, at) == Some(at);
        let named = || may.then(|| named_plate(rest, before)).flatten();
        chinese_plate(rest).or_else(named).unwrap_or(0)
    }
}

/// A full-width digit or letter as its ordinary form.
fn narrowed(c: char) -> char {
    match u32::from(c).checked_sub(0xfee0).and_then(char::from_u32) {
        Some(ascii @ '!'..='~') => ascii,
        _ => c,
    }
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

    #[test]
    fn each_letter_is_looked_at_once_on_the_way_to_the_next_place() {
        // Every place may begin a plate, and the one number stands at the end.
        let text = "reg ".repeat(5_000) + "13800138000";
        assert!(scrub(&text, Keep::Nothing).ends_with("reg ***"));
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
            let called = called_in_ascii(text.as_bytes());
            let may = May { number: true, mail: true, plate: true };
            let all = Suspected { may, called };
            prop_assert_eq!(scrub(&text, keep), masked(&text, &all, keep));
        }

        #[test]
        fn an_ascii_text_is_masked_as_it_is_letter_by_letter(
            words in proptest::collection::vec(
                prop_oneof![
                    "[a-zA-Z]{1,8}|[0-9]{1,11}|[ .,:#(+-]{1,2}|[a-z.+]{1,6}@[a-z.]{1,8}",
                    "plate|License|licence|REG|tel|phone|call",
                    "[A-Z0-9]{2,4}[ -]?[A-Z0-9]{2,4}|1[3-9][0-9]{9}|617-555-0123",
                ],
                0..12,
            ),
            keep in prop_oneof![Just(Keep::Nothing), Just(Keep::Plates)],
        ) {
            let text = words.join(" ");
            // What is not ASCII as a whole is looked at at each letter.
            let slowly = format!("{text}。1");
            prop_assert_eq!(format!("{}。1", scrub(&text, keep)), scrub(&slowly, keep));
        }

        #[test]
        fn any_text_is_scrubbed_once_and_for_all(text in "\\PC{0,80}") {
            let once = scrub(&text, Keep::Nothing).into_owned();
            prop_assert_eq!(scrub(&once, Keep::Nothing), once.as_str());
        }
    }
}
