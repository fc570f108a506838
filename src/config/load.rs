//! The layers: defaults, then a profile or a file, then the environment; and where each value is
//! from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::fault::Faults;

/// The reference: every key there is.
const DEFAULTS: &str = include_str!("../../config/default.toml");

/// Profiles by name.
const PROFILES: [(&str, &str); 4] = [
    ("demo", include_str!("../../config/profiles/demo.toml")),
    ("open", include_str!("../../config/profiles/open.toml")),
    ("cad", include_str!("../../config/profiles/cad.toml")),
    ("city311", include_str!("../../config/profiles/city311.toml")),
];

/// Before the name of every variable of ours.
const PREFIX: &str = "LIANDONG_";

/// Variables that choose the layers themselves.
const CHOOSING: [&str; 2] = ["LIANDONG_PROFILE", "LIANDONG_CONFIG"];

/// Before the names of variables that tell a run of the tests what there is: no layer of any
/// process that it starts.
const TESTING: [&str; 2] = ["LIANDONG_TEST_", "LIANDONG_SKIP_"];

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// `config/default.toml`, built in.
    Default,
    /// A profile, built in.
    Profile(String),
    /// A file.
    File(PathBuf),
    /// A variable of the environment.
    Environment(String),
    /// An argument of the command line.
    Argument(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Profile(name) => write!(f, "profile {name}"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(name) => write!(f, "{name}"),
            Self::Argument(name) => f.write_str(name),
        }
    }
}

/// Which layers to lay over the defaults.
#[derive(Debug, Clone, Default)]
pub struct Layers {
    /// A profile's name.
    pub profile: Option<String>,
    /// A file's path.
    pub file: Option<PathBuf>,
    /// The environment: all variables, ours and others.
    pub environment: Vec<(String, String)>,
    /// Arguments: dotted key, value as the environment would write it, the argument's name.
    pub arguments: Vec<(&'static str, String, &'static str)>,
}

impl Layers {
    /// The environment of this process.
    #[must_use]
    pub fn process_environment() -> Vec<(String, String)> {
        let text = |os: std::ffi::OsString| os.to_string_lossy().into_owned();
        std::env::vars_os().map(|(name, value)| (text(name), text(value))).collect()
    }
}

/// What is written, all layers together.
#[derive(Debug, Clone)]
pub struct Written {
    /// The values.
    pub table: Table,
    /// Where each dotted key is from.
    pub origins: BTreeMap<String, Origin>,
}

impl Written {
    /// Where `key` is from; of a row or a part, where the whole is from.
    #[must_use]
    pub fn origin(&self, key: &str) -> Origin {
        let whole = key.split('[').next().unwrap_or(key);
        self.origins.get(whole).cloned().unwrap_or(Origin::Default)
    }
}

/// Lays the layers over each other. Unknown keys, unknown variables and values of the wrong type
/// are noted and left out.
pub(super) fn lay(layers: &Layers, faults: &mut Faults) -> Written {
    let defaults = parse(DEFAULTS, "config/default.toml", faults);
    let mut written = Written { table: Table::new(), origins: BTreeMap::new() };
    overlay(&mut written, &defaults, &defaults, &Origin::Default, faults);
    if let Some(name) = &layers.profile {
        let origin = Origin::Profile(name.clone());
        overlay(&mut written, &defaults, &profile(name, faults), &origin, faults);
    }
    if let Some(path) = &layers.file {
        let origin = Origin::File(path.clone());
        overlay(&mut written, &defaults, &file(path, faults), &origin, faults);
    }
    for (name, value) in &layers.environment {
        let chooses = CHOOSING.contains(&name.as_str())
            || TESTING.iter().any(|prefix| name.starts_with(prefix));
        if name.starts_with(PREFIX) && !chooses {
            let key = name.trim_start_matches(PREFIX).to_lowercase().replace("__", ".");
            let origin = Origin::Environment(name.clone());
            set(&mut written, &defaults, (&key, value), &origin, faults);
        }
    }
    for (key, value, argument) in &layers.arguments {
        set(&mut written, &defaults, (key, value), &Origin::Argument(argument), faults);
    }
    written
}

