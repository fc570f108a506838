//! Playing calls: each is a case of its kind, each unit response an order with its stamps.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Config;
use crate::domain::{
    Actor, CaseId, Change, Channel, ItemCode, OrderStamp, OrgCode, Placed, ReasonCode, Role,
    StepCode, Timestamp, UnitId, UnitStatus, Verb,
};
use crate::ingest::Projection;
use crate::tools::reports::ToolError;
use crate::wire::feeds::Feed;
use crate::wire::feeds::cad::Response;

use super::files::Progress;
use super::report::{self, Report};
use super::room::{Room, actor, broken, cases_of, centre};

const ARRIVE: StepCode = StepCode::of("arrive");
const CONTROLLED: StepCode = StepCode::of("controlled");

/// What a unit did, in the order in which it can be at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Did {
    /// The call came in: before the first response to it.
    CalledIn,
    Sent,
    SetOut,
    There,
    Free,
}

/// How far a call has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reached {
    Reported,
    Dispatched,
    UnderWay,
    OnScene,
}

/// A call as it is played.
#[derive(Debug)]
struct Call {
    case: CaseId,
    lead: OrgCode,
    reached: Reached,
    /// Responses that are not over.
    left: usize,
}

/// What the engine says of a response.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Engine {
    /// Received to on scene, in milliseconds.
    pub(super) arrived_ms: Option<i64>,
    /// The response that its unit was sent to before it was free.
    pub(super) sent_on: Option<usize>,
}

/// The calls in a room.
pub(super) struct Calls<'a> {
    pub(super) room: Room,
    pub(super) engine: Vec<Engine>,
    responses: &'a [Response],
    items: &'a [ItemCode],
    plane: Projection,
    known: BTreeMap<&'a str, Call>,
    units: BTreeMap<&'a str, UnitId>,
    /// Which response each unit is engaged by.
    engaged: BTreeMap<UnitId, usize>,
}

impl<'a> Calls<'a> {
    /// Plays `responses`, in the order in which units were sent; `items` are their calls'.
    pub(super) fn play(
        config: &Config,
        (responses, items): (&'a [Response], &'a [ItemCode]),
    ) -> Result<Self, ToolError> {
        let steps = steps(responses);
        let first = steps.first().map_or(Timestamp::MIN, |(at, ..)| *at);
        let mut calls = Self {
            room: Room::open(&config.playbook, first)?,
            engine: vec![Engine::default(); responses.len()],
            responses,
            items,
            plane: report::plane(config),
            known: BTreeMap::new(),
            units: BTreeMap::new(),
            engaged: BTreeMap::new(),
        };
        calls.enrol(first)?;
        let mut progress = Progress::of(steps.len());
        for (count, (at, response, did)) in steps.into_iter().enumerate() {
            calls.step(at, response, did)?;
            progress.done(count);
        }
        Ok(calls)
    }

    /// How many cases the calls became.
    pub(super) fn cases(&self) -> usize {
        self.known.values().map(|call| call.case).collect::<BTreeSet<_>>().len()
    }

    /// Enters every unit into the register.
    fn enrol(&mut self, at: Timestamp) -> Result<(), ToolError> {
        let mut asked = Vec::new();
        for (response, item) in self.responses.iter().zip(self.items) {
            let number = UnitId(u32::try_from(self.units.len() + 1).unwrap_or(u32::MAX));
            if self.units.contains_key(&*response.unit) {
                continue;
            }
            self.units.insert(&response.unit, number);
            let (name, org) = (response.unit.clone(), self.owner(*item));
            asked.push((centre(Role::System), Verb::Enrol { unit: number, name, org }));
        }
        self.room.ask(at, asked).map(drop)
    }

    /// Who leads what is about this item.
    fn owner(&self, item: ItemCode) -> OrgCode {
        let rules = self.room.situation().playbook();
        rules.items.get(&item).map_or_else(|| OrgCode(String::new()), |item| item.owner.clone())
    }

    fn step(&mut self, at: Timestamp, response: usize, did: Did) -> Result<(), ToolError> {
        let row = self.responses.get(response).zip(self.items.get(response));
        let Some((row, item)) = row else { return Ok(()) };
        let Some(unit) = self.units.get(&*row.unit).copied() else { return Ok(()) };
        let engaged = self.engaged.get(&unit).copied();
        match did {
            Did::CalledIn => self.called_in(at, (row, *item)),
            Did::Sent => self.sent(at, (row, response), (unit, engaged)),
            Did::Free => self.free(at, row, (unit, engaged == Some(response))),
            // Its unit was sent on: what it says of this response is of no order any more.
            Did::SetOut | Did::There if engaged != Some(response) => Ok(()),
            Did::SetOut => self.set_out(at, row, unit),
            Did::There => self.there(at, (row, response), unit),
        }
    }

