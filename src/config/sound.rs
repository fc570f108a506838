//! Loading: layers in, a sound configuration out, or all its faults.

use std::fmt::Write as _;

use toml::Value;

use super::check::{Checker, check};
use super::fault::Faults;
use super::load::{Layers, Written, lay};
use super::raw::Raw;
use super::typed::Config;

/// A sound configuration and where each of its values is from.
#[derive(Debug, Clone)]
pub struct Sound {
    /// The configuration.
    pub config: Config,
    /// What was written, by layer.
    pub written: Written,
}

/// Loads and checks.
///
/// # Errors
/// All faults there are, in one list.
pub fn load(layers: &Layers) -> Result<Sound, Faults> {
    let mut faults = Faults(Vec::new());
    let written = lay(layers, &mut faults);
    let raw: Result<Raw, _> = Value::Table(written.table.clone()).try_into();
    let config = match raw {
        Ok(raw) => check(&raw, &mut Checker { faults: &mut faults, written: &written }),
        Err(error) => {
            // The layers let only known keys of known types through, so only a file that could
            // not be read at all leads here, and that is noted already.
            if faults.0.is_empty() {
                faults.note("config/default.toml", "", error.to_string(), "every key of raw.rs");
            }
            None
        }
    };
    match config {
        Some(config) if faults.0.is_empty() => Ok(Sound { config, written }),
        _ => Err(faults),
    }
}

impl Sound {
    /// Every key as TOML, each with where it is from.
    #[must_use]
    pub fn print(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.written.table {
            if !value.is_table() {
                self.line(&mut text, name, name, value);
            }
        }
        for (section, value) in &self.written.table {
            if let Value::Table(keys) = value {
                let _ = writeln!(text, "\n[{section}]");
                for (name, value) in keys {
                    self.line(&mut text, &format!("{section}.{name}"), name, value);
                }
            }
        }
        text
    }

    fn line(&self, text: &mut String, key: &str, name: &str, value: &Value) {
        let written = format!("{name} = {value}");
        let _ = writeln!(text, "{written:<48} # {}", self.written.origin(key));
    }
}
