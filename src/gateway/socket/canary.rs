//! How long the newest canary took to cross the whole road, as the gateway sees it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::domain::{CaseId, CaseState, Change, ChangeRange, Purpose, Timestamp};
use crate::wire::socket_v1::CanaryRoad;

/// Canaries under way that are remembered: there is one at a time, and one that is lost now and
/// then.
const UNDER_WAY_MAX: usize = 64;

/// The canaries of this process.
#[derive(Debug, Default)]
pub(in crate::gateway) struct Canary(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    /// When each that is under way was sent in.
    sent_in: BTreeMap<CaseId, Timestamp>,
    last: Option<CanaryRoad>,
}

impl Canary {
    /// Notes the canaries of a range that is shown at `now`.
    pub(in crate::gateway) fn hear(&self, range: &ChangeRange, now: Timestamp) {
        for placed in &range.changes {
            match &placed.change {
                Change::TicketMoved { ticket } if ticket.purpose == Purpose::Canary => {
                    let mut seen = self.seen();
                    seen.sent_in.insert(ticket.case, ticket.arrived_at);
                    if UNDER_WAY_MAX < seen.sent_in.len() {
                        seen.sent_in.pop_first();
                    }
                }
                Change::CaseMoved { case, .. }
                    if case.purpose == Purpose::Canary && case.state == CaseState::Closed =>
                {
                    let mut seen = self.seen();
                    if let Some(sent_in) = seen.sent_in.remove(&case.id) {
                        seen.last = Some(CanaryRoad { road_ms: now.ms_since(sent_in), at: now });
                    }
                }
                _ => {}
            }
        }
    }

    /// The newest that came through.
    pub(super) fn last(&self) -> Option<CanaryRoad> {
        self.seen().last
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
