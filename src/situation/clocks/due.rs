//! The queues of what falls due.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::{CaseId, OrgCode, TicketId, Timestamp};

/// What falls due, earliest first. Nothing stands here whose moment was already noticed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
pub(in crate::situation) struct Clocks {
    /// The next mark of each case's clocks.
    pub(in crate::situation) stages: BTreeSet<(Timestamp, CaseId)>,
    /// Replies owed.
    pub(in crate::situation) replies: BTreeSet<(Timestamp, TicketId)>,
    /// The next step of each organisation that has a part.
    pub(in crate::situation) parts: BTreeSet<(Timestamp, CaseId, OrgCode)>,
    /// Ended cases that will leave.
    pub(in crate::situation) archives: BTreeSet<(Timestamp, CaseId)>,
}

impl Clocks {
    /// The next mark of a case was to be reached `from` and is now `to`.
    pub(in crate::situation) fn mark_moved(
        &mut self,
        case: CaseId,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
    ) {
        if from == to {
            return;
        }
        if let Some(from) = from {
            self.stages.remove(&(from, case));
        }
        if let Some(to) = to {
            self.stages.insert((to, case));
        }
    }

    /// The dues of a case's parts were `from` and are now `to`.
    pub(in crate::situation) fn parts_moved(
        &mut self,
        case: CaseId,
        from: Vec<(Timestamp, OrgCode)>,
        to: Vec<(Timestamp, OrgCode)>,
    ) {
        if from == to {
            return;
        }
        for (due, org) in from {
            self.parts.remove(&(due, case, org));
        }
        self.parts.extend(to.into_iter().map(|(due, org)| (due, case, org)));
    }
}
