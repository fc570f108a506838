//! When each source was last heard: a silent one looks like a quiet city, and must not.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::domain::{Change, ChangeRange, Channel, Timestamp};
use crate::picture::Rows;

/// How long a source that was heard may say nothing, in milliseconds. Ours: people sleep, so
/// their sources get longer than machines.
fn silence_ms_max(source: Channel) -> i64 {
    match source {
        Channel::Video | Channel::Sensor => 5 * 60_000,
        Channel::Grid | Channel::PublicApp | Channel::Hotline => 15 * 60_000,
        Channel::Police110 | Channel::Petition | Channel::Superior | Channel::Business => {
            24 * 60 * 60_000
        }
    }
}

/// When each source was last heard.
#[derive(Debug, Default)]
pub(in crate::gateway) struct Sources(Mutex<BTreeMap<Channel, Timestamp>>);

impl Sources {
    /// Begins with when each source was last heard before the start: one that has been silent since
    /// is silent.
    pub(in crate::gateway) fn begin(&self, heard: &BTreeMap<Channel, Timestamp>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (source, at) in heard {
            let last = known.entry(*source).or_insert(Timestamp::MIN);
            *last = (*last).max(*at);
        }
    }

    /// When each source was last heard.
    pub(super) fn heard(&self) -> BTreeMap<Channel, Timestamp> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes the new tickets of a range.
    pub(in crate::gateway) fn hear(&self, range: &ChangeRange) {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for placed in &range.changes {
            if let Change::TicketMoved { ticket } = &placed.change
                && ticket.purpose.is_real()
            {
                let last = heard.entry(ticket.channel).or_insert(Timestamp::MIN);
                *last = (*last).max(ticket.arrived_at);
            }
        }
    }

    /// The sources that have been silent for too long.
    pub(super) fn silent(&self, now: Timestamp) -> Vec<Channel> {
        let heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let late = |(source, last): (&Channel, &Timestamp)| {
            (silence_ms_max(*source) < now.0.saturating_sub(last.0)).then_some(*source)
        };
        heard.iter().filter_map(late).collect()
    }
}

/// When each source was last heard, by the tickets of `rows`.
pub(in crate::gateway) fn sources_of(rows: &Rows) -> BTreeMap<Channel, Timestamp> {
    let mut heard = BTreeMap::new();
    for ticket in rows.tickets.values().filter(|ticket| ticket.purpose.is_real()) {
        let last = heard.entry(ticket.channel).or_insert(Timestamp::MIN);
        *last = (*last).max(ticket.arrived_at);
    }
    heard
}
