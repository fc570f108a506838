//! Cutting a body into elements: one JSON object, an array, or one object a line.
//!
//! The cutter knows quotes and brackets and nothing else, so an element that is no JSON (`NaN`,
//! a missing quote at a line's end, a stray word) is cut out whole and its neighbours stay good.

use std::ops::Range;

use memchr::{memchr_iter, memchr2_iter};

use crate::wire::problem::{Problem, ProblemKind};

/// Nesting an element may have; no feed of ours needs more than two.
const DEPTH_MAX: usize = 16;

/// One element of a body: where it lies, and its text where it has one.
#[derive(Debug)]
pub(super) struct Element<'a> {
    pub(super) index: usize,
    pub(super) span: Range<usize>,
    pub(super) text: Result<&'a str, Problem>,
}

/// Bytes that most lines take, at least.
const LINE_BYTES: usize = 256;

/// Cuts `body` into its elements; none where it is blank.
pub(super) fn cut(body: &[u8]) -> Vec<Element<'_>> {
    let whole = trim(body, 0..body.len());
    let cuts = match body.get(whole.start) {
        None => Vec::new(),
        Some(b'[') => array(body, whole),
        Some(_) if is_one_value(body, &whole) => vec![(whole, None)],
        Some(_) => lines(body, whole),
    };
    let element = |(index, (span, gap)): (usize, Cut)| {
        let text = gap.map_or_else(|| read(body, &span), Err);
        let text = text.map_err(|problem| problem.of(index, span.clone()));
        Element { index, span, text }
    };
    cuts.into_iter().enumerate().map(element).collect()
}

/// A span, and a problem that makes its bytes not worth reading.
type Cut = (Range<usize>, Option<Problem>);

/// The text of an element that is UTF-8 and not nested too deep.
fn read<'a>(body: &'a [u8], span: &Range<usize>) -> Result<&'a str, Problem> {
    let bytes = body.get(span.clone()).unwrap_or_default();
    let read = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        Problem::new(ProblemKind::NotUtf8, format!("byte {at} of this element is not UTF-8"))
    })?;
    if is_too_deep(bytes) {
        let detail = format!("nested deeper than {DEPTH_MAX} brackets");
        return Err(Problem::new(ProblemKind::TooDeep, detail));
    }
    Ok(read)
}

/// Looks at each byte only where there are brackets enough.
fn is_too_deep(bytes: &[u8]) -> bool {
    let mut brackets = Brackets::default();
    DEPTH_MAX < memchr2_iter(b'{', b'[', bytes).take(DEPTH_MAX + 1).count()
        && bytes.iter().any(|byte| DEPTH_MAX < brackets.step(*byte))
}

fn trim(body: &[u8], span: Range<usize>) -> Range<usize> {
    let bytes = body.get(span.clone()).unwrap_or_default();
    let start = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let blank = bytes.iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count();
    let start = span.start + start;
    start..(span.end - blank.min(bytes.len())).max(start)
}

/// Whether the brackets that open at the span's start close at its end.
fn is_one_value(body: &[u8], span: &Range<usize>) -> bool {
    let mut brackets = Brackets::default();
    let bytes = body.get(span.clone()).unwrap_or_default();
    let closes = bytes.iter().position(|byte| brackets.step(*byte) == 0 && !brackets.quoted);
    let whole_line = |line: &[u8]| line.starts_with(b"{") && line.trim_ascii_end().ends_with(b"}");
    closes.is_some_and(|at| at + 1 == bytes.len())
        || !bytes.split(|byte| *byte == b'\n').any(whole_line)
}

/// One element a line; blank lines are none.
fn lines(body: &[u8], span: Range<usize>) -> Vec<Cut> {
    let mut start = span.start;
    let mut cuts = Vec::with_capacity(span.len() / LINE_BYTES);
    let whole = body.get(span.clone()).unwrap_or_default();
    let ends = memchr_iter(b'\n', whole).map(|at| span.start + at);
    for end in ends.chain([span.end]) {
        let within = trim(body, start..end);
        start = end + 1;
        if !within.is_empty() {
            cuts.push((within, None));
        }
    }
    cuts
}

/// The elements between an array's commas.
fn array(body: &[u8], span: Range<usize>) -> Vec<Cut> {
    let mut cuts: Vec<Cut> = Vec::new();
    let mut brackets = Brackets::default();
    let mut start = span.start + 1;
    let mut closed = None;
    for (at, byte) in body.iter().enumerate().take(span.end).skip(span.start) {
        let depth = brackets.step(*byte);
        let comma = *byte == b',' && depth == 1 && !brackets.quoted;
        if comma || depth == 0 {
            cuts.push(cut_or_gap(body, start..at));
            start = at + 1;
        }
        if depth == 0 {
            closed = Some(at + 1);
            break;
        }
    }
    if let [(only, _)] = cuts.as_slice()
        && only.is_empty()
        && closed.is_some()
    {
        cuts.clear();
    }
    cuts.extend(tail(body, closed, start..span.end));
    cuts
}

