//! Making: a sheet out of rows that a clerk wrote, and a table out of sheets.

use std::collections::HashSet;

use crate::domain::{Register, RegisterRow, SheetHead, SheetId};
use crate::wire::WireError;
use crate::wire::register::sheet_v1::{self, SheetTop, put_row};

use super::sheets::RegisterError;
use super::table::Table;

/// Rows of a block.
const BLOCK_ROWS: usize = 8_192;
const COMPRESSION_LEVEL: i32 = 3;

/// A sheet that is to be stored and proposed.
#[derive(Debug)]
pub struct NewSheet {
    /// What the journal is told.
    pub head: SheetHead,
    /// What is stored.
    pub bytes: Vec<u8>,
}

impl NewSheet {
    /// Packs the rows of `table` and the codes that go, as the whole register or `over` a sheet.
    ///
    /// # Errors
    /// Where they cannot be packed.
    pub fn of(
        (register, over): (Register, Option<SheetId>),
        table: &Table,
        mut gone: Vec<String>,
    ) -> Result<Self, RegisterError> {
        gone.sort_unstable();
        let (mut packed, mut blocks, mut block) = (Vec::new(), Vec::new(), Vec::new());
        let mut rows = table.rows().peekable();
        while rows.peek().is_some() {
            block.clear();
            for row in rows.by_ref().take(BLOCK_ROWS) {
                put_row(&mut block, &row)?;
            }
            let bytes = zstd::bulk::compress(&block, COMPRESSION_LEVEL)?;
            blocks.push(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
            packed.extend_from_slice(&bytes);
        }
        let (rows, leave) = (number(table.len()), number(gone.len()));
        let top = sheet_v1::encode(&SheetTop { register, over, rows, gone, blocks })?;
        let mut bytes = number(top.len()).to_be_bytes().to_vec();
        bytes.extend_from_slice(&top);
        bytes.extend_from_slice(&packed);
        let sheet = sheet_id(&bytes);
        Ok(Self { head: SheetHead { register, sheet, over, rows, gone: leave }, bytes })
    }
}

/// The beginning of the bytes' BLAKE3.
pub(super) fn sheet_id(bytes: &[u8]) -> SheetId {
    let hash = blake3::hash(bytes);
    SheetId(hash.as_bytes().first_chunk().map_or(0, |first| u128::from_be_bytes(*first)))
}

/// A table in the making, from the newest sheet to the oldest.
#[derive(Debug, Default)]
pub struct Made {
    table: Table,
    /// Codes of which a later sheet says what they are.
    said: HashSet<String>,
    /// Codes of the sheet that is being read; none of the oldest, which hides nothing.
    saying: Option<Vec<String>>,
}

impl Made {
    /// Begins a sheet, which `hides` what older ones say of its codes.
    pub(super) fn begin_sheet(&mut self, hides: bool) {
        self.saying = hides.then(Vec::new);
    }

    /// Takes a row where no later sheet says what its code is.
    pub(super) fn take(&mut self, row: &RegisterRow<'_>) -> Result<(), WireError> {
        if self.said.contains(row.code) {
            return Ok(());
        }
        if let Some(saying) = &mut self.saying {
            saying.push(row.code.to_owned());
        }
        self.table.push(row)
    }

    /// A sheet was read to its end, and takes these codes out.
    pub(super) fn end_sheet(&mut self, gone: Vec<String>) {
        self.said.extend(self.saying.take().into_iter().flatten().chain(gone));
    }

    /// The table.
    pub(super) fn table(self) -> Table {
        self.table.sorted()
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
