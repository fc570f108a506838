//! Loading: layers in, a sound configuration out, or all its faults.

use toml::Value;

use super::check::{self, Checker};
use super::fault::Faults;
use super::load::{Layers, Written, lay};
use super::raw::Raw;
use super::typed::{CityConfig, Config};

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
        Ok(raw) => {
            let environment = &layers.environment;
            let mut checker = Checker { faults: &mut faults, written: &written, environment };
            check::check(&raw, &mut checker)
        }
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

/// The city alone, where that section is sound: so that its map can be checked beside faults
/// elsewhere.
#[must_use]
pub fn load_city(layers: &Layers) -> Option<CityConfig> {
    let mut faults = Faults(Vec::new());
    let written = lay(layers, &mut faults);
    let raw: Raw = Value::Table(written.table.clone()).try_into().ok()?;
    let environment = &layers.environment;
    check::city(&mut Checker { faults: &mut faults, written: &written, environment }, &raw.city)
}

impl Sound {
    /// Every key as TOML, each with where it is from.
    #[must_use]
    pub fn print(&self) -> String {
        let table = &self.written.table;
        let mut lines: Vec<String> = Vec::new();
        for (name, value) in table.iter().filter(|(_, value)| !value.is_table()) {
            lines.push(self.line(name, name, value));
        }
        for (section, value) in table {
            if let Value::Table(keys) = value {
                lines.push(format!("\n[{section}]"));
                let line = |(name, value): (&String, &Value)| {
                    self.line(&format!("{section}.{name}"), name, value)
                };
                lines.extend(keys.iter().map(line));
            }
        }
        lines.join("\n")
    }

    fn line(&self, key: &str, name: &str, value: &Value) -> String {
        let written = match value {
            Value::Array(rows) if !rows.is_empty() => {
                let rows: Vec<_> = rows.iter().map(|row| format!("  {row},\n")).collect();
                format!("{name} = [\n{}]", rows.concat())
            }
            value => format!("{name} = {value}"),
        };
        format!("{written:<48} # {}", self.written.origin(key))
    }
}
