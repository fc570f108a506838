//! A register in memory: its rows behind each other in one piece, in the order of their places.
//!
//! A million rows as values of their own would be a million allocations several times over; so they
//! stay as they are stored, and are read where they lie.

use crate::domain::{Digest, GridCode, RegisterRow};
use crate::wire::WireError;
use crate::wire::register::sheet_v1::{first_row, put_row};

/// The rows.
#[derive(Debug, Clone, Default)]
pub struct Table {
    bytes: Vec<u8>,
    /// Where each row begins, in the order of (grid, address, code).
    starts: Vec<u32>,
    /// Each code's digest, in order, with its row.
    codes: Vec<(u64, u32)>,
}

impl Table {
    /// Puts a row behind the others; [`Table::sorted`] makes a table of them.
    ///
    /// # Errors
    /// Where four gigabytes are not enough.
    pub fn push(&mut self, row: &RegisterRow<'_>) -> Result<(), WireError> {
        let too_large = || WireError::Damaged { format: "register", why: "too large".to_owned() };
        let start = u32::try_from(self.bytes.len()).map_err(|_| too_large())?;
        put_row(&mut self.bytes, row)?;
        self.starts.push(start);
        Ok(())
    }

    /// The table, its rows in order and found by their codes.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        // Each row is read once, and not with each comparison.
        let key = |start: &u32| {
            let row = self.at(*start)?;
            Some((along(row.grid), row.address, row.code, *start))
        };
        let mut keys: Vec<_> = self.starts.iter().filter_map(key).collect();
        keys.sort_unstable();
        let starts = keys.into_iter().map(|(.., start)| start).collect();
        self.starts = starts;
        self.starts.shrink_to_fit();
        self.bytes.shrink_to_fit();
        let numbered = (0_u32..).zip(&self.starts);
        let code = |(number, start): (u32, &u32)| Some((digest(self.at(*start)?.code), number));
        let mut codes: Vec<_> = numbered.filter_map(code).collect();
        codes.sort_unstable();
        self.codes = codes;
        self
    }

    /// How many rows it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The memory that it takes, in bytes.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        let starts = self.starts.capacity().saturating_mul(size_of::<u32>());
        let codes = self.codes.capacity().saturating_mul(size_of::<(u64, u32)>());
        self.bytes.capacity().saturating_add(starts).saturating_add(codes)
    }

    /// The row of a code.
    #[must_use]
    pub fn of_code(&self, code: &str) -> Option<RegisterRow<'_>> {
        let sought = digest(code);
        let first = self.codes.partition_point(|(digest, _)| *digest < sought);
        let alike = self.codes.get(first..)?.iter().take_while(|(digest, _)| *digest == sought);
        alike.filter_map(|(_, number)| self.row(*number)).find(|row| row.code == code)
    }

    /// Rows in `place` or in one that it holds, in order, each with its number; those behind the
    /// row with the number `after`.
    pub fn find(
        &self,
        place: Option<GridCode>,
        after: Option<u32>,
    ) -> impl Iterator<Item = (u32, RegisterRow<'_>)> {
        let (from, below) = place.map_or((0, u64::MAX), reach);
        let before = |start: &u32| self.at(*start).is_some_and(|row| along(row.grid).0 < from);
        let begins = u32::try_from(self.starts.partition_point(before)).unwrap_or(u32::MAX);
        let begins = after.map_or(begins, |after| begins.max(after.saturating_add(1)));
        let rows = (begins..).map_while(|number| Some((number, self.row(number)?)));
        let inside = move |row: &RegisterRow<'_>| place.is_none_or(|place| place.holds(row.grid));
        rows.take_while(move |(_, row)| along(row.grid).0 < below)
            .filter(move |(_, row)| inside(row))
    }

    /// Every row, in order.
    pub fn rows(&self) -> impl Iterator<Item = RegisterRow<'_>> {
        self.starts.iter().filter_map(|start| self.at(*start))
    }

    fn row(&self, number: u32) -> Option<RegisterRow<'_>> {
        self.at(*self.starts.get(usize::try_from(number).ok()?)?)
    }

    fn at(&self, start: u32) -> Option<RegisterRow<'_>> {
        let rest = self.bytes.get(usize::try_from(start).ok()?..)?;
        first_row(rest).ok().map(|(row, _)| row)
    }
}

/// Where a place stands along all: what it holds stands behind it, whatever its level.
fn along(place: GridCode) -> (u64, u8) {
    (reach(place).0, place.digits())
}

/// Where a place begins along all, and where it ends.
fn reach(place: GridCode) -> (u64, u64) {
    let width = 10_u64.saturating_pow(u32::from(GridCode::MICRO.saturating_sub(place.digits())));
    let begins = place.value().saturating_mul(width);
    (begins, begins.saturating_add(width))
}

fn digest(code: &str) -> u64 {
    Digest::of(code).half()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[(&str, &str, &str)]) -> Table {
        let mut table = Table::default();
        for (code, grid, address) in rows {
            let (grid, name, sort) = (grid.parse().unwrap(), "", "manhole");
            let (owner, licence, licence_until) = (Some("CG"), None, None);
            let row =
                RegisterRow { code, grid, address, name, sort, owner, licence, licence_until };
            table.push(&row).unwrap();
        }
        table.sorted()
    }

    fn codes<'a>(table: &'a Table, place: &str, text: Option<&'a str>) -> Vec<&'a str> {
        let says = |row: &RegisterRow<'_>| text.is_none_or(|text| row.says(text));
        let found = table.find(place.parse().ok(), None).filter(|(_, row)| says(row));
        found.map(|(_, row)| row.code).collect()
    }

    #[test]
    fn a_place_finds_what_stands_in_it_at_every_level_and_nothing_beside() {
        let table = table(&[
            ("d", "211002001001002", "b"),
            ("a", "211002001001001", "z"),
            ("town", "211002001", "hall"),
            ("other", "211003001001001", "a"),
            ("b", "211002001001001", "a"),
            ("micro", "211002001001001007", "a"),
        ]);
        assert_eq!(codes(&table, "211002", None), ["town", "b", "a", "micro", "d"]);
        assert_eq!(codes(&table, "211002001001001", None), ["b", "a", "micro"]);
        assert_eq!(codes(&table, "2110", Some("a")), ["town", "b", "micro", "other"]);
        assert_eq!(codes(&table, "2111", None), [""; 0]);
        assert_eq!(table.of_code("micro").unwrap().address, "a");
        assert_eq!(table.of_code("none"), None);
    }

    #[test]
    fn pages_follow_on_each_other() {
        let rows: Vec<_> = (0..50).map(|n| format!("{n:02}")).collect();
        let rows: Vec<_> =
            rows.iter().map(|code| (code.as_str(), "211002001001001", "a")).collect();
        let table = table(&rows);
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page: Vec<_> = table.find("211002".parse().ok(), after).take(7).collect();
            seen.extend(page.iter().map(|(_, row)| row.code));
            match page.last() {
                Some((number, _)) => after = Some(*number),
                None => break,
            }
        }
        assert_eq!(seen, rows.iter().map(|(code, _, _)| *code).collect::<Vec<_>>());
    }
}
