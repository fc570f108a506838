//! What `timelines` is asked, and which feed answers.

use std::io::Write;
use std::path::PathBuf;

use crate::config::Config;

use crate::tools::reports::ToolError;

use super::{city311, responses};

/// What `timelines` is asked.
#[derive(Debug, Clone, clap::Args)]
pub struct Timelines {
    /// What the files are of
    #[arg(value_enum)]
    pub feed: Played,
    /// cad: a table of unit responses, or a folder of them; city311: a folder with reports.csv and
    /// outcomes.csv. Gzipped (.gz) or not
    pub path: PathBuf,
    /// Where to write each unit response, or each request, with what the engine says of it, as CSV
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Feeds that can be played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Played {
    /// Computer-aided dispatch: calls, and the units sent to them.
    Cad,
    /// Requests of a city's 311, and what became of them.
    City311,
}

impl Played {
    /// The profile whose rules it is played by.
    #[must_use]
    pub fn profile(self) -> &'static str {
        match self {
            Self::Cad => "cad",
            Self::City311 => "city311",
        }
    }
}

/// Plays the files by the rules of `config`, telling `out` how it went.
///
/// # Errors
/// Where a file cannot be read or written, or holds nothing to play.
pub fn run(asked: &Timelines, config: &Config, out: &mut impl Write) -> Result<(), ToolError> {
    match asked.feed {
        Played::Cad => responses::run(asked, config, out),
        Played::City311 => city311::run(asked, config, out),
    }
}
