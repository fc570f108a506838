//! The players' table: what is on it, and when each case's next turn is due.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::domain::{
    Case, CaseId, Change, ChangeRange, CommandId, Partition, Reply, TicketId, Timestamp, Unit,
    UnitId, Verb,
};
use crate::picture::{Folded, Picture, Rows};

use super::api::Ask;
use super::crew;
use super::offices::Offices;
use super::onward::Desk;
use super::turn::{Crews, Turn, delay_ms, next_turn};

/// After how long somebody thinks again of a case that has not moved.
const THINK_AGAIN_MS: i64 = 20_000;

/// What the players know and mean to do.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) picture: Picture,
    pub(super) crews: Crews,
    pub(super) offices: Offices,
    random: ChaCha8Rng,
    due: BinaryHeap<Reverse<(Timestamp, CaseId, u32)>>,
    /// When each crew says what next of its order.
    crews_due: BinaryHeap<Reverse<(Timestamp, UnitId, CaseId)>>,
    live: BTreeMap<Partition, bool>,
    began: Timestamp,
}

impl Table {
    pub(super) fn new(seed: u64, began: Timestamp) -> Self {
        Self {
            picture: Picture::default(),
            crews: Crews::default(),
            offices: Offices::default(),
            random: ChaCha8Rng::seed_from_u64(seed ^ began.0.unsigned_abs()),
            due: BinaryHeap::new(),
            crews_due: BinaryHeap::new(),
            live: BTreeMap::new(),
            began,
        }
    }

    /// Takes a range; says whether it is news, not history from before the start.
    pub(super) fn take(&mut self, range: &ChangeRange, now: Timestamp) -> bool {
        if self.picture.fold(range) != Folded::Taken {
            return false;
        }
        for placed in &range.changes {
            if let Change::UnitMoved { unit } = &placed.change {
                self.note_unit(unit.id, unit.engaged().is_some());
            }
        }
        let was_live = self.live.get(&range.partition).copied().unwrap_or(false);
        let is_live = was_live || self.began <= range.at;
        self.live.insert(range.partition, is_live);
        if is_live && !was_live {
            self.take_up(range.partition, now);
        } else if is_live {
            for placed in &range.changes {
                match &placed.change {
                    Change::CaseMoved { case, .. } => self.plan(case, now),
                    Change::UnitMoved { unit } => self.plan_crew(unit, now),
                    _ => {}
                }
            }
        }
        is_live
    }

    fn note_unit(&mut self, unit: UnitId, engaged: bool) {
        if engaged {
            self.crews.engaged.insert(unit);
        } else {
            self.crews.engaged.remove(&unit);
        }
    }

    /// Plans for every case that an earlier run left open.
    fn take_up(&mut self, partition: Partition, now: Timestamp) {
        let open: Vec<Arc<Case>> = self
            .picture
            .rows(partition)
            .into_iter()
            .flat_map(|rows| rows.cases.values())
            .filter(|case| !case.state.is_ended())
            .cloned()
            .collect();
        for case in open {
            self.plan(&case, now);
        }
        let units = self.picture.rows(partition).into_iter().flat_map(|rows| rows.units.values());
        for unit in units.cloned().collect::<Vec<_>>() {
            self.plan_crew(&unit, now);
        }
    }

    fn plan(&mut self, case: &Case, now: Timestamp) {
        let at = now.plus_ms(delay_ms(&mut self.random, case.state));
        self.due.push(Reverse((at, case.id, case.version)));
    }

    fn plan_crew(&mut self, unit: &Unit, now: Timestamp) {
        if let (Some(case), Some(_)) = (unit.engaged(), crew::next(unit)) {
            let at = now.plus_ms(crew::delay_ms(&mut self.random, unit));
            self.crews_due.push(Reverse((at, unit.id, case)));
        }
    }

