//! `new-city`: writes a second, made-up city as configuration files.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::simulate::write_city;

use super::run::{broken, print};

/// Which city, and where.
#[derive(Debug, clap::Args)]
pub(super) struct NewCityArguments {
    /// Where its files are written: a new or an empty folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Decides everything that chance decides: the same seed gives the same city
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Writes it and says how to go on.
pub(super) fn run(asked: &NewCityArguments) -> ExitCode {
    match write_city(&asked.folder, asked.seed) {
        Ok(config) => {
            let config = config.display();
            print(&format!(
                "written; now\n  liandong check-config --config {config}\n  \
                 liandong all --config {config}"
            ))
        }
        Err(error) => broken(&error),
    }
}
