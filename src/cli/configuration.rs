//! `check-config`, `print-config` and `check-register`: what is written down, looked at.

use std::io::Read as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::access::Door;
use crate::config::{Sound, load, load_city};
use crate::domain::Register;
use crate::registers::Written;
use crate::tools::check_grids::check_grids;

use super::arguments::LayerArguments;
use super::map::Map;
use super::run::{broken, print};

/// Reports every fault: of the configuration, and of the map as far as its city is sound.
pub(super) fn check(layers: &LayerArguments) -> ExitCode {
    let layers = layers.layers(None);
    let loaded = load(&layers);
    let map = load_city(&layers).map_or_else(|| Ok(Map::default()), |city| Map::of(&city));
    let mut told: Vec<String> = Vec::new();
    if let Err(faults) = &loaded {
        told.extend(faults.0.iter().map(ToString::to_string));
    }
    let mut outlines = 0;
    match map {
        Ok(Map { mut areas, grids, .. }) => {
            areas.extend(grids);
            outlines = areas.len();
            told.extend(check_grids(&areas).iter().map(|fault| format!("map: {fault}")));
        }
        Err(error) => told.push(error.to_string()),
    }
    match loaded {
        Ok(Sound { config, .. }) if told.is_empty() => {
            let (items, partitions) = (config.playbook.items.len(), config.partitions.all().len());
            print(&format!("sound: {items} items, {partitions} partitions, {outlines} outlines"))
        }
        _ => {
            print(&told.join("\n"));
            broken(&format!("{} fault(s)", told.len()))
        }
    }
}

/// Shows every value.
pub(super) fn show(layers: &LayerArguments, token_digest: bool) -> ExitCode {
    if token_digest {
        return digest();
    }
    match layers.load(None) {
        Ok(sound) => print(&sound.print()),
        Err(faults) => broken(&faults),
    }
}

fn digest() -> ExitCode {
    let mut token = String::new();
    if let Err(error) = std::io::stdin().read_to_string(&mut token) {
        return broken(&error);
    }
    let digits = Door::digest(token.trim_end()).map(|byte| format!("{byte:02x}"));
    print(&digits.concat())
}

/// Which file.
#[derive(Debug, Args)]
pub(super) struct CheckRegister {
    /// place, building, premises, asset or camera
    register: Register,
    /// The table, as CSV
    file: PathBuf,
}

/// Tells every fault of the file, by the city of the configuration.
pub(super) fn check_register(layers: &LayerArguments, asked: &CheckRegister) -> ExitCode {
    let sound = match layers.load(None) {
        Ok(sound) => sound,
        Err(faults) => return broken(&faults),
    };
    let csv = match std::fs::read(&asked.file) {
        Ok(csv) => csv,
        Err(error) => return broken(&format!("{}: {error}", asked.file.display())),
    };
    let city = (&sound.config.partitions, &sound.config.playbook.organisations);
    match Written::read(asked.register, &csv, city) {
        Ok(Written { table, gone }) => {
            let (rows, gone) = (table.len(), gone.len());
            print(&format!("sound: {rows} rows, {gone} codes that go"))
        }
        Err(faults) => {
            let lines: Vec<_> = faults.iter().map(ToString::to_string).collect();
            print(&lines.join("\n"));
            broken(&format!("{} fault(s)", faults.len()))
        }
    }
}
