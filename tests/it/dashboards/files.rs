//! The files of dashboards and alarms, as far as a check reads them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("dashboards").join(name)
}

/// The files of a folder that end so: their names and texts.
pub(super) fn texts(name: &str, ending: &str) -> Vec<(String, String)> {
    let paths = fs::read_dir(folder(name)).unwrap().map(|found| found.unwrap().path());
    let mut texts: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == ending))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    texts.sort();
    assert!(!texts.is_empty(), "no .{ending} in {name}");
    texts
}

pub(super) fn dashboards() -> Vec<(String, Value)> {
    let parse = |(name, text): (String, String)| {
        let read = serde_json::from_str(&text);
        (name.clone(), read.unwrap_or_else(|error| panic!("{name}: {error}")))
    };
    texts("grafana", "json").into_iter().map(parse).collect()
}

pub(super) fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

pub(super) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// The expressions of a dashboard.
pub(super) fn asked(dashboard: &Value) -> Vec<String> {
    let panels = list(dashboard, "panels").iter().flat_map(|panel| list(panel, "targets"));
    let notes = list(&dashboard["annotations"], "list");
    panels.chain(notes).map(|target| text(target, "expr").to_owned()).collect()
}

/// A rule: its lines, from the one that names it on.
pub(super) struct Rule {
    pub(super) alert: bool,
    pub(super) name: String,
    lines: Vec<String>,
}

impl Rule {
    /// The value of a key; one that goes on over deeper lines is joined.
    pub(super) fn value(&self, key: &str) -> Option<String> {
        let of_key = |line: &&String| line.trim_start().starts_with(&format!("{key}: "));
        let at = self.lines.iter().position(|line| of_key(&line))?;
        let line = self.lines.get(at)?;
        let value = line.trim_start().trim_start_matches(key).trim_start_matches(": ");
        if value != "|" {
            return Some(value.to_owned());
        }
        let deep = |line: &str| line.len() - line.trim_start().len();
        let rest = self.lines.iter().skip(at + 1);
        let more: Vec<_> = rest.take_while(|next| deep(line) < deep(next)).cloned().collect();
        Some(more.join("\n"))
    }
}

/// The rules of every file, by their lines: comments and empty lines aside.
pub(super) fn rules() -> Vec<(String, Rule)> {
    let mut rules: Vec<(String, Rule)> = Vec::new();
    for (file, text) in texts("prometheus/rules", "yml") {
        for line in text.lines() {
            let said = line.trim();
            if said.is_empty() || said.starts_with('#') {
                continue;
            }
            let begins = ["- alert: ", "- record: "].map(|key| said.strip_prefix(key));
            if let [alert, Some(name)] | [alert @ Some(name), _] = begins {
                let (alert, name, lines) = (alert.is_some(), name.to_owned(), Vec::new());
                rules.push((file.clone(), Rule { alert, name, lines }));
            } else if let Some((_, rule)) = rules.last_mut() {
                rule.lines.push(line.to_owned());
            }
        }
    }
    rules
}
