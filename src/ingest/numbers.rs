//! Finding numbers that name a person in a text: telephones and identity cards.

/// Whether such a number may begin with this letter.
pub(super) fn opens_number(first: char) -> bool {
    first.is_ascii_digit() || matches!(first, '+' | '(')
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
pub(super) fn identity_card(text: &[char]) -> Option<usize> {
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
pub(super) fn telephone(text: &[char], whole: &[char], at: usize) -> Option<usize> {
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
    let open = usize::from(matches!(text.first(), Some('(')));
    let area = text.get(open..)?;
    if digit(area, 0) != Some(0) {
        return None;
    }
    [3, 4].into_iter().find_map(|size| {
        let closed = open == 1 && matches!(area.get(size), Some(')'));
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
