//! Finding plates of vehicles in a text: by how Chinese ones look, or by what the words say.

use super::scrub::follows;

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

/// A token of letters and digits that the words before it call a plate.
pub(super) fn named_plate(text: &[char], whole: &[char], at: usize) -> Option<usize> {
    let alone = at.checked_sub(1).and_then(|at| whole.get(at));
    if alone.is_some_and(char::is_ascii_alphanumeric) {
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
    let plate = if in_two {
        shouted(next, more).then_some(length + 1 + more)
    } else {
        (2 <= digits && 4 <= length).then_some(length)
    };
    // Fillers (`number`, `#`, `MA`) may stand between. Looked for last: it costs the most.
    let words = ["plate", "license", "licence", "reg", "车牌", "牌照"];
    plate.filter(|_| follows(whole, (at, 20), &words))
}
