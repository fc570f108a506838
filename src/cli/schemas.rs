//! `schemas`: what pages and the server say to each other, as JSON Schemas.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::gateway::CLOSES;
use crate::wire::schemas::documents;

use super::run::{broken, print};

/// Where to write.
#[derive(Debug, clap::Args)]
pub(super) struct SchemasArguments {
    /// Where the files are written; made where it is not there
    #[arg(long, value_name = "DIR", default_value = "docs/schemas")]
    out: PathBuf,
}

/// Writes the files and names them.
pub(super) fn run(asked: &SchemasArguments) -> ExitCode {
    let documents = match documents(&CLOSES) {
        Ok(documents) => documents,
        Err(error) => return broken(&error),
    };
    if let Err(error) = std::fs::create_dir_all(&asked.out) {
        return broken(&format!("{}: {error}", asked.out.display()));
    }
    let mut written = Vec::new();
    for (name, text) in documents {
        let path = asked.out.join(name);
        if let Err(error) = std::fs::write(&path, text) {
            return broken(&format!("{}: {error}", path.display()));
        }
        written.push(path.display().to_string());
    }
    print(&written.join("\n"))
}
