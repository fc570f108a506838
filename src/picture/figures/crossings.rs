//! Whose time crosses a moment, earliest first.
//!
//! What lies hours ahead stands in a heap of its hour, unsorted, and is sorted when its hour comes.
//! Nothing is taken out when a clock is moved: whoever takes a crossing asks whether it still is
//! one.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::time::HOUR_MS;
use crate::domain::{CaseId, TicketId, Timestamp};

/// Whose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Waiting {
    Case(CaseId),
    Asker(TicketId),
}

/// All of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Crossings {
    /// Of the hours before this one.
    soon: BTreeSet<(Timestamp, Waiting)>,
    hour: i64,
    later: BTreeMap<i64, Vec<(Timestamp, Waiting)>>,
}

impl Crossings {
    /// `waiting` crosses that moment.
    pub(super) fn add(&mut self, at: Timestamp, waiting: Waiting) {
        let hour = at.0.div_euclid(HOUR_MS);
        if hour < self.hour {
            self.soon.insert((at, waiting));
        } else {
            self.later.entry(hour).or_default().push((at, waiting));
        }
    }

    /// The earliest before `to`.
    pub(super) fn take(&mut self, to: Timestamp) -> Option<(Timestamp, Waiting)> {
        let hour = to.0.div_euclid(HOUR_MS);
        while self.hour <= hour {
            let next = self.later.first_key_value().map_or(hour, |(first, _)| (*first).min(hour));
            self.hour = next.max(self.hour).saturating_add(1);
            while let Some(first) = self.later.first_entry()
                && *first.key() < self.hour
            {
                self.soon.extend(first.remove());
            }
        }
        let (at, _) = *self.soon.first()?;
        if to <= at { None } else { self.soon.pop_first() }
    }

    /// How many there are, those included that are none any more.
    pub(super) fn len(&self) -> usize {
        self.later.values().map(Vec::len).sum::<usize>().saturating_add(self.soon.len())
    }
}
