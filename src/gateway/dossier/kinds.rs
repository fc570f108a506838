//! The kinds of matters on a page: the road of a case's kind, the marks of its clock.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;

use crate::access::{Act, Visitor};
use crate::domain::trade::{ClockMark, Kind, Move, Stage};
use crate::domain::{Case, CaseState, Partition, Playbook, StageCode, StepCode, Timestamp};
use crate::wire::pages::{KindRow, KindsPage, MarkRow, PartStepRow, RoadPage, StageRow};

use super::super::asking::Asking;
use super::super::gateway::Gateway;
use super::super::refused::Problem;

/// `GET /api/v1/kinds`
pub(in crate::gateway) async fn kinds(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
) -> Result<Json<KindsPage>, Problem> {
    visitor.may(Act::ReadRows)?;
    let row = |kind: &Kind| KindRow {
        kind: kind.code,
        names: kind.names.clone(),
        opens: opens(&visitor, kind),
        calls: !kind.part_steps.is_empty(),
    };
    let city = gateway.county(Partition::CITY).or_else(|_| {
        let first = gateway.counties.values().next();
        first.ok_or_else(|| Problem::unknown("there is no partition"))
    })?;
    Ok(Json(KindsPage { kinds: city.look(|rows| rows.playbook.kinds.values().map(row).collect()) }))
}

fn opens(visitor: &Visitor, kind: &Kind) -> bool {
    let role = visitor.role().filter(|_| visitor.may(Act::Open).is_ok());
    role.is_some_and(|role| kind.opened_by.contains(&role))
}

/// The marks of the clock of `case`, in the order they are reached; none where none runs.
pub(super) fn marks(playbook: &Playbook, case: &Case) -> Vec<MarkRow> {
    let Some(clock) = case.clock else { return Vec::new() };
    let row = |mark: ClockMark| {
        let at = playbook.mark_at(&clock, mark)?;
        Some(MarkRow { mark, at, reached: mark <= clock.mark })
    };
    ClockMark::ALL.into_iter().filter_map(row).collect()
}

/// The road of the kind of `case`, and where on it the case stands.
pub(super) fn road(playbook: &Playbook, case: &Case) -> RoadPage {
    let kind = playbook.kind(case.kind);
    let row = |code: StageCode, stage: &Stage| StageRow {
        stage: code,
        names: stage.names.clone(),
        state: stage.state,
        here: stands(kind, case) == Some(code),
        since: came(kind, case, code),
    };
    let on_road = kind.road.iter().filter_map(|code| Some((*code, kind.stages.get(code)?)));
    let can_end = endings(kind, case);
    let ends = kind.stages.iter().filter(|(code, _)| can_end.contains(code));
    RoadPage {
        names: kind.names.clone(),
        stages: on_road.map(|(code, stage)| row(code, stage)).collect(),
        endings: ends.map(|(code, stage)| row(*code, stage)).collect(),
        palette: kind.palette.clone(),
        steps: kind.steps.clone(),
        part_steps: part_steps(kind),
    }
}

/// The stages off the road that a case can come to. A closed one is evaluated when time is over.
fn endings(kind: &Kind, case: &Case) -> BTreeSet<StageCode> {
    let mut ends = kind.reachable();
    let closes = ends.iter().filter_map(|code| kind.stages.get(code));
    if closes.into_iter().any(|stage| stage.state == CaseState::Closed) {
        ends.extend(kind.in_state(CaseState::Evaluated).map(|(code, _)| code));
    }
    ends.extend(stands(kind, case));
    ends.retain(|code| !kind.road.contains(code));
    ends
}

fn part_steps(kind: &Kind) -> Vec<PartStepRow> {
    kind.part_steps.iter().map(|step| PartStepRow::new(step.step, step.limit)).collect()
}

fn stands(kind: &Kind, case: &Case) -> Option<StageCode> {
    kind.stage(case.stage, case.state).map(|(code, _)| code)
}

/// When `case` last came to `stage`: its clock tells it where it stands there, else the stamp of
/// the newest step that leads there.
fn came(kind: &Kind, case: &Case, stage: StageCode) -> Option<Timestamp> {
    let of_clock = case.clock.map(|clock| clock.since);
    if stands(kind, case) == Some(stage) && of_clock.is_some() {
        return of_clock;
    }
    let own = kind.stages.values().flat_map(|from| &from.moves);
    let steps = own.chain(&kind.also).filter(|a_move| a_move.to == Some(stage));
    let stamp = |a_move: &Move| {
        let step = a_move.step.unwrap_or_else(|| StepCode::of(a_move.verb.as_str()));
        case.stamps.get(&step).copied()
    };
    let first = (stage == kind.first).then_some(case.opened_at);
    steps.filter_map(stamp).chain(first).max()
}
