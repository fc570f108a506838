//! Tables of tab-separated values: columns by name, every fault with its line and column.

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as WordError, StrDeserializer};

use super::fault::Faults;

/// One line under its header.
pub(super) struct Row<'a> {
    header: &'a [&'a str],
    cells: &'a [&'a str],
    file: &'a str,
    pub(super) line: usize,
    faults: &'a mut Faults,
}

/// Reads each row of a table; lines that begin with `#` are comments.
pub(super) fn each_row(
    text: &str,
    file: &str,
    faults: &mut Faults,
    mut read: impl FnMut(&mut Row<'_>),
) {
    let said = |line: &(usize, &str)| !line.1.trim().is_empty() && !line.1.starts_with('#');
    let mut lines = text.lines().enumerate().filter(said);
    let header: Vec<&str> = lines.next().map(|(_, line)| split(line)).unwrap_or_default();
    for (number, line) in lines {
        let cells = split(line);
        read(&mut Row { header: &header, cells: &cells, file, line: number + 1, faults });
    }
}

pub(super) fn split(line: &str) -> Vec<&str> {
    line.split('\t').map(str::trim).collect()
}

impl Row<'_> {
    pub(super) fn cell(&self, column: &str) -> &str {
        let at = self.header.iter().position(|name| *name == column);
        at.and_then(|at| self.cells.get(at)).copied().unwrap_or_default()
    }

    /// Whether the table has a column at all.
    pub(super) fn has(&self, column: &str) -> bool {
        self.header.contains(&column)
    }

    /// Notes a fault of one cell.
    pub(super) fn note(&mut self, column: &str, why: impl Into<String>, right: impl Into<String>) {
        let key = place(self.file, self.line, column);
        let value = self.cell(column).to_owned();
        self.faults.note(key, value, why, right);
    }

    /// The cell as `read` takes it, or a fault.
    pub(super) fn take<T>(
        &mut self,
        column: &str,
        read: impl FnOnce(&str) -> Option<T>,
        (why, right): (&str, &str),
    ) -> Option<T> {
        let value = read(self.cell(column));
        if value.is_none() {
            self.note(column, why, right);
        }
        value
    }
}

/// Where a cell is.
pub(super) fn place(file: &str, line: usize, column: &str) -> String {
    format!("{file}:{line} {column}")
}

/// A cell that is not empty.
pub(super) fn words(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// A word of one of the trade's closed lists.
pub(super) fn word<T: for<'de> Deserialize<'de>>(text: &str) -> Option<T> {
    let word: StrDeserializer<'_, WordError> = text.into_deserializer();
    T::deserialize(word).ok()
}

pub(super) fn yes_or_no(text: &str) -> Option<bool> {
    match text {
        "Y" => Some(true),
        "N" => Some(false),
        _ => None,
    }
}
