//! A clerk who asks, of whatever stands on the desk, what its kind lets be asked: random lives of
//! cases that come far.

use liandong::domain::time::{HOUR_MS, MINUTE_MS};
use liandong::domain::trade::{Asking, ExclusionReason, Move, Satisfaction, Urgency, may, who};
use liandong::domain::{
    Arrival, Case, CaseId, Channel, Entry, KindCode, OrderStamp, OrgCode, Partition, Place, Point,
    Position, Purpose, Role, Severity, Signal, Ticket, TicketId, Timestamp, UnitId, UnitStatus,
    Verb, VerbCode,
};
use liandong::situation::{CORE, Effects, Situation, apply};

use super::city;
pub(super) use super::turns::{Turn, turn, turns};
use crate::small_city::{self, DAWN};

/// A journal: when each entry is taken, and the entry.
pub(super) type Journal = Vec<(Timestamp, Entry)>;

pub(super) const PARTITION: Partition = Partition(3);
const ORGS: [&str; 4] = ["X", "Y", "211002-CG", "211002016"];
/// What offices open; what has the longest way stands oftener.
const OPENED: &str = "dispute whistle dispute notice dispute micro_wish dispute certificate \
                      dispute warning certificate form_task campaign_task patrol_task \
                      police_link appeal";

/// Who is shown each entry with what came of it.
pub(super) type Seen<'a> = &'a mut dyn FnMut(&Situation, &Entry, &Effects);

/// The clerk at work.
pub(super) struct Clerk<'a> {
    seen: Seen<'a>,
    pub(super) situation: Situation,
    pub(super) effects: Effects,
    pub(super) journal: Journal,
    pub(super) now: Timestamp,
    dice: u64,
    /// The other partition: whether there is a clerk in it, too.
    pub(super) elsewhere: Partition,
    is_told: bool,
}

/// The journal that comes of these turns.
pub(super) fn journal(turns: &[Turn]) -> Journal {
    watched(turns, &mut |_, _, _| {})
}

/// As [`journal`]; after each entry `seen` is given the situation and what the entry caused.
pub(super) fn watched(turns: &[Turn], seen: Seen<'_>) -> Journal {
    let mut clerk = Clerk::new((PARTITION, Partition(4)), false, seen);
    for turn in turns {
        clerk.turn(*turn);
    }
    clerk.journal
}

/// Where entry `index` of a journal stands.
pub(super) fn place(index: usize, at: Timestamp) -> (Position, Timestamp) {
    (Position::new(u64::try_from(index).unwrap() + 1, 0), at)
}

impl<'a> Clerk<'a> {
    /// A clerk at dawn. Where it is told what other partitions say, it makes up none of that.
    pub(super) fn new(
        (partition, elsewhere): (Partition, Partition),
        is_told: bool,
        seen: Seen<'a>,
    ) -> Self {
        let mut clerk = Self {
            seen,
            situation: Situation::new(partition),
            effects: Effects::default(),
            journal: Vec::new(),
            now: DAWN,
            dice: 0,
            elsewhere,
            is_told,
        };
        clerk.take(Entry::Core(CORE));
        clerk.take(Entry::Adopt(Box::new(city::rules(1))));
        clerk
    }

    /// Takes the turn's entry.
    pub(super) fn turn(&mut self, (minutes, dice): Turn) {
        self.now = self.now.plus_ms(minutes * MINUTE_MS);
        self.dice = dice;
        let entry = self.entry();
        self.take(entry);
    }

    pub(super) fn take(&mut self, entry: Entry) {
        let at = place(self.journal.len(), self.now);
        apply(&mut self.situation, &mut self.effects, at, entry.clone());
        (self.seen)(&self.situation, &entry, &self.effects);
        self.journal.push((self.now, entry));
    }

