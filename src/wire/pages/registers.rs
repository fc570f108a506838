//! Registers as they are read and changed over HTTP.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::{
    Epoch, GridCode, Partition, Position, Register, RegisterRow, RegisterSheets, SheetHead,
    SheetId, SheetRefusal,
};

/// All registers.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RegistersPage {
    /// One by one.
    pub registers: Vec<RegisterPage>,
}

/// One register.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RegisterPage {
    /// Which.
    pub register: Register,
    /// The sheets in force, and what waits for a second person.
    pub sheets: RegisterSheets,
    /// How many rows this gateway has read of it.
    pub rows: usize,
    /// Whether these are of the sheets in force: a moment after a confirmation they are not yet.
    pub is_read: bool,
    /// What was last asked of a sheet and not done.
    pub refused: Option<SheetRefusedPage>,
}

/// An act that was not done.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SheetRefusedPage {
    /// Of which sheet.
    pub sheet: SheetId,
    /// Whose account asked.
    pub by: String,
    /// Why it was not done.
    pub why: SheetRefusal,
    /// … in words.
    pub words: String,
}

/// Rows, in the order of their places.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RegisterRowsPage {
    /// The rows. There may be fewer than `limit` and more to come.
    pub rows: Vec<RegisterRowPage>,
    /// What to give as `after` to go on; none where there is nothing more.
    pub next: Option<u32>,
}

/// A row.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RegisterRowPage {
    /// Its code.
    pub code: String,
    /// The grid that it stands in.
    pub grid: GridCode,
    /// Where in that.
    pub address: String,
    /// What it is called.
    pub name: String,
    /// What it is.
    pub sort: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Its licence's number.
    pub licence: Option<String>,
    /// Until when that is good.
    pub licence_until: Option<String>,
}

impl From<&RegisterRow<'_>> for RegisterRowPage {
    fn from(row: &RegisterRow<'_>) -> Self {
        Self {
            code: row.code.to_owned(),
            grid: row.grid,
            address: row.address.to_owned(),
            name: row.name.to_owned(),
            sort: row.sort.to_owned(),
            owner: row.owner.map(str::to_owned),
            licence: row.licence.map(str::to_owned),
            licence_until: row.licence_until.map(str::to_owned),
        }
    }
}

/// An act that is journalled: what becomes of it stands on the page of the registers.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SheetReceipt {
    /// Of which sheet.
    pub head: SheetHead,
    /// Where: the city's own partition …
    pub partition: Partition,
    /// … and the position there.
    pub position: Position,
    /// The journal's incarnation.
    pub epoch: Epoch,
}
