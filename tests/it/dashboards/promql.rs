//! What a `PromQL` expression names: series, the labels it selects by, the labels it groups by.
//!
//! No parser: it tells names from functions, words and durations by what stands beside them.

use std::collections::BTreeSet;

/// Words of the language that stand where a name could.
const WORDS: &[&str] = &["and", "or", "unless", "offset", "bool"];
/// Words before a list of labels.
const LISTS: &[&str] = &["by", "without", "on", "ignoring", "group_left", "group_right"];

/// What an expression names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    /// Each series, and the labels and values that it is selected by.
    pub(super) series: Vec<(String, Vec<(String, String)>)>,
    /// The labels that are grouped by or matched on.
    pub(super) labels: BTreeSet<String>,
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | ':')
}

/// Takes what `belongs` off the front.
fn taken<'a>(rest: &mut &'a str, belongs: impl Fn(char) -> bool) -> &'a str {
    let end = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
    let (taken, left) = rest.split_at(end);
    *rest = left;
    taken
}

/// Takes what stands between two signs, where the first comes next.
fn between<'a>(rest: &mut &'a str, (open, close): (char, char)) -> Option<&'a str> {
    let (inside, left) = rest.trim_start().strip_prefix(open)?.split_once(close)?;
    *rest = left;
    Some(inside)
}

/// What `expression` names.
pub(super) fn named(expression: &str) -> Named {
    let mut named = Named::default();
    let mut rest = expression;
    while let Some(next) = rest.chars().next() {
        if next == '[' {
            between(&mut rest, ('[', ']')).unwrap();
        } else if next == '"' {
            between(&mut rest, ('"', '"')).unwrap();
        } else if is_name(next) {
            let word = taken(&mut rest, is_name);
            take_word(word, &mut rest, &mut named);
        } else {
            taken(&mut rest, |c| !is_name(c) && !matches!(c, '[' | '"'));
        }
    }
    named
}

fn take_word(word: &str, rest: &mut &str, named: &mut Named) {
    if LISTS.contains(&word) {
        let list = between(rest, ('(', ')')).unwrap_or_default();
        named.labels.extend(list.split(',').map(|it| it.trim().to_owned()));
        named.labels.remove("");
    } else if !WORDS.contains(&word)
        && !word.starts_with(|c: char| c.is_ascii_digit())
        && !called(rest)
    {
        let selected = between(rest, ('{', '}')).unwrap_or_default();
        named.series.push((word.to_owned(), selection(selected)));
    }
}

/// Whether a word is a function or an aggregation: `sum (`, `sum by (`.
fn called(rest: &str) -> bool {
    let rest = rest.trim_start();
    rest.starts_with('(') || rest.starts_with("by ") || rest.starts_with("without ")
}

/// The labels and values of `label="value", label=~"one|other"`.
fn selection(mut rest: &str) -> Vec<(String, String)> {
    let mut selected = Vec::new();
    while !rest.is_empty() {
        taken(&mut rest, |c| !is_name(c));
        let label = taken(&mut rest, is_name);
        taken(&mut rest, |c| c != '"');
        let value = between(&mut rest, ('"', '"')).unwrap_or_default();
        if !label.is_empty() {
            selected.push((label.to_owned(), value.to_owned()));
        }
    }
    selected
}

#[test]
fn names_are_told_from_functions_words_and_durations() {
    let found = named(
        "0.05 < sum by (instance, le) (rate(a_bucket{stage=\"pushed\", job=~\"x|y\"}[1m]))\n\
         or up == 1 unless on (job) b:c:p99_1m offset 5m / max(d)",
    );
    let selected = [("stage", "pushed"), ("job", "x|y")];
    let selected = selected.map(|(label, value)| (label.to_owned(), value.to_owned())).to_vec();
    let bare = |name: &str| (name.to_owned(), Vec::new());
    let series = vec![("a_bucket".to_owned(), selected), bare("up"), bare("b:c:p99_1m"), bare("d")];
    let labels = ["instance", "job", "le"].map(str::to_owned).into();
    assert_eq!(found, Named { series, labels });
}
