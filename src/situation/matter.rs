//! What a new case's row begins as.

use std::sync::Arc;

use crate::domain::{
    Case, CaseId, Channel, Item, ItemCode, KindCode, OrgCode, Place, PrivacyClass, Purpose,
    Severity, Suggestion, TicketId, Timestamp,
};

use super::Situation;
use super::road::enter;

/// What a case is opened about.
#[derive(Debug)]
pub(super) struct Matter {
    /// Its kind, where not its item's.
    pub(super) kind: Option<KindCode>,
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
    /// Where it was first heard of, where it was reported.
    pub(super) channel: Option<Channel>,
    /// Who opened it, where an office did.
    pub(super) origin: Option<OrgCode>,
    /// The case it belongs to.
    pub(super) parent: Option<CaseId>,
    /// Until when it is to be handled, where its source says so.
    pub(super) promised: Option<Timestamp>,
}

impl Matter {
    /// What belongs to `case`: about the same item, at the same place, without tickets of its own.
    pub(super) fn belonging_to(case: &Case) -> Self {
        Self {
            kind: None,
            item: case.item,
            place: case.place,
            suggestions: Vec::new(),
            tickets: 0,
            video_only: false,
            purpose: case.purpose,
            channel: None,
            origin: None,
            parent: Some(case.id),
            promised: None,
        }
    }
}

impl Situation {
    /// The next case's number.
    pub(super) fn number_case(&mut self) -> CaseId {
        self.cases_numbered = self.cases_numbered.saturating_add(1);
        CaseId { partition: self.partition, number: self.cases_numbered }
    }

    /// The next ticket's number.
    pub(super) fn number_ticket(&mut self) -> TicketId {
        self.tickets_numbered = self.tickets_numbered.saturating_add(1);
        TicketId { partition: self.partition, number: self.tickets_numbered }
    }

    /// The row of a case opened now, at the first stage of its kind's road.
    pub(super) fn first_row(&mut self, now: Timestamp, matter: Matter) -> Arc<Case> {
        let Matter { item, place, suggestions, tickets, video_only, purpose, .. } = matter;
        let id = self.number_case();
        let playbook = Arc::clone(&self.playbook);
        let item = item.and_then(|item| playbook.items.get(&item));
        let code = matter.kind.or(item.map(|item| item.kind)).unwrap_or(KindCode::CITY_EVENT);
        let kind = playbook.kind(code);
        let mut row = Case {
            item: item.map(|item| item.code),
            privacy: item.map_or(PrivacyClass::Restricted, |item| item.privacy),
            severity: item.map_or_else(Severity::default, |item| item.severity),
            place,
            tickets,
            suggestions,
            video_only,
            purpose,
            channel: matter.channel,
            origin: matter.origin,
            parent: matter.parent,
            promised: matter.promised,
            ..Case::begun(id, code, kind.first, now)
        };
        enter(&mut row, &playbook, kind.first, now);
        Arc::new(row)
    }
}

/// The case is about `item`: its path, who may see it and its priority follow.
pub(super) fn name_item(row: &mut Case, item: &Item) {
    row.item = Some(item.code);
    row.kind = item.kind;
    row.privacy = item.privacy;
    row.severity = item.severity;
}