    /// A number below `sides`.
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.dice = self.dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_041);
        let sides = u64::try_from(sides.max(1)).unwrap();
        usize::try_from((self.dice >> 33) % sides).unwrap()
    }

    pub(super) fn org(&mut self) -> OrgCode {
        OrgCode(ORGS[self.roll(ORGS.len())].to_owned())
    }

    fn entry(&mut self) -> Entry {
        let entry = match self.roll(100) {
            0..4 => Some(self.report()),
            4..6 => Some(self.opening()),
            20..26 => Some(Entry::Tick),
            26 if self.roll(3) == 0 => Some(Entry::Restate),
            27 if self.roll(3) == 0 => Some(Entry::Adopt(Box::new(city::rules(
                u32::try_from(self.journal.len()).unwrap(),
            )))),
            28..33 => self.crew(),
            33..35 if !self.is_told => self.said_elsewhere(),
            35..45 => self.ticket(),
            _ => (0..6).find_map(|_| self.step()),
        };
        entry.unwrap_or(Entry::Tick)
    }

    fn report(&mut self) -> Entry {
        let rules = self.situation.playbook();
        let items: Vec<_> = rules.items.keys().copied().collect();
        let item = items[self.roll(items.len())];
        let item = (self.roll(8) != 0).then_some(item);
        let channels = [
            Channel::Hotline,
            Channel::Grid,
            Channel::Hotline,
            Channel::PublicApp,
            Channel::Sensor,
            Channel::Business,
        ];
        let facility = item == Some(small_city::item("G03001"));
        let channel = if facility { Channel::Video } else { channels[self.roll(6)] };
        let at = Point {
            x_dm: i32::try_from(self.roll(5)).unwrap() * 900,
            y_dm: i32::try_from(self.roll(3)).unwrap() * 1_300,
        };
        let here = u128::from(self.situation.partition().0);
        let source = here << 64 | u128::try_from(self.journal.len()).unwrap();
        let mut signal = small_city::signal(source, channel, item, at);
        let grids = ["211002016001003", "211002016001004", "211002017002001"];
        signal.place.grid = grids[self.roll(3)].parse().ok();
        signal.owes_reply = channel != Channel::Sensor && channel != Channel::Video;
        let purpose = match self.roll(20) {
            0 => Purpose::Drill,
            1 => Purpose::Canary,
            _ => Purpose::Real,
        };
        // Before it was reported, soon after, later; or nothing is said.
        let hours = [Some(-1), Some(1), Some(30), None][self.journal.len() % 4];
        let due = hours.map(|hours: i64| self.now.plus_ms(hours * HOUR_MS));
        Entry::Signal(Box::new(Signal { purpose, due, ..signal }))
    }

    fn opening(&mut self) -> Entry {
        let opened: Vec<&str> = OPENED.split_whitespace().collect();
        let kind = KindCode::of(opened[self.roll(opened.len())]);
        let role = self.situation.playbook().kind(kind).opened_by[0];
        let orgs = [self.org(), self.org()].into();
        let place = Place { point: None, grid: "211002016".parse().ok() };
        let verb = Verb::Open { kind, item: None, place, orgs, note: None, about: None };
        self.ask(role, "CENTRE", verb)
    }

    fn ask(&mut self, role: Role, org: &str, verb: Verb) -> Entry {
        let id = u128::try_from(self.journal.len()).unwrap();
        Entry::Command(Box::new(small_city::command(id, small_city::actor(role, org), verb)))
    }

    pub(super) fn case(&mut self) -> Option<Case> {
        let cases: Vec<_> = self.situation.cases().collect();
        let count = cases.len();
        let newest = count.saturating_sub(4);
        let from = if self.dice.is_multiple_of(5) { 0 } else { newest };
        let ids: Vec<CaseId> = cases[from..].iter().map(|case| case.id).collect();
        let id = *ids.get(self.roll(ids.len()))?;
        self.situation.case(id).cloned()
    }

    fn crew(&mut self) -> Option<Entry> {
        let unit = UnitId(u32::try_from(self.roll(3)).unwrap() + 1);
        let Some(row) = self.situation.unit(unit).cloned() else {
            let org = self.org();
            return Some(self.ask(
                Role::System,
                "CENTRE",
                Verb::Enrol { unit, name: "一班".into(), org },
            ));
        };
        let verb = match (row.engaged(), self.roll(3)) {
            (Some(case), 0) => Verb::Stamp { unit, case, stamp: OrderStamp::Displayed },
            (Some(_), 1) => Verb::ReportStatus { unit, status: UnitStatus::OnScene, grid: None },
            (Some(case), _) => Verb::Release { case, unit },
            (None, _) => Verb::Assign { case: self.case()?.id, unit },
        };
        let role = match verb {
            Verb::Release { .. } | Verb::Assign { .. } => Role::Dispatcher,
            _ => Role::Crew,
        };
        Some(self.ask(role, &row.org.0, verb))
    }

    /// What other partitions say.
    fn said_elsewhere(&mut self) -> Option<Entry> {
        let case = self.case()?;
        let became = CaseId { partition: self.elsewhere, number: case.id.number };
        if case.handover.is_some() {
            return Some(Entry::Receipt { case: case.id, became });
        }
        let tickets = self.situation.tickets_of(case.id).iter();
        let tickets = tickets.filter_map(|it| self.situation.ticket(*it).cloned()).collect();
        Some(Entry::Arrival(Box::new(Arrival {
            from: became,
            to: self.situation.partition(),
            position: Position::new(u64::try_from(self.journal.len()).unwrap(), 0),
            kind: case.kind,
            item: case.item,
            place: case.place,
            severity: Severity::Blue,
            urgency: Urgency::Normal,
            purpose: case.purpose,
            channel: case.channel,
            tickets,
        })))
    }

    fn ticket(&mut self) -> Option<Entry> {
        let case = self.case()?;
        let tickets = self.situation.tickets_of(case.id).to_vec();
        let ticket = *tickets.get(self.roll(tickets.len()))?;
        let verb = match self.roll(8) {
            0 => VerbCode::Exclude,
            1..3 => VerbCode::Contact,
            3..5 => VerbCode::Reply,
            _ => VerbCode::Visit,
        };
        let verb = self.of_ticket(ticket, verb);
        let role =
            if matches!(verb, Verb::Exclude { .. }) { Role::ShiftLeader } else { Role::Agent };
        Some(self.ask(role, "CENTRE", verb))
    }

    fn of_ticket(&mut self, ticket: TicketId, verb: VerbCode) -> Verb {
        let said = [
            Satisfaction::Satisfied,
            Satisfaction::FairlySatisfied,
            Satisfaction::Dissatisfied,
            Satisfaction::NotSaid,
        ];
        match verb {
            VerbCode::Exclude => Verb::Exclude {
                ticket,
                reason: ExclusionReason::Unreasonable,
                second: "wang".into(),
            },
            VerbCode::Contact => Verb::Contact { ticket },
            VerbCode::Reply => Verb::Reply { ticket, text: None },
            _ => Verb::Visit {
                ticket,
                resolved: self.roll(3) != 0,
                satisfaction: said[self.roll(4)],
            },
        }
    }

    /// One of the moves that a case's kind has where it stands.
    fn step(&mut self) -> Option<Entry> {
        let case = self.case()?;
        let kind = self.situation.playbook().kind(case.kind).clone();
        let (_, stage) = kind.stage(case.stage, case.state)?;
        // What leads on is asked more often than what only adds.
        let parts = !case.parts.is_empty();
        // What is seldom possible is asked whenever it is.
        let seldom = |it: &&Move| {
            use VerbCode::{AllowExtension, Decline, DenyExtension, JointSession};
            matches!(it.verb, AllowExtension | Decline | DenyExtension | JointSession)
        };
        let moves: Vec<&Move> = match self.roll(10) {
            0 => kind.moves(stage).filter(seldom).collect(),
            1..4 => kind.moves(stage).filter(|a_move| a_move.to.is_some()).collect(),
            4..7 => stage.moves.iter().collect(),
            7..9 if parts => kind.also.iter().filter(|it| it.verb == VerbCode::PartDone).collect(),
            _ => kind.moves(stage).collect(),
        };
        let a_move = *moves.get(self.roll(moves.len()))?;
        let roles = who(a_move);
        let role = *roles.get(self.roll(roles.len()))?;
        let verb = self.verb(&case, a_move)?;
        let org = match (&verb, &case.lead) {
            (Verb::PartDone { .. }, _) => case.parts.iter().find(|(_, it)| !it.ended)?.0.0.clone(),
            (_, Some(lead)) if matches!(role, Role::Handler | Role::Mediator) => lead.0.clone(),
            (_, None) if role == Role::Handler => self.org().0,
            _ => "CENTRE".to_owned(),
        };
        let actor = small_city::actor(role, &org);
        let tickets = self.situation.tickets_of(case.id).iter();
        let mut tickets = tickets.filter_map(|ticket| self.situation.ticket(*ticket));
        let owed = tickets.any(Ticket::is_owed_a_reply);
        let playbook = self.situation.playbook();
        let owed = || owed;
        let asking = Asking { playbook, actor: &actor, now: self.now, owed: &owed };
        // What its kind's table refuses is asked now and then, too.
        let refused = may(asking, &case, (a_move.verb, a_move.step)).is_err();
        if refused && self.roll(12) != 0 {
            return None;
        }
        Some(self.ask(role, &org, verb))
    }
}
