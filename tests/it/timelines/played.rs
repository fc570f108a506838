//! A run of `timelines`, and what it told.

use std::path::Path;

use liandong::config::{Config, Layers, load};
use liandong::tools::timelines::{Played, Timelines, run};

/// The rules it is played by.
pub(super) fn rules(feed: Played) -> Config {
    let layers = Layers { profile: Some(feed.profile().to_owned()), ..Layers::default() };
    load(&layers).unwrap().config
}

/// What it tells of the files at `path`, line by line; how long it took is cut off.
pub(super) fn told(feed: Played, path: &Path, out: Option<&Path>) -> Vec<String> {
    let asked = Timelines { feed, path: path.to_owned(), out: out.map(Path::to_owned) };
    let mut told = Vec::new();
    run(&asked, &rules(feed), &mut told).unwrap();
    let text = String::from_utf8(told).unwrap();
    text.lines().map(|line| line.replace(&format!("{}/", root().display()), "")).collect()
}

/// What it says where it cannot be played.
pub(super) fn refused(feed: Played, path: &Path) -> String {
    let asked = Timelines { feed, path: path.to_owned(), out: None };
    run(&asked, &rules(feed), &mut Vec::new()).unwrap_err().to_string()
}

/// The root of the repository.
pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The row that begins with `name`, in its words after that.
pub(super) fn row<'a>(told: &'a [String], name: &str) -> Vec<&'a str> {
    let found = told.iter().find_map(|line| line.trim_start().strip_prefix(name));
    found
        .unwrap_or_else(|| panic!("no row {name:?}:\n{}", told.join("\n")))
        .split_whitespace()
        .collect()
}
