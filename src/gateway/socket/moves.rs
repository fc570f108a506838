//! What a batch of ranges moved: each case as it was before and as it is now.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::access::seen_alike;
use crate::domain::{Case, CaseId, Change, Partition, Position, Timestamp, Unit, UnitId};
use crate::kept::PlacedRange;
use crate::picture::{Folded, Picture};
use crate::wire::socket_v1::AnswerRow;

/// What a batch moved. States in between are not told.
#[derive(Debug, Default)]
pub(in crate::gateway) struct Moves {
    /// After this position: where cases are `before`.
    pub(super) from: Position,
    /// Through which position.
    pub(super) to: Position,
    /// The journal's time there.
    pub(super) at: Timestamp,
    /// Cases, before and now; none where there was or is no such case.
    pub(super) cases: BTreeMap<CaseId, (Was, Was)>,
    /// Units as they are now, each with the case it works on.
    pub(super) units: Vec<(Unit, Was)>,
    /// Commands that were answered, each with its case as it is now, where there is one.
    pub(super) answers: Vec<(AnswerRow, Option<Arc<Case>>)>,
    /// Whether all rows were said anew: what a page holds is to be replaced.
    pub(super) restated: bool,
}

impl Moves {
    /// Whether nothing is to be told.
    pub(in crate::gateway) fn is_empty(&self) -> bool {
        self.cases.is_empty() && self.units.is_empty() && self.answers.is_empty() && !self.restated
    }

    fn note(&mut self, change: &Change, units: &mut BTreeSet<UnitId>, was: impl Fn(CaseId) -> Was) {
        match change {
            Change::CaseMoved { case, .. } => {
                self.cases.entry(case.id).or_insert_with(|| (was(case.id), None));
            }
            Change::CaseArchived { case } => {
                self.cases.entry(*case).or_insert_with(|| (was(*case), None));
            }
            Change::UnitMoved { unit } => {
                units.insert(unit.id);
            }
            Change::CommandAnswered { command, case, outcome, .. } => {
                self.answers.push((AnswerRow::new(*command, *case, *outcome), None));
            }
            Change::Restated => self.restated = true,
            Change::TicketMoved { .. }
            | Change::CaseDeparted { .. }
            | Change::CaseArrived { .. }
            | Change::SignalAnswered { .. }
            | Change::TallyMoved { .. }
            | Change::PlaybookAdopted { .. }
            | Change::PlaybookRefused { .. }
            | Change::FiguresRestated { .. }
            | Change::PlaybookProposed { .. }
            | Change::PlaybookApproved { .. }
            | Change::ProposalWithdrawn { .. }
            | Change::AdoptionRefused { .. }
            | Change::RegisterMoved { .. }
            | Change::SheetRefused { .. }
            | Change::CoreSet { .. } => {}
        }
    }
}

/// A case as it was, where there was one.
type Was = Option<Arc<Case>>;

/// The units of a case that some now see who did not before, or no longer see: their orders are in
/// sight as the case is.
fn turned(before: Option<&Case>, now: Option<&Case>) -> Vec<UnitId> {
    match (before, now) {
        (Some(before), Some(now)) if seen_alike(before, now) => Vec::new(),
        (before, now) => {
            [before, now].into_iter().flatten().flat_map(|it| &it.units).copied().collect()
        }
    }
}

/// What became of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::gateway) struct Became {
    /// Whether it was taken.
    pub(in crate::gateway) folded: Folded,
    /// Whether it says no more than that the processor lives, at the picture's own position.
    pub(in crate::gateway) sign_of_life: bool,
}

/// Folds `ranges` into `picture` and notes what they moved, and what became of each.
pub(in crate::gateway) fn fold_noting(
    picture: &mut Picture,
    partition: Partition,
    ranges: &[PlacedRange],
) -> (Moves, Vec<Became>) {
    let from = picture.position(partition);
    let (mut moves, mut units) = (Moves { from, ..Moves::default() }, BTreeSet::new());
    let mut became = Vec::with_capacity(ranges.len());
    for PlacedRange { range, .. } in ranges {
        let reached = picture.position(partition);
        // A range that joins on only in part says what was seen before it, too: no harm, for what
        // is noted is looked up before and after.
        if range.from <= reached && reached < range.to {
            let was = |case| picture.rows(partition)?.cases.get(&case).cloned();
            for placed in range.changes.iter().filter(|placed| reached < placed.position) {
                moves.note(&placed.change, &mut units, was);
            }
        }
        let sign_of_life = range.from == range.to && range.to == reached;
        let folded = picture.fold(range);
        // A picture that held nothing has begun with rows that are said again.
        moves.restated |= folded == Folded::Taken && reached < range.from;
        became.push(Became { folded, sign_of_life });
    }
    moves.to = picture.position(partition);
    moves.at = picture.at(partition);
    if let Some(rows) = picture.rows(partition) {
        for (case, (_, now)) in &mut moves.cases {
            *now = rows.cases.get(case).cloned();
        }
        for (answer, about) in &mut moves.answers {
            *about = answer.case.and_then(|case| rows.cases.get(&case).cloned());
        }
        for (before, now) in moves.cases.values() {
            units.extend(turned(before.as_deref(), now.as_deref()));
        }
        let about = |unit: &Unit| rows.cases.get(&unit.engaged()?).cloned();
        let found = units.iter().filter_map(|unit| rows.units.get(unit));
        moves.units = found.map(|unit| (unit.clone(), about(unit))).collect();
    }
    (moves, became)
}
