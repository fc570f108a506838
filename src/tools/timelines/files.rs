//! Files of rows, gzipped or not; and a word to who waits.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::telemetry::Stopwatch;
use crate::tools::reports::{ToolError, open};
use crate::wire::feeds::line_of;
use crate::wire::problem::Problem;

/// How often who waits hears how far it is.
const TOLD_EVERY: Duration = Duration::from_secs(2);
/// Endings of a table.
const ENDINGS: [&str; 2] = [".csv", ".csv.gz"];

/// A file, whole.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) path: PathBuf,
    pub(super) bytes: Vec<u8>,
}

/// The file at `path`, unpacked where its name ends in `.gz`.
pub(super) fn read(path: &Path) -> Result<Whole, ToolError> {
    let mut bytes = Vec::new();
    let read = open(path)?.read_to_end(&mut bytes);
    read.map_err(|error| ToolError::file(path, error))?;
    Ok(Whole { path: path.to_owned(), bytes })
}

/// The table `path`, or those of the folder `path`, by name.
pub(super) fn tables(path: &Path) -> Result<Vec<PathBuf>, ToolError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = std::fs::read_dir(path).map_err(|error| ToolError::file(path, error))?;
    let named = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        ENDINGS.iter().any(|ending| name.ends_with(ending))
    };
    let mut found: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(named).collect();
    found.sort();
    if found.is_empty() {
        return Err(ToolError::file(path, "no .csv or .csv.gz is in this folder"));
    }
    Ok(found)
}

/// The table called `name` in the folder `path`.
pub(super) fn table(path: &Path, name: &str) -> Result<Whole, ToolError> {
    let found = ENDINGS.iter().map(|ending| path.join(format!("{name}{ending}")));
    let found = found.into_iter().find(|path| path.is_file());
    let missing =
        || ToolError::file(path, format!("there is no {name}.csv or {name}.csv.gz in it"));
    read(&found.ok_or_else(missing)?)
}

impl Whole {
    /// Where and what a problem is, for who repairs the file.
    pub(super) fn located(&self, problem: &Problem) -> String {
        let line = line_of(&self.bytes, &problem.span);
        let column = problem.pointer.as_deref().unwrap_or_default().trim_start_matches('/');
        let at = if column.is_empty() { String::new() } else { format!(" {column}") };
        format!("{}:{line}{at}: {}", self.path.display(), problem.detail)
    }
}

/// Says on standard error how far it is.
#[derive(Debug)]
pub(super) struct Progress {
    of: usize,
    whole: Stopwatch,
    last: Stopwatch,
}

impl Progress {
    /// Of so many moments.
    pub(super) fn of(of: usize) -> Self {
        Self { of, whole: Stopwatch::start(), last: Stopwatch::start() }
    }

    /// So many are done.
    pub(super) fn done(&mut self, count: usize) {
        if TOLD_EVERY <= self.last.elapsed() {
            self.last = Stopwatch::start();
            let (of, seconds) = (self.of, self.whole.elapsed().as_secs());
            // Nobody hears it where standard error is gone.
            drop(writeln!(std::io::stderr().lock(), "{count} of {of} moments, {seconds} s"));
        }
    }
}
