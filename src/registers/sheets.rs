//! Sheets in the store of objects: written whole under a name of their content, before the journal
//! speaks of them. One that nobody ever confirms is an object that nobody reads.

use std::path::Path;

use crate::config::SnapshotsConfig;
use crate::domain::{SheetHead, SheetId, SheetInForce};
use crate::journal::{Objects, SnapshotError};
use crate::wire::WireError;
use crate::wire::register::sheet_v1::{self, SheetTop, first_row};

use super::made::Made;
use super::table::Table;

const FOLDER: &str = "registers";
/// What a block of rows unpacks to at the most.
const BLOCK_BYTES_MAX: usize = 16 * 1_024 * 1_024;

/// Why a sheet cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The store of objects.
    #[error("the registers' store: {0}")]
    Store(#[from] SnapshotError),
    /// What is stored is damaged, or of another version.
    #[error("the registers: {0}")]
    Wire(#[from] WireError),
    /// Packing or unpacking failed.
    #[error("the registers: {0}")]
    Io(#[from] std::io::Error),
    /// It is not in the store.
    #[error("there is no sheet {0} in the registers' store")]
    Missing(SheetId),
    /// Its bytes are not those that it is named by.
    #[error("sheet {0} is damaged")]
    Damaged(SheetId),
}

/// All sheets. The calls block: they are made from threads of their own.
#[derive(Debug)]
pub struct Sheets {
    objects: Objects,
}

impl Sheets {
    /// The sheets under a directory.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn open(directory: &Path) -> Result<Self, RegisterError> {
        Ok(Self { objects: Objects::open(directory, FOLDER)? })
    }

    /// The sheets where `config` says that snapshots lie; under `own` where that is a directory of
    /// this process's own.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn in_store(config: &SnapshotsConfig, own: &Path) -> Result<Self, RegisterError> {
        Ok(Self { objects: Objects::in_store(config, (own, FOLDER))? })
    }

    /// Puts a sheet; it is durable when this returns.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn put(&self, head: &SheetHead, bytes: Vec<u8>) -> Result<(), RegisterError> {
        Ok(self.objects.put(&head.sheet.to_string(), bytes.into())?)
    }

    /// The table that the sheets `in_force` make, in this order.
    ///
    /// # Errors
    /// Where one of them cannot be read.
    pub fn table(&self, in_force: &[SheetInForce]) -> Result<Table, RegisterError> {
        let mut made = Made::default();
        // The newest first: what a later sheet says of a code hides what an earlier one does.
        for (nth, sheet) in in_force.iter().enumerate().rev() {
            made.begin_sheet(0 < nth);
            self.read(sheet.head.sheet, &mut made)?;
        }
        Ok(made.table())
    }

    fn read(&self, sheet: SheetId, made: &mut Made) -> Result<(), RegisterError> {
        let bytes = self.objects.get(&sheet.to_string())?.ok_or(RegisterError::Missing(sheet))?;
        if super::made::sheet_id(&bytes) != sheet {
            return Err(RegisterError::Damaged(sheet));
        }
        let damaged = || RegisterError::Damaged(sheet);
        let (length, rest) = bytes.split_first_chunk().ok_or_else(damaged)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let (top, mut rest) = rest.split_at_checked(length).ok_or_else(damaged)?;
        let SheetTop { gone, blocks, .. } = sheet_v1::decode(top)?;
        for length in blocks {
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            let (block, after) = rest.split_at_checked(length).ok_or_else(damaged)?;
            rest = after;
            let rows = zstd::bulk::decompress(block, BLOCK_BYTES_MAX)?;
            let mut left = rows.as_slice();
            while !left.is_empty() {
                let (row, after) = first_row(left)?;
                made.take(&row)?;
                left = after;
            }
        }
        made.end_sheet(gone);
        Ok(())
    }
}
