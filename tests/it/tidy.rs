//! The house rules that no compiler holds: layers, sizes, first sentences, names.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Lines a file may have; declarative tables are exempt by name.
const FILE_LINES_MAX: usize = 400;
/// Characters a line may have.
const LINE_CHARS_MAX: usize = 100;
/// Files a folder may have.
const FOLDER_FILES_MAX: usize = 24;

/// Files that are one long table.
const TABLES: &[&str] = &[];

/// Which rooms each room may name (`ARCHITECTURE.md`, "Rooms"). A room absent here may name any.
const LAYERS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("situation", &["domain"]),
    ("watch", &["domain"]),
    ("picture", &["domain"]),
    ("wire", &["domain", "situation", "watch", "picture"]),
    ("config", &["domain", "wire"]),
    ("telemetry", &["domain", "config"]),
    ("journal", &["domain", "wire", "config", "telemetry"]),
    ("access", &["domain", "config", "telemetry"]),
    ("vault", &["domain", "config", "telemetry"]),
    (
        "ingest",
        &[
            "domain",
            "wire",
            "config",
            "telemetry",
            "journal",
            "kept",
            "watch",
            "access",
            "vault",
            "shutdown",
        ],
    ),
    (
        "processor",
        &[
            "domain",
            "wire",
            "config",
            "telemetry",
            "journal",
            "situation",
            "background",
            "shutdown",
        ],
    ),
    ("kept", &["domain", "wire", "journal", "picture", "shutdown"]),
    ("registers", &["domain", "wire", "config", "journal"]),
    ("archive", &["domain", "wire", "config", "journal", "vault"]),
    (
        "archiver",
        &[
            "domain",
            "wire",
            "telemetry",
            "journal",
            "kept",
            "picture",
            "archive",
            "background",
            "shutdown",
        ],
    ),
    ("outbound", &["domain", "wire", "config", "telemetry", "journal", "vault", "shutdown"]),
    (
        "gateway",
        &[
            "domain",
            "wire",
            "config",
            "telemetry",
            "journal",
            "kept",
            "picture",
            "registers",
            "archive",
            "access",
            "vault",
            "audit",
            "background",
            "shutdown",
        ],
    ),
    ("canary", &["domain", "config", "telemetry", "access", "shutdown"]),
    ("background", &[]),
    ("shutdown", &[]),
];

/// Libraries that only one place may name, so that each can be replaced there.
const OWNED: &[(&str, &[&str])] = &[
    ("prometheus::", &["src/telemetry/metrics.rs", "src/telemetry/maker.rs"]),
    ("fjall::", &["src/journal/"]),
    ("rdkafka::", &["src/journal/kafka/"]),
    ("object_store::", &["src/journal/"]),
    ("rust_embed::", &["src/gateway/pages.rs"]),
    ("rust_xlsxwriter::", &["src/gateway/kpi_tables.rs"]),
    ("tungstenite::", &["src/gateway/socket/", "src/canary/api.rs"]),
    ("hyper::", &["src/gateway/socket/upgrade.rs"]),
    ("zstd::", &["src/archive/", "src/journal/", "src/registers/"]),
    ("postcard::", &["src/wire/"]),
    ("tantivy::", &["src/archive/"]),
    ("schemars::", &["src/domain/", "src/wire/"]),
    ("serde_json::", &["src/wire/", "src/simulate/", "src/canary/api.rs"]),
    ("aes::", &["src/vault/"]),
    ("aes_gcm_siv::", &["src/vault/"]),
    ("chacha20::", &["src/vault/"]),
    ("chacha20poly1305::", &["src/vault/"]),
    ("siphasher::", &["src/vault/"]),
    ("flate2::", &["src/tools/"]),
    ("rand_chacha::", &["src/simulate/"]),
];

