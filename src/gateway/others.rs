//! Other cases that a row names: left out of it where they are out of sight.

use std::sync::Arc;

use crate::domain::{Case, CaseId, Change, Happened, Step};

/// `case` without what it says of cases that are not `seen`.
pub(super) fn cut_case(case: Arc<Case>, seen: impl Fn(CaseId) -> bool) -> Arc<Case> {
    if names_seen(&case, &seen) {
        return case;
    }
    let mut cut = Arc::unwrap_or_clone(case);
    cut.suggestions.retain(|suggestion| seen(suggestion.case));
    cut.merged_into = cut.merged_into.filter(|into| seen(*into));
    cut.parent = cut.parent.filter(|parent| seen(*parent));
    cut.handed_to = cut.handed_to.filter(|there| seen(*there));
    Arc::new(cut)
}

fn names_seen(case: &Case, seen: impl Fn(CaseId) -> bool) -> bool {
    case.suggestions.iter().all(|suggestion| seen(suggestion.case))
        && [case.merged_into, case.parent, case.handed_to].into_iter().flatten().all(seen)
}

/// Whether a step names no case but such as are `seen`.
pub(super) fn step_names_seen(step: &Step, seen: impl Fn(CaseId) -> bool) -> bool {
    other_of(&step.what).is_none_or(seen)
}

/// The other case that is named by what happened.
fn other_of(what: &Happened) -> Option<CaseId> {
    match what {
        Happened::TicketsLeft { to: case }
        | Happened::Unmerged { from: case }
        | Happened::MergedInto { case }
        | Happened::Absorbed { case }
        | Happened::SplitFrom { case }
        | Happened::SuggestionDeclined { case }
        | Happened::Whistled { case }
        | Happened::ChildTurned { case }
        | Happened::OpenedFor { parent: case }
        | Happened::HandedOver { became: case }
        | Happened::Arrived { from: case } => Some(*case),
        _ => None,
    }
}

/// Whether a change, which may be told, names no other case but such as are `seen`.
pub(super) fn change_names_seen(change: &Change, seen: impl Fn(CaseId) -> bool) -> bool {
    match change {
        Change::CaseMoved { case, step } => names_seen(case, &seen) && step_names_seen(step, &seen),
        Change::UnitMoved { unit } => unit.engaged().is_none_or(seen),
        _ => true,
    }
}

/// A change without what it says of other cases that are not `seen`.
pub(super) fn cut_change(change: &mut Change, seen: impl Fn(CaseId) -> bool) {
    match change {
        Change::CaseMoved { case, step } => {
            *case = cut_case(Arc::clone(case), &seen);
            if !step_names_seen(step, &seen) {
                // The row as it is, and no word of how it came to be.
                let at = step.at;
                *step = Arc::new(Step { what: Happened::Restated, by: None, command: None, at });
            }
        }
        Change::UnitMoved { unit } => {
            unit.assignment = unit.assignment.filter(|order| seen(order.case));
        }
        _ => {}
    }
}
