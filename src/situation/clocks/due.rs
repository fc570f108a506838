//! The queues of what falls due, and how long each stage of a case has.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::{CaseId, CaseState, CentreLimits, Item, StageClock, TicketId, Timestamp};

/// What falls due, earliest first. Nothing stands here whose moment was already noticed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
pub(in crate::situation) struct Clocks {
    /// Stages of open cases.
    pub(in crate::situation) stages: BTreeSet<(Timestamp, CaseId)>,
    /// Replies owed.
    pub(in crate::situation) replies: BTreeSet<(Timestamp, TicketId)>,
    /// Ended cases that will leave.
    pub(in crate::situation) archives: BTreeSet<(Timestamp, CaseId)>,
}

impl Clocks {
    /// A case's clock was `from` and is now `to`.
    pub(in crate::situation) fn stage_moved(
        &mut self,
        case: CaseId,
        from: Option<StageClock>,
        to: Option<StageClock>,
    ) {
        if from == to {
            return;
        }
        if let Some(from) = from {
            self.stages.remove(&(from.due, case));
        }
        if let Some(to) = to
            && !to.overdue
        {
            self.stages.insert((to.due, case));
        }
    }
}

/// How long a case of `item` has in `stage`; none where no clock runs.
///
/// Before the item is known, acceptance has as long as the centre has to dispatch.
pub(in crate::situation) fn stage_ms(
    limits: &CentreLimits,
    item: Option<&Item>,
    stage: CaseState,
) -> Option<i64> {
    match stage {
        CaseState::Reported | CaseState::Dispatched => {
            Some(item.map_or(limits.dispatch_ms, |item| item.response.natural_ms()))
        }
        CaseState::Verifying => Some(limits.verify_ms),
        CaseState::Filed => Some(limits.dispatch_ms),
        CaseState::Handling => Some(item.map_or(limits.check_ms, |item| item.handle.natural_ms())),
        CaseState::Handled => Some(limits.check_ms),
        CaseState::Closed
        | CaseState::Rejected
        | CaseState::Merged
        | CaseState::Cancelled
        | CaseState::SelfCleared => None,
    }
}
