//! What is told: lines, and rows of a CSV.

use std::fmt::Display;
use std::io::Write;
use std::path::Path;

use crate::telemetry::Stopwatch;
use crate::tools::reports::ToolError;

use super::room::Room;

/// Tells one line.
pub(super) fn line(out: &mut impl Write, text: &impl Display) -> Result<(), ToolError> {
    writeln!(out, "{text}").map_err(|error| ToolError::Asked(error.to_string()))
}

/// Tells what is wrong with rows, each where it stands.
pub(super) fn bad_rows(out: &mut impl Write, bad: &[String]) -> Result<(), ToolError> {
    line(out, &format!("rows that could not be read: {}", bad.len()))?;
    bad.iter().try_for_each(|row| line(out, &format!("  {row}")))
}

/// Tells what the room did, and how long it took.
pub(super) fn room(out: &mut impl Write, room: &Room, took: Stopwatch) -> Result<(), ToolError> {
    let refused = room.refused.len();
    line(out, &format!("commands refused: {refused}"))?;
    for (position, why) in &room.refused {
        line(out, &format!("  {position}: {why}"))?;
    }
    let seconds = took.elapsed().as_secs_f64();
    let (entries, digest) = (room.entries, room.digest());
    line(out, &format!("{entries} entries, digest {digest}, {seconds:.1} s"))
}

/// Writes a table.
pub(super) fn csv<const N: usize>(
    path: &Path,
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> Result<(), ToolError> {
    let fault = |error: csv::Error| ToolError::file(path, error);
    let mut table = csv::Writer::from_path(path).map_err(fault)?;
    table.write_record(header).map_err(fault)?;
    for row in rows {
        table.write_record(row).map_err(fault)?;
    }
    table.flush().map_err(|error| ToolError::file(path, error))
}
