//! `check-config` and `print-config`.

use std::io::Read as _;
use std::process::ExitCode;

use crate::access::Door;

use super::arguments::LayerArguments;
use super::run::{broken, print};

/// Reports every fault.
pub(super) fn check(layers: &LayerArguments) -> ExitCode {
    match layers.load(None) {
        Ok(sound) => {
            let config = &sound.config;
            let (items, partitions) = (config.playbook.items.len(), config.partitions.all().len());
            print(&format!("sound: {items} items, {partitions} partitions"))
        }
        Err(faults) => broken(&faults),
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
