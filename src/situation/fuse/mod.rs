//! Fusion 并案: which open case a new report belongs to, with its reasons in points.

use serde::{Deserialize, Serialize};

use crate::domain::{
    CaseId, Evidence, FusionRules, ItemCode, Place, Reason, Suggestion, TicketId, Timestamp,
};

/// A new report as fusion sees it.
#[derive(Debug, Clone, Copy)]
pub struct Sighting<'a> {
    /// The ticket it becomes.
    pub ticket: TicketId,
    /// What it is about, where known.
    pub item: Option<ItemCode>,
    /// Whether its item may be joined automatically (`Item::may_attach`).
    pub may_attach: bool,
    /// Where it is.
    pub place: Place,
    /// When it was seen.
    pub observed_at: Timestamp,
    /// What may be compared.
    pub evidence: &'a Evidence,
}

/// A likeness to a member of an open case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likeness {
    /// The case.
    pub case: CaseId,
    /// The member.
    pub against: TicketId,
    /// The sum of all reasons.
    pub points: i32,
    /// The weightiest first.
    pub reasons: Vec<Reason>,
}

/// What fusion concludes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judgement {
    /// The case to join, where the points reach the attach threshold and the item permits.
    pub attach: Option<Likeness>,
    /// Likenesses for a person to decide, best first.
    pub suggestions: Vec<Suggestion>,
}

/// Members of cases by place and time, and what the controller has seen.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
pub struct Fusion {}

impl Fusion {
    /// Judges a new report against the members of open cases. Counts it for rarity and for the
    /// controller, but does not remember it as a member: see [`Fusion::remember`].
    pub fn judge(&mut self, rules: &FusionRules, now: Timestamp, seen: &Sighting<'_>) -> Judgement {
        let _ = (rules, now, seen);
        Judgement::default()
    }

    /// Remembers a report as a member of `case`.
    pub fn remember(&mut self, rules: &FusionRules, seen: &Sighting<'_>, case: CaseId) {
        let _ = (rules, seen, case);
    }

    /// A member now belongs to `case` (merge, unmerge, split).
    pub fn relocate(&mut self, ticket: TicketId, case: CaseId) {
        let _ = (ticket, case);
    }

    /// The case ended: it is never joined again, only hinted at.
    pub fn end_case(&mut self, case: CaseId) {
        let _ = case;
    }

    /// The case was reopened.
    pub fn reopen_case(&mut self, case: CaseId) {
        let _ = case;
    }

    /// The case left the situation: nothing of it may be hinted at.
    pub fn forget_case(&mut self, case: CaseId) {
        let _ = case;
    }

    /// Drops members too old for any window.
    pub fn forget_old(&mut self, rules: &FusionRules, now: Timestamp) {
        let _ = (rules, now);
    }
}
