//! Real situations, one at each stage of a kind: brought there by what its own table lets be asked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use liandong::config::{Layers, load};
use liandong::domain::time::DAY_MS;
use liandong::domain::trade::{Guard, Kind, Move, rule, who};
use liandong::domain::{
    Case, CaseId, CaseState, Change, Channel, Entry, Item, Outcome, Partition, Place, Playbook,
    Point, ReasonCode, Role, Signal, SignalKind, SourceKey, StageCode, StepCode, Ticket, UnitId,
    Verb, VerbCode,
};

use super::verbs::{Of, org};
use crate::small_city::{self, Core};

/// The kinds that are built in, each with an item that a camera may report.
static RULES: LazyLock<Playbook> = LazyLock::new(|| {
    let kinds = load(&Layers::default()).unwrap().config.playbook.kinds.clone();
    let mut rules = small_city::playbook(2);
    let like = rules.items.values().next().unwrap().clone();
    rules.items.clear();
    for (number, kind) in (11..).zip(kinds.keys()) {
        let code = small_city::item(&format!("S{number}001"));
        rules.items.insert(code, Item { code, kind: *kind, video_ok: true, ..like.clone() });
    }
    Playbook { kinds, ..rules }
});

/// The kinds.
pub(super) fn kinds() -> impl Iterator<Item = &'static Kind> {
    RULES.kinds.values()
}

/// A case at a stage of its road, and another beside it.
#[derive(Debug, Clone)]
pub(super) struct Stand {
    pub(super) core: Core,
    pub(super) case: CaseId,
    pub(super) other: CaseId,
    asked: u128,
}

fn case(number: u64) -> CaseId {
    CaseId { partition: Partition(3), number }
}

impl Stand {
    /// Two cases of `kind` at its first stage, and a unit on duty.
    fn begin(kind: &Kind, channel: Channel) -> Self {
        let mut core = Core::at_dawn();
        core.apply(Entry::Adopt(Box::new(RULES.clone())));
        let mut stand = Self { core, case: case(1), other: case(2), asked: 0 };
        let (unit, name) = (UnitId(1), "一班".to_owned());
        stand.ask((Role::System, "CENTRE"), Verb::Enrol { unit, name, org: org("L") });
        for number in 0..2_u16 {
            stand.begin_one(kind, channel, number);
        }
        assert_eq!(stand.row().stage, kind.first, "{}", kind.code);
        stand
    }

    fn begin_one(&mut self, kind: &Kind, channel: Channel, number: u16) {
        let item = RULES.items.values().find(|item| item.kind == kind.code).unwrap().code;
        let at = Point { x_dm: i32::from(number) * 90_000, y_dm: 0 };
        if kind.part_steps.is_empty() {
            let source = u128::from(number) + 1;
            let signal = small_city::signal(source, channel, Some(item), at);
            self.core.apply(Entry::Signal(Box::new(signal)));
            return;
        }
        let (kind, role) = (kind.code, kind.opened_by[0]);
        let (orgs, place) = ([org("P")].into(), Place::default());
        let opened = Verb::Open { kind, item: Some(item), place, orgs, note: None, about: None };
        assert_eq!(self.ask((role, "TOWN"), opened), Outcome::Changed);
    }

    pub(super) fn row(&self) -> &Case {
        self.core.situation.case(self.case).unwrap()
    }

    /// What is answered to `verb`.
    pub(super) fn ask(&mut self, (role, asker): (Role, &str), verb: Verb) -> Outcome {
        self.asked += 1;
        let command = small_city::command(self.asked, small_city::actor(role, asker), verb);
        let effects = self.core.apply(Entry::Command(Box::new(command)));
        match effects.changes.last() {
            Some(Change::CommandAnswered { outcome, repeated: false, .. }) => *outcome,
            other => panic!("no answer but {other:?}"),
        }
    }

    /// The verb as `asker` would say it now.
    pub(super) fn verb(&self, asker: &str, code: VerbCode, step: Option<StepCode>) -> Verb {
        let (situation, now) = (&self.core.situation, self.core.now);
        let asker = org(asker);
        Of { situation, row: self.row(), other: self.other, org: &asker, now }.verb(code, step)
    }

    /// Whether one of its senders waits for a reply.
    pub(super) fn is_owed_a_reply(&self) -> bool {
        let situation = &self.core.situation;
        let mut tickets = situation.tickets_of(self.case).iter();
        tickets.any(|ticket| situation.ticket(*ticket).is_some_and(Ticket::is_owed_a_reply))
    }

    /// For whom one in such a role asks this: the organisation whose part or lead it takes.
    pub(super) fn asker(&self, code: VerbCode, role: Role) -> String {
        let row = self.row();
        if code == VerbCode::PartDone {
            let part = row.parts.iter().find(|(_, part)| !part.ended);
            return part.map_or("NOBODY", |(org, _)| &org.0).to_owned();
        }
        let judges = matches!(
            code,
            VerbCode::CheckPass | VerbCode::CheckFail | VerbCode::Rate | VerbCode::Visit
        );
        if judges {
            return "CHECKS".to_owned();
        }
        let works = matches!(role, Role::Handler | Role::GridWorker | Role::Mediator);
        let lead = row.lead.as_ref().filter(|_| works);
        lead.map_or("CENTRE", |lead| &lead.0).to_owned()
    }