/// Words that mean several things, so they name nothing here.
const BANNED: &[&str] = &[
    "event", "message", "data", "info", "state", "handler", "manager", "service", "util", "utils",
    "helper", "helpers", "common", "impls", "misc",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for found in fs::read_dir(folder).unwrap() {
        let path = found.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Every Rust file of the project: its path from the root, and its text.
pub(super) fn sources() -> Vec<(String, String)> {
    ["src", "tests", "load-tests/src"]
        .iter()
        .flat_map(|folder| rust_files(&root().join(folder)))
        .map(|path| {
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect()
}

fn assert_none(faults: &[String], rule: &str) {
    assert!(faults.is_empty(), "{rule}:\n  {}", faults.join("\n  "));
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    let faults: Vec<_> = sources()
        .iter()
        .filter(|(_, text)| !text.starts_with("//! "))
        .map(|(name, _)| name.clone())
        .collect();
    assert_none(&faults, "a file does not open with a `//!` line");
}

#[test]
fn files_lines_and_folders_stay_small() {
    let mut faults = Vec::new();
    let mut folders: BTreeMap<String, usize> = BTreeMap::new();
    for (name, text) in sources() {
        let lines = text.lines().count();
        if FILE_LINES_MAX < lines && !TABLES.contains(&name.as_str()) {
            faults.push(format!("{name} has {lines} lines"));
        }
        for (index, line) in text.lines().enumerate() {
            if LINE_CHARS_MAX < line.chars().count() {
                faults.push(format!("{name}:{} is too long", index + 1));
            }
        }
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        *folders.entry(folder.to_owned()).or_default() += 1;
    }
    for (folder, files) in folders {
        if FOLDER_FILES_MAX < files {
            faults.push(format!("{folder} holds {files} files"));
        }
        if 4 < folder.split('/').count() {
            faults.push(format!("{folder} lies too deep"));
        }
    }
    assert_none(&faults, "something has grown past its ceiling");
}

/// The rooms that `text` names: `crate::room` in code, comments aside.
fn rooms_named(text: &str) -> Vec<(usize, String)> {
    let mut rooms = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("//") {
            continue;
        }
        for (at, found) in line.match_indices("crate::") {
            let rest: String = line
                .chars()
                .skip(line.get(..at + found.len()).unwrap().chars().count())
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                .collect();
            rooms.push((index + 1, rest));
        }
    }
    rooms
}

#[test]
fn rooms_name_only_the_rooms_below_them() {
    let mut faults = Vec::new();
    for (name, text) in sources() {
        let Some(path) = name.strip_prefix("src/") else { continue };
        let room = path.split(['/', '.']).next().unwrap();
        let Some((_, allowed)) = LAYERS.iter().find(|(layer, _)| *layer == room) else { continue };
        // Tests may stand further out than the code they test.
        let code = text.split("#[cfg(test)]").next().unwrap();
        for (line, named) in rooms_named(code) {
            if named != room && !allowed.contains(&named.as_str()) {
                faults.push(format!("{name}:{line} names {named}"));
            }
        }
    }
    assert_none(&faults, "a room names one it may not know");
}

#[test]
fn each_library_is_named_in_its_own_place() {
    let mut faults = Vec::new();
    for (name, text) in sources().iter().filter(|(name, _)| name.starts_with("src/")) {
        let code = text.split("#[cfg(test)]").next().unwrap();
        for (library, homes) in OWNED {
            let at_home = homes.iter().any(|home| name.starts_with(home));
            if !at_home && code.lines().any(|line| names_library(line, library)) {
                faults.push(format!("{name} names {library}"));
            }
        }
    }
    assert_none(&faults, "a library is named outside its place");
}

fn names_library(line: &str, library: &str) -> bool {
    !line.trim_start().starts_with("//") && line.contains(library)
}

/// The name a line declares, where it declares one.
fn declared(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let at = words
        .iter()
        .position(|word| matches!(*word, "fn" | "struct" | "enum" | "trait" | "mod" | "type"))?;
    let known = ["pub", "async", "const", "pub(super)", "pub(crate)"];
    if !words.get(..at)?.iter().all(|word| known.contains(word)) {
        return None;
    }
    let name: String =
        words.get(at + 1)?.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    Some(name)
}

#[test]
fn names_mean_one_thing() {
    let mut faults = Vec::new();
    for (name, text) in sources() {
        for (index, line) in text.lines().enumerate() {
            let Some(declared) = declared(line) else { continue };
            if BANNED.contains(&declared.to_lowercase().as_str()) {
                faults.push(format!("{name}:{} declares {declared}", index + 1));
            }
        }
        let stem = Path::new(&name).file_stem().unwrap().to_string_lossy().into_owned();
        if BANNED.contains(&stem.as_str()) {
            faults.push(format!("{name} is named {stem}"));
        }
    }
    assert_none(&faults, "a name means several things");
}

#[test]
fn front_pages_hold_no_logic() {
    let mut faults = Vec::new();
    for (name, text) in sources().iter().filter(|(name, _)| name.ends_with("/mod.rs")) {
        let code = text.split("#[cfg(test)]").next().unwrap();
        if code.lines().any(|line| declared(line).is_some() && line.contains("fn ")) {
            faults.push(name.clone());
        }
    }
    assert_none(&faults, "a mod.rs holds a function");
}

#[test]
fn the_checks_above_can_fail() {
    assert_eq!(declared("pub async fn handler(x: u8)"), Some("handler".into()));
    assert_eq!(declared("// fn handler"), None);
    assert_eq!(rooms_named("use crate::gateway::run;\n// crate::x"), [(1, "gateway".into())]);
    assert!(names_library("use fjall::Database;", "fjall::"));
    assert!(!names_library("// fjall::Database", "fjall::"));
}