    fn called_in(
        &mut self,
        at: Timestamp,
        (row, item): (&'a Response, ItemCode),
    ) -> Result<(), ToolError> {
        let (id, degrees) = (row.call.as_str(), row.degrees);
        let channel = Channel::Police110;
        let report = Report { feed: Feed::Cad, id, channel, item, at, degrees, due: None };
        let changes = self.room.play(at, vec![report.entry(&self.plane)])?;
        let source = report.source();
        let found = cases_of(&changes).find(|(of, _)| *of == source);
        let case = found.ok_or_else(|| broken(&format!("call {id} opened nothing")))?.1;
        let left = self.responses.iter().filter(|other| other.call == row.call).count();
        let call = Call { case, lead: self.owner(item), reached: Reached::Reported, left };
        self.known.insert(id, call);
        Ok(())
    }

    fn sent(
        &mut self,
        at: Timestamp,
        (row, response): (&Response, usize),
        (unit, engaged): (UnitId, Option<usize>),
    ) -> Result<(), ToolError> {
        let mut asked = Vec::new();
        if let Some(earlier) = engaged {
            let case = self.responses.get(earlier).and_then(|row| self.known.get(&*row.call));
            let release = case.map(|call| Verb::Release { case: call.case, unit });
            asked.extend(release.map(|verb| (centre(Role::Dispatcher), verb)));
            if let Some(engine) = self.engine.get_mut(earlier) {
                engine.sent_on = Some(response);
            }
        }
        let Some(call) = self.known.get_mut(&*row.call) else { return Ok(()) };
        let case = call.case;
        let verb = if call.reached == Reached::Reported {
            call.reached = Reached::Dispatched;
            let (lead, assists) = (Some(call.lead.clone()), [].into());
            Verb::Dispatch { case, lead, assists, units: [unit].into() }
        } else {
            Verb::Assign { case, unit }
        };
        asked.push((centre(Role::Dispatcher), verb));
        self.engaged.insert(unit, response);
        self.room.ask(at, asked).map(drop)
    }

    fn set_out(&mut self, at: Timestamp, row: &Response, unit: UnitId) -> Result<(), ToolError> {
        let Some(call) = self.known.get_mut(&*row.call) else { return Ok(()) };
        let stamp = Verb::Stamp { unit, case: call.case, stamp: OrderStamp::Accepted };
        let mut asked = vec![(actor(Role::Crew, &call.lead), stamp)];
        asked.extend(call.under_way());
        self.room.ask(at, asked).map(drop)
    }

    fn there(
        &mut self,
        at: Timestamp,
        (row, response): (&Response, usize),
        unit: UnitId,
    ) -> Result<(), ToolError> {
        let Some(call) = self.known.get_mut(&*row.call) else { return Ok(()) };
        let verb = Verb::ReportStatus { unit, status: UnitStatus::OnScene, grid: None };
        let mut asked = vec![(actor(Role::Crew, &call.lead), verb)];
        asked.extend(call.under_way());
        asked.extend(call.on_scene());
        let case = call.case;
        let changes = self.room.ask(at, asked)?;
        let opened = self.room.situation().case(case).map(|row| row.opened_at);
        let arrived = arrival_of(&changes, unit).zip(opened);
        if let Some(engine) = self.engine.get_mut(response) {
            engine.arrived_ms = arrived.map(|(arrived, opened)| arrived.ms_since(opened));
        }
        Ok(())
    }

    fn free(
        &mut self,
        at: Timestamp,
        row: &Response,
        (unit, engaged): (UnitId, bool),
    ) -> Result<(), ToolError> {
        let Some(call) = self.known.get_mut(&*row.call) else { return Ok(()) };
        let mut asked = Vec::new();
        if engaged {
            self.engaged.remove(&unit);
            let release = Verb::Release { case: call.case, unit };
            asked.push((centre(Role::Dispatcher), release));
        }
        call.left = call.left.saturating_sub(1);
        if call.left == 0 {
            asked.extend(call.over());
        }
        self.room.ask(at, asked).map(drop)
    }
}

impl Call {
    /// Its lead takes it, where it has not yet.
    fn under_way(&mut self) -> Option<(Actor, Verb)> {
        let takes = self.reached == Reached::Dispatched;
        takes.then(|| {
            self.reached = Reached::UnderWay;
            (actor(Role::Handler, &self.lead), Verb::Accept { case: self.case })
        })
    }

    /// Somebody is there, for the first time.
    fn on_scene(&mut self) -> Option<(Actor, Verb)> {
        let first = self.reached == Reached::UnderWay;
        first.then(|| {
            self.reached = Reached::OnScene;
            (actor(Role::Handler, &self.lead), advance(self.case, ARRIVE))
        })
    }

    /// Every unit is free again: it is closed, or void where nobody was ever there.
    fn over(&self) -> Vec<(Actor, Verb)> {
        let case = self.case;
        if self.reached != Reached::OnScene {
            let (reason, second) = (ReasonCode::TooLittleKnown, "second".to_owned());
            return vec![(centre(Role::ShiftLeader), Verb::Cancel { case, reason, second })];
        }
        let handler = || actor(Role::Handler, &self.lead);
        vec![
            (handler(), advance(case, CONTROLLED)),
            (handler(), Verb::Handled { case, note: None }),
            (centre(Role::ShiftLeader), Verb::CheckPass { case }),
        ]
    }
}

fn advance(case: CaseId, step: StepCode) -> Verb {
    Verb::Advance { case, step, reason: None, note: None }
}

fn arrival_of(changes: &[Placed], unit: UnitId) -> Option<Timestamp> {
    changes.iter().rev().find_map(|placed| match &placed.change {
        Change::UnitMoved { unit: row } if row.id == unit => row.assignment?.arrived_at,
        _ => None,
    })
}

/// Everything that was done, in order: by time, then by who was sent first.
fn steps(responses: &[Response]) -> Vec<(Timestamp, usize, Did)> {
    let mut steps = Vec::new();
    let mut called = BTreeSet::new();
    for (number, row) in responses.iter().enumerate() {
        if called.insert(&*row.call) {
            steps.push((row.received, number, Did::CalledIn));
        }
        steps.push((row.dispatched, number, Did::Sent));
        steps.extend(row.under_way.map(|at| (at, number, Did::SetOut)));
        steps.extend(row.on_scene.map(|at| (at, number, Did::There)));
        steps.push((row.free, number, Did::Free));
    }
    steps.sort_unstable();
    steps
}