    /// What crews say of their orders now.
    fn crews_due(&mut self, now: Timestamp) -> Vec<(&'static str, Ask)> {
        let mut asks = Vec::new();
        while let Some(Reverse((at, unit, case))) = self.crews_due.peek().copied() {
            if now < at {
                break;
            }
            self.crews_due.pop();
            let rows = self.picture.rows(case.partition);
            let unit = rows.and_then(|rows| rows.units.get(&unit));
            let unit = unit.filter(|unit| unit.engaged() == Some(case));
            let Some((unit, verb)) = unit.and_then(|unit| Some((unit, crew::next(unit)?))) else {
                continue;
            };
            let turn = Turn { token: "demo-crew", org: Some(unit.org.clone()), verb };
            asks.push((turn.token, self.ask(turn, None)));
        }
        asks
    }

    /// What is due: asks, each with the account that asks it.
    pub(super) fn due(&mut self, now: Timestamp) -> Vec<(&'static str, Ask)> {
        let mut asks = self.crews_due(now);
        asks.extend(self.open(now));
        while let Some(Reverse((at, case, version))) = self.due.peek().copied() {
            if now < at {
                break;
            }
            self.due.pop();
            let Some(rows) = self.picture.rows(case.partition) else { continue };
            let Some(case) = rows.cases.get(&case).cloned() else { continue };
            if case.version != version {
                continue;
            }
            let desk = Desk { playbook: &rows.playbook, now, owed: is_owed_a_reply(rows, case.id) };
            if let Some(turn) = next_turn(&mut self.random, &case, &self.crews, desk) {
                self.note_sent(&turn);
                // Where it is refused the case stands as it did: somebody thinks again.
                self.due.push(Reverse((now.plus_ms(THINK_AGAIN_MS), case.id, version)));
                asks.push((turn.token, self.ask(turn, Some(version))));
            } else {
                // It is ended, or waits for just that.
                asks.extend(self.replies(&case));
            }
        }
        asks
    }

    /// What an office opens now, without a report.
    fn open(&mut self, now: Timestamp) -> Option<(&'static str, Ask)> {
        let live = |partition: &Partition| self.live.get(partition).copied().unwrap_or(false);
        if !self.offices.is_due(now) || !self.offices.counties.iter().any(|(_, it)| live(it)) {
            return None;
        }
        let (partition, turn) = self.offices.open(&mut self.random, &self.picture)?;
        let token = turn.token;
        Some((token, Ask { partition: Some(partition), ..self.ask(turn, None) }))
    }

    /// Units are engaged from the moment they are asked for, so that no two cases ask for one.
    fn note_sent(&mut self, turn: &Turn) {
        if let Verb::Dispatch { units, .. } = &turn.verb {
            self.crews.engaged.extend(units);
        }
    }

    /// A reply for each sender of an ended case who is owed one.
    fn replies(&mut self, case: &Case) -> Vec<(&'static str, Ask)> {
        let Some(rows) = self.picture.rows(case.id.partition) else { return Vec::new() };
        let members = rows.members.get(&case.id).into_iter().flatten();
        let owed: Vec<TicketId> = members
            .filter_map(|ticket| rows.tickets.get(ticket))
            .filter(|ticket| matches!(ticket.reply, Reply::Owed { .. }))
            .map(|ticket| ticket.id)
            .collect();
        owed.into_iter()
            .map(|ticket| {
                let verb = Verb::Reply { ticket, text: None };
                let mut ask = self.ask(Turn { token: "demo-agent", org: None, verb }, None);
                ask.text = Some("您反映的问题已办理，感谢您的监督。".to_owned());
                ("demo-agent", ask)
            })
            .collect()
    }

    /// A command under an id of its own.
    pub(super) fn ask(&mut self, turn: Turn, expected_version: Option<u32>) -> Ask {
        Ask {
            id: CommandId(self.random.random()),
            expected_version,
            org: turn.org,
            partition: None,
            verb: turn.verb,
            note: None,
            text: None,
        }
    }
}

fn is_owed_a_reply(rows: &Rows, case: CaseId) -> bool {
    let members = rows.members.get(&case).into_iter().flatten();
    let mut tickets = members.filter_map(|ticket| rows.tickets.get(ticket));
    tickets.any(|ticket| ticket.is_owed_a_reply())
}
