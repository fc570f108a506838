//! Entries of the journal: the only way the situation changes.

use serde::{Deserialize, Serialize};

use super::adoption::Adoption;
use super::arrival::Arrival;
use super::city::SheetSaid;
use super::command::Command;
use super::id::CaseId;
use super::playbook::Playbook;
use super::position::Position;
use super::ticket::Signal;
use super::time::Timestamp;

/// What can be written to a partition's journal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Entry {
    /// Something was observed.
    Signal(Box<Signal>),
    /// Something was asked.
    Command(Box<Command>),
    /// Time passed.
    Tick,
    /// Rules were adopted.
    Adopt(Box<Playbook>),
    /// From here on the core of this number decides.
    Core(u32),
    /// Say every row again.
    Restate,
    // New ones go to the end: journals keep them by their number.
    /// A case comes from another partition.
    Arrival(Box<Arrival>),
    /// Another partition has a case of ours.
    Receipt {
        /// What it was here.
        case: CaseId,
        /// What it is there.
        became: CaseId,
    },
    /// Something is said of rules that are proposed.
    Adoption(Box<Adoption>),
    /// Something is said of a sheet of a register.
    Sheet(Box<SheetSaid>),
}

/// An entry where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journalled {
    /// Its position.
    pub position: Position,
    /// When the journal took it.
    pub at: Timestamp,
    /// The entry.
    pub entry: Entry,
}
