//! A clerk's table, held to the city that it is of.

use crate::config::PartitionTable;
use crate::domain::{GridCode, OrgCode, Organisations, Register};
use crate::wire::register::{SheetFault, SheetRules, read};

use super::table::Table;

/// What a clerk wrote: rows, and the codes that are to go.
#[derive(Debug)]
pub struct Written {
    /// The rows, in order.
    pub table: Table,
    /// The codes.
    pub gone: Vec<String>,
}

impl Written {
    /// Reads `csv` as a sheet of `register` in a city of these counties and organisations.
    ///
    /// # Errors
    /// Every fault with its line and column, as many as one reading tells; nothing is taken then.
    pub fn read(
        register: Register,
        csv: &[u8],
        (counties, organisations): (&PartitionTable, &Organisations),
    ) -> Result<Self, Vec<SheetFault>> {
        let is_org = |org: &OrgCode| organisations.knows(org);
        let is_grid = |grid: GridCode| {
            let county = grid.county();
            counties.is_undivided()
                || county.is_some_and(|county| counties.counties.contains_key(&county))
        };
        let rules = SheetRules { register, is_org: &is_org, is_grid: &is_grid };
        let (mut table, mut full) = (Table::default(), Ok(()));
        let gone = read(csv, rules, |row| {
            if full.is_ok() {
                full = table.push(row);
            }
        })?;
        full.map_err(|error| {
            let (why, right) = (error.to_string(), "a register of fewer rows".to_owned());
            vec![SheetFault { line: 0, column: String::new(), why, right }]
        })?;
        Ok(Self { table: table.sorted(), gone })
    }
}