    /// Makes true what `a_move` demands.
    pub(super) fn prepare(&mut self, a_move: &Move) {
        let verb = a_move.verb;
        for guard in rule(verb).guards.iter().chain(&a_move.guards) {
            match guard {
                Guard::Graded => self.first(Role::ShiftLeader, VerbCode::GradeColour),
                Guard::Pending => self.first(Role::Handler, VerbCode::Extend),
                Guard::Supervised => self.first(Role::Supervisor, VerbCode::Supervise),
                Guard::PartsDone => self.finish_parts(),
                Guard::ChildrenEnded => self.end_children(),
                _ => {}
            }
        }
        match verb {
            VerbCode::Release => self.first(Role::Dispatcher, VerbCode::Assign),
            VerbCode::Leave => self.first(Role::Dispatcher, VerbCode::Join),
            VerbCode::Handled => self.finish_parts(),
            VerbCode::PartDone if self.row().parts.is_empty() => {
                self.first(Role::Dispatcher, VerbCode::Join);
            }
            VerbCode::Visit => self.first(Role::Agent, VerbCode::Reply),
            VerbCode::Split => {
                let (case, into) = (self.other, self.case);
                self.ask((Role::Receiver, "CENTRE"), Verb::Merge { case, into });
            }
            VerbCode::Advance => self.finish_parts_of_assists(),
            _ => {}
        }
        let to = a_move.to.and_then(|to| RULES.kind(self.row().kind).stages.get(&to));
        if to.is_some_and(|stage| stage.state == CaseState::Evaluated) {
            self.first(Role::Agent, VerbCode::Reply);
        }
    }

    /// What comes before: should it be refused, so will be what comes after.
    fn first(&mut self, role: Role, code: VerbCode) {
        let asker = self.asker(code, role);
        let verb = self.verb(&asker, code, None);
        self.ask((role, &asker), verb);
    }

    fn end_children(&mut self) {
        let situation = &self.core.situation;
        let children = situation.cases().filter(|row| row.parent == Some(self.case));
        let children: Vec<CaseId> = children.map(|row| row.id).collect();
        for case in children {
            let (reason, second) = (ReasonCode::NotDone, "wang".to_owned());
            self.ask((Role::ShiftLeader, "CENTRE"), Verb::Cancel { case, reason, second });
        }
    }

    fn finish_parts(&mut self) {
        while let Some(asker) = Some(self.asker(VerbCode::PartDone, Role::Handler)) {
            let verb = self.verb(&asker, VerbCode::PartDone, None);
            if self.ask((Role::Handler, &asker), verb) != Outcome::Changed {
                return;
            }
        }
    }

    fn finish_parts_of_assists(&mut self) {
        if !self.row().assists.is_empty() {
            self.finish_parts();
        }
    }

    /// Makes the move, by the first who may. Says what came of it.
    pub(super) fn take(&mut self, a_move: &Move, role: Role) -> Outcome {
        let asker = self.asker(a_move.verb, role);
        let verb = self.verb(&asker, a_move.verb, a_move.step);
        self.ask((role, &asker), verb)
    }

    /// Where the engine itself brings it: evaluated once the time to visit is over.
    fn evaluated(mut self) -> Self {
        self.first(Role::Agent, VerbCode::Reply);
        self.core.now = self.core.now.plus_ms(20 * DAY_MS);
        self.core.apply(Entry::Tick);
        self
    }

    fn handed_over(mut self) -> Self {
        let became = CaseId { partition: Partition(4), number: 1 };
        self.core.apply(Entry::Receipt { case: self.case, became });
        self
    }

    /// Gone before anybody looked: only a camera had seen it.
    fn self_cleared(kind: &Kind) -> Self {
        let mut stand = Self::begin(kind, Channel::Video);
        let ended = SignalKind::EpisodeEnded { about: SourceKey(1), hits: 3 };
        let at = Point { x_dm: 0, y_dm: 0 };
        let signal = small_city::signal(9, Channel::Video, None, at);
        stand.core.apply(Entry::Signal(Box::new(Signal { kind: ended, ..signal })));
        stand
    }
}

/// A stand at each stage of `kind` that can be come to.
pub(super) fn stands(kind: &Kind) -> BTreeMap<StageCode, Stand> {
    let mut stands = BTreeMap::from([(kind.first, Stand::begin(kind, Channel::Hotline))]);
    let mut waiting = vec![kind.first];
    while let Some(at) = waiting.pop() {
        for a_move in kind.moves(&kind.stages[&at]) {
            let mut stand = stands[&at].clone();
            stand.prepare(a_move);
            if stand.row().stage != at {
                continue;
            }
            let done = who(a_move).iter().any(|role| stand.take(a_move, *role) == Outcome::Changed);
            if done && a_move.verb == VerbCode::HandOver {
                stand = stand.handed_over();
            }
            keep(&mut stands, &mut waiting, stand);
        }
        if kind.stages[&at].state == CaseState::Closed {
            let evaluated = stands[&at].clone().evaluated();
            keep(&mut stands, &mut waiting, evaluated);
        }
    }
    if kind.part_steps.is_empty() {
        keep(&mut stands, &mut waiting, Stand::self_cleared(kind));
    }
    stands
}

fn keep(stands: &mut BTreeMap<StageCode, Stand>, waiting: &mut Vec<StageCode>, stand: Stand) {
    let stage = stand.row().stage;
    if let std::collections::btree_map::Entry::Vacant(free) = stands.entry(stage) {
        free.insert(stand);
        waiting.push(stage);
    }
}

/// The stages that a case of `kind` must come to.
pub(super) fn expected(kind: &Kind) -> BTreeSet<StageCode> {
    let mut expected = kind.reachable();
    let closed = |code: &StageCode| kind.stages[code].state == CaseState::Closed;
    if expected.iter().any(closed) {
        expected.extend(kind.in_state(CaseState::Evaluated).map(|(code, _)| code));
    }
    if kind.part_steps.is_empty() {
        expected.extend(kind.in_state(CaseState::SelfCleared).map(|(code, _)| code));
    }
    expected
}
