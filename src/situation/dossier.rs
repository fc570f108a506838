//! A case as the core keeps it: the row watchers see, and what only the core needs.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::{Case, TicketId, Timestamp};

/// A case's row with its tickets and what its verbs have to remember.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Dossier {
    /// What watchers see.
    pub(super) row: Arc<Case>,
    /// Its tickets, in the order they came.
    pub(super) tickets: Vec<TicketId>,
    /// The tickets it brought to the case it was merged into: an unmerge takes them back.
    pub(super) brought: Vec<TicketId>,
    /// When it may leave the situation, once ended.
    pub(super) archive_at: Option<Timestamp>,
}

impl Dossier {
    /// The dossier of a case that was just opened by `ticket`.
    pub(super) fn open(row: Arc<Case>, tickets: Vec<TicketId>) -> Self {
        Self { row, tickets, brought: Vec::new(), archive_at: None }
    }
}
