//! What a new case's row begins as.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::{
    Case, CaseCounters, CaseId, CaseKind, CaseState, Item, ItemCode, Place, PrivacyClass, Purpose,
    Severity, Suggestion, Timestamp,
};

use super::Situation;
use super::clocks::stage_ms;
use super::write::clock;

/// What a case is opened about.
#[derive(Debug)]
pub(super) struct Matter {
    /// What it is, where known.
    pub(super) item: Option<ItemCode>,
    /// Where it is.
    pub(super) place: Place,
    /// What it resembles.
    pub(super) suggestions: Vec<Suggestion>,
    /// How many tickets open it.
    pub(super) tickets: u32,
    /// Whether only cameras have seen it.
    pub(super) video_only: bool,
    /// Whether it is meant.
    pub(super) purpose: Purpose,
}

impl Situation {
    /// The next case's number.
    pub(super) fn number_case(&mut self) -> CaseId {
        self.cases_numbered = self.cases_numbered.saturating_add(1);
        CaseId { partition: self.partition, number: self.cases_numbered }
    }

    /// The row of a case opened now, in `REPORTED` with its time to be accepted.
    pub(super) fn first_row(&mut self, now: Timestamp, matter: Matter) -> Arc<Case> {
        let Matter { item, place, suggestions, tickets, video_only, purpose } = matter;
        let id = self.number_case();
        let item = item.and_then(|item| self.playbook.items.get(&item));
        let stage = CaseState::Reported;
        Arc::new(Case {
            id,
            version: 1,
            kind: item.map_or(CaseKind::CityEvent, |item| item.kind),
            item: item.map(|item| item.code),
            // Until a person has named the item nobody knows what it holds.
            privacy: item.map_or(PrivacyClass::Restricted, |item| item.privacy),
            severity: item.map_or_else(Severity::default, |item| item.severity),
            place,
            state: stage,
            clock: stage_ms(&self.playbook.limits, item, stage).map(|ms| clock(now, ms)),
            opened_at: now,
            changed_at: now,
            filed_at: None,
            dispatched_at: None,
            ended_at: None,
            tickets,
            lead: None,
            assists: BTreeSet::new(),
            units: BTreeSet::new(),
            merged_into: None,
            suggestions,
            counters: CaseCounters::default(),
            video_only,
            purpose,
        })
    }
}

/// The case is about `item`: its path, who may see it and its priority follow.
pub(super) fn name_item(row: &mut Case, item: &Item) {
    row.item = Some(item.code);
    row.kind = item.kind;
    row.privacy = item.privacy;
    row.severity = item.severity;
}