fn profile(name: &str, faults: &mut Faults) -> Table {
    let Some((_, text)) = PROFILES.iter().find(|(known, _)| *known == name) else {
        let known = PROFILES.map(|(known, _)| known).join(", ");
        faults.note("--profile", name, "there is no such profile", format!("one of {known}"));
        return Table::new();
    };
    parse(text, &format!("config/profiles/{name}.toml"), faults)
}

fn file(path: &Path, faults: &mut Faults) -> Table {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text, &path.display().to_string(), faults),
        Err(error) => {
            faults.note("--config", path.display(), error.to_string(), "a readable TOML file");
            Table::new()
        }
    }
}

fn parse(text: &str, whose: &str, faults: &mut Faults) -> Table {
    text.parse().unwrap_or_else(|error: toml::de::Error| {
        let line = error.span().map_or(0, |span| {
            text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1
        });
        let key = format!("{whose}:{line}");
        let shown = text.lines().nth(line.saturating_sub(1)).unwrap_or_default().trim();
        faults.note(key, shown, error.message(), "TOML as in config/default.toml");
        Table::new()
    })
}

/// Lays `layer` over what is written, where the defaults know the key and its type.
fn overlay(
    written: &mut Written,
    defaults: &Table,
    layer: &Table,
    origin: &Origin,
    faults: &mut Faults,
) {
    for (name, value) in layer {
        match (defaults.get(name), value) {
            (Some(Value::Table(known)), Value::Table(section)) => {
                for (key, value) in section {
                    let dotted = format!("{name}.{key}");
                    put(written, (&dotted, known.get(key)), value.clone(), origin, faults);
                }
            }
            (known, value) => put(written, (name, known), value.clone(), origin, faults),
        }
    }
}

/// Puts one value where its dotted key says, if it is `known` and of that type.
fn put(
    written: &mut Written,
    (key, known): (&str, Option<&Value>),
    value: Value,
    origin: &Origin,
    faults: &mut Faults,
) {
    let Some(known) = known else {
        let why = format!("there is no such key ({origin})");
        faults.note(key, &value, why, format!("one of {}", nearest(key)));
        return;
    };
    let value = match (known, value) {
        // A whole number is a fine floating one.
        (Value::Float(_), Value::Integer(whole)) => {
            Value::Float(whole.to_string().parse().unwrap_or_default())
        }
        (_, value) => value,
    };
    if !known.same_type(&value) {
        let why = format!("is of type {} ({origin})", value.type_str());
        faults.note(key, &value, why, format!("of type {}, such as {known}", known.type_str()));
        return;
    }
    match key.split_once('.') {
        Some((section, key)) => {
            let entry = written.table.entry(section).or_insert_with(|| Table::new().into());
            if let Value::Table(section) = entry {
                section.insert(key.to_owned(), value);
            }
        }
        None => drop(written.table.insert(key.to_owned(), value)),
    }
    written.origins.insert(key.to_owned(), origin.clone());
}

/// Sets a value that is given as text: read as TOML unless the key is a string's.
fn set(
    written: &mut Written,
    defaults: &Table,
    (key, text): (&str, &str),
    origin: &Origin,
    faults: &mut Faults,
) {
    let known = match key.split_once('.') {
        Some((section, key)) => {
            defaults.get(section).and_then(Value::as_table).and_then(|section| section.get(key))
        }
        None => defaults.get(key).filter(|value| !value.is_table()),
    };
    let as_text = || Value::String(text.to_owned());
    let value = match known {
        None | Some(Value::String(_)) => as_text(),
        Some(_) => format!("x = {text}")
            .parse::<Table>()
            .ok()
            .and_then(|mut table| table.remove("x"))
            .unwrap_or_else(as_text),
    };
    put(written, (key, known), value, origin, faults);
}

/// Known keys of the same section, or all sections.
fn nearest(key: &str) -> String {
    let defaults: Table = DEFAULTS.parse().unwrap_or_default();
    let section = key.split_once('.').and_then(|(section, _)| defaults.get(section));
    match section.and_then(Value::as_table) {
        Some(section) => section.keys().cloned().collect::<Vec<_>>().join(", "),
        None => defaults.keys().cloned().collect::<Vec<_>>().join(", "),
    }
}
