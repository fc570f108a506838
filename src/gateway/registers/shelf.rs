//! The tables that this gateway has read: it follows what the picture says is in force.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use crate::domain::{Partition, Register, RegisterSheets, SheetInForce};
use crate::registers::Table;

use super::super::gateway::Gateway;

/// Between two looks for what is in force.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A table, and of what it was made.
#[derive(Debug, Clone, Default)]
pub(in crate::gateway) struct Shelved {
    pub(super) in_force: Vec<SheetInForce>,
    pub(super) table: Arc<Table>,
}

/// The tables.
#[derive(Debug, Default)]
pub(in crate::gateway) struct Shelf(RwLock<BTreeMap<Register, Shelved>>);

impl Shelf {
    pub(super) fn get(&self, register: Register) -> Option<Shelved> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&register).cloned()
    }

    fn put(&self, register: Register, shelved: Shelved) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(register, shelved);
    }
}

impl Gateway {
    /// What the picture says of `register`.
    pub(super) fn sheets_of(&self, register: Register) -> RegisterSheets {
        let Ok(city) = self.county(Partition::CITY) else { return RegisterSheets::default() };
        city.look(|rows| rows.registers.get(&register).cloned()).unwrap_or_default()
    }

    /// Reads the table of `register` where another is in force than was read.
    fn shelve(&self, register: Register) {
        let Some(store) = &self.parts.registers else { return };
        let in_force = self.sheets_of(register).in_force;
        let known = self.shelf.get(register).unwrap_or_default();
        if known.in_force == in_force {
            return;
        }
        match store.table(&in_force) {
            Ok(table) => {
                let rows = i64::try_from(table.len()).unwrap_or(i64::MAX);
                let label = register.to_string();
                self.parts.metrics.gateway_register_rows.with_label_values(&[&label]).set(rows);
                tracing::info!(%register, rows, "a register is read");
                self.shelf.put(register, Shelved { in_force, table: Arc::new(table) });
            }
            Err(error) => tracing::warn!(%register, %error, "a register cannot be read"),
        }
    }
}

/// Reads the registers in force, until asked to stop. What cannot be read is tried again.
///
/// # Errors
/// Never: a gateway without its registers still shows what happens.
pub async fn keep_registers(gateway: Gateway) -> Result<(), std::convert::Infallible> {
    let mut stop = gateway.parts.stop.clone();
    while !stop.is_asked() {
        let reading = gateway.clone();
        let work = move || Register::ALL.into_iter().for_each(|register| reading.shelve(register));
        if let Err(error) = tokio::task::spawn_blocking(work).await {
            tracing::error!(%error, "reading the registers broke off");
        }
        stop.rest(LOOK_EVERY).await;
    }
    Ok(())
}