fn cut_or_gap(body: &[u8], span: Range<usize>) -> Cut {
    let span = trim(body, span);
    let gap = span.is_empty().then(|| {
        Problem::new(ProblemKind::MalformedJson, "nothing stands between two commas of the array")
    });
    (span, gap)
}

/// What follows an array's end, or the end it should have had.
fn tail(body: &[u8], closed: Option<usize>, open: Range<usize>) -> Vec<Cut> {
    let malformed = |why| Some(Problem::new(ProblemKind::MalformedJson, why));
    if let Some(end) = closed {
        let rest = trim(body, end..body.len());
        let why = "something stands after the array's end";
        return if rest.is_empty() { Vec::new() } else { vec![(rest, malformed(why))] };
    }
    let last = trim(body, open.clone());
    let missing = (open.end..open.end, malformed("the array is never closed: `]` is missing"));
    if last.is_empty() { vec![missing] } else { vec![(last, None), missing] }
}

/// Quotes and brackets, byte by byte.
#[derive(Debug, Default)]
struct Brackets {
    open: Vec<u8>,
    quoted: bool,
    escaped: bool,
}

impl Brackets {
    /// The depth after `byte`.
    fn step(&mut self, byte: u8) -> usize {
        if self.quoted {
            // JSON has no raw line end in a text: there a missing quote ends its damage.
            self.quoted = byte != b'\n' && (self.escaped || byte != b'"');
            self.escaped = byte == b'\\' && !self.escaped;
            return self.open.len();
        }
        match byte {
            b'"' => (self.quoted, self.escaped) = (true, false),
            b'{' | b'[' => self.open.push(byte),
            b'}' => self.close_object(),
            b']' if self.open.last() == Some(&b'[') => drop(self.open.pop()),
            _ => {}
        }
        self.open.len()
    }

    /// Closes the innermost object, with any array left open within it; a stray one is ignored.
    fn close_object(&mut self) {
        if let Some(at) = self.open.iter().rposition(|found| *found == b'{') {
            self.open.truncate(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(body: &str) -> Vec<Result<&str, ProblemKind>> {
        cut(body.as_bytes())
            .into_iter()
            .map(|element| element.text.map_err(|problem| problem.kind))
            .collect()
    }

    #[test]
    fn an_object_an_array_and_lines_are_cut() {
        let one = "{\"a\": \"}\\\"{\",\n \"b\": [1,2]}";
        assert_eq!(texts(one), [Ok(one)]);
        assert_eq!(
            texts(" [ {\"a\":[1,2]} , {\"b\":\",\"} ] \n"),
            [Ok("{\"a\":[1,2]}"), Ok("{\"b\":\",\"}")]
        );
        assert_eq!(texts("{\"a\":1}\n\n {\"a\":2}\r\n"), [Ok("{\"a\":1}"), Ok("{\"a\":2}")]);
        assert_eq!(texts("[]"), []);
        assert_eq!(texts(" \n "), []);
    }

    #[test]
    fn a_broken_element_leaves_its_neighbours_whole() {
        let good = [Ok("{\"a\":1}"), Ok("{\"a\":3}")];
        for broken in ["NaN", "{\"a\":NaN}", "{\"a\":[}", "{\"a\":]}", "{\"a\" 2}", "\"x"] {
            let body = format!("[{{\"a\":1}},\n{broken}\n,{{\"a\":3}}]");
            let found = texts(&body);
            assert_eq!((found.len(), found[1]), (3, Ok(broken)), "{body}");
            assert_eq!([found[0], found[2]], good, "{body}");
        }
        for broken in ["{\"a\":\"x", "{\"a\":[1", "}", "word"] {
            let body = format!("{{\"a\":1}}\n{broken}\n{{\"a\":3}}\n");
            let found = texts(&body);
            assert_eq!(found.len(), 3, "{body}");
            assert_eq!([found[0], found[2]], good, "{body}");
        }
    }

    #[test]
    fn an_array_cut_short_keeps_what_came() {
        let malformed = Err(ProblemKind::MalformedJson);
        assert_eq!(texts("[{\"a\":1},{\"a\":2}"), [Ok("{\"a\":1}"), Ok("{\"a\":2}"), malformed]);
        assert_eq!(texts("[{\"a\":1},"), [Ok("{\"a\":1}"), malformed]);
        assert_eq!(texts("[1,,2]"), [Ok("1"), malformed, Ok("2")]);
        assert_eq!(texts("[1] 2"), [Ok("1"), malformed]);
    }

    #[test]
    fn bytes_that_are_no_text_and_towers_of_brackets_are_located() {
        let elements = cut(b"[{\"a\":\"\xff\"},{\"a\":1}]");
        let problem = elements[0].text.as_ref().unwrap_err();
        assert_eq!((problem.kind, problem.index), (ProblemKind::NotUtf8, Some(0)));
        assert_eq!(problem.span, 1..10);
        assert!(elements[1].text.is_ok());
        let tower = "[".repeat(100_000) + &"]".repeat(100_000);
        assert_eq!(texts(&format!("[{tower},1]")), [Err(ProblemKind::TooDeep), Ok("1")]);
    }
}
