//! A room in one thread: a journal in memory, the core, and a watcher that folds its changes. Its
//! time is the files'.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::domain::limits::READ_ENTRIES_MAX;
use crate::domain::{
    Actor, CaseId, Change, ChangeRange, Command, CommandId, Digest, Entry, Epoch, OrgCode, Outcome,
    Partition, Placed, Playbook, Position, Refusal, Role, SourceKey, Timestamp, Verb,
};
use crate::journal::{Journal, MemoryJournal, Topic};
use crate::picture::figures::{Asked, By, Key, Value, Weights, Window, figure, value};
use crate::picture::{Folded, Picture, Rows};
use crate::situation::{CORE, Effects, Situation, apply};
use crate::telemetry::Clock;
use crate::tools::reports::ToolError;
use crate::wire::entry_v1;

/// The one partition.
const PARTITION: Partition = Partition(1);
/// The centre, which sends and checks, and handles nothing itself.
pub(super) const CENTRE: &str = "CENTRE";

/// The room.
#[derive(Debug)]
pub(super) struct Room {
    journal: MemoryJournal,
    clock: Clock,
    situation: Situation,
    effects: Effects,
    picture: Picture,
    /// Entries played.
    pub(super) entries: u64,
    /// What was refused: the position, and why.
    pub(super) refused: Vec<(Position, Refusal)>,
    commands: u128,
}

impl Room {
    /// A room of these rules, which opens at `at`.
    pub(super) fn open(rules: &Playbook, at: Timestamp) -> Result<Self, ToolError> {
        let clock = Clock::manual(at);
        let mut room = Self {
            journal: MemoryJournal::new(clock.clone()),
            clock,
            situation: Situation::new(PARTITION),
            effects: Effects::default(),
            picture: Picture::default(),
            entries: 0,
            refused: Vec::new(),
            commands: 0,
        };
        room.record(at, &[Entry::Core(CORE), Entry::Adopt(Box::new(rules.clone()))])?;
        Ok(room)
    }

    /// The core.
    pub(super) fn situation(&self) -> &Situation {
        &self.situation
    }

    /// Plays `entries` at `at`, after a tick; tells what became true.
    pub(super) fn play(
        &mut self,
        at: Timestamp,
        entries: Vec<Entry>,
    ) -> Result<Vec<Placed>, ToolError> {
        let mut all = Vec::with_capacity(entries.len().saturating_add(1));
        all.push(Entry::Tick);
        all.extend(entries);
        self.record(at, &all)
    }

    /// As [`Room::play`], of what somebody asks.
    pub(super) fn ask(
        &mut self,
        at: Timestamp,
        asked: Vec<(Actor, Verb)>,
    ) -> Result<Vec<Placed>, ToolError> {
        let command = |(actor, verb)| {
            self.commands += 1;
            let id = CommandId(self.commands);
            let command = Command { id, actor, expected_version: None, verb, arrived_at: at };
            Entry::Command(Box::new(command))
        };
        let entries = asked.into_iter().map(command).collect();
        self.play(at, entries)
    }

    /// One record: appended, read again, applied, published, folded.
    fn record(&mut self, at: Timestamp, entries: &[Entry]) -> Result<Vec<Placed>, ToolError> {
        self.clock.set(at);
        let encoded: Result<Vec<Bytes>, _> = entries.iter().map(entry_v1::encode).collect();
        let encoded = encoded.map_err(|error| broken(&error))?;
        let pending = self.journal.append(Topic::Journal, PARTITION, encoded);
        pending.durable_blocking().map_err(|error| broken(&error))?;
        let mut placed = Vec::new();
        let from = self.situation.position();
        loop {
            let after = self.situation.position();
            let page = self.journal.read(Topic::Journal, PARTITION, after, READ_ENTRIES_MAX);
            let page = page.map_err(|error| broken(&error))?;
            if page.is_empty() {
                break;
            }
            for stored in page {
                let entry = entry_v1::decode(&stored.bytes).map_err(|error| broken(&error))?;
                self.apply((stored.position, stored.at), entry, &mut placed);
            }
        }
        self.publish(from, placed)
    }

    fn apply(&mut self, at: (Position, Timestamp), entry: Entry, placed: &mut Vec<Placed>) {
        self.entries += 1;
        apply(&mut self.situation, &mut self.effects, at, entry);
        for (index, change) in (0..).zip(self.effects.changes.drain(..)) {
            if let Change::CommandAnswered { outcome: Outcome::Refused(why), .. } = &change {
                self.refused.push((at.0, *why));
            }
            placed.push(Placed { position: at.0, at: at.1, index, change });
        }
    }

    fn publish(&mut self, from: Position, changes: Vec<Placed>) -> Result<Vec<Placed>, ToolError> {
        let range = ChangeRange {
            partition: PARTITION,
            epoch: Epoch(1),
            from,
            to: self.situation.position(),
            at: self.situation.now(),
            speaker: 1,
            core: CORE,
            digest: self.situation.digest(),
            elsewhere: false,
            changes,
            orders: Vec::new(),
        };
        match self.picture.fold(&range) {
            Folded::Taken => Ok(range.changes),
            other => Err(broken(&format!("the watcher took a range as {other:?}"))),
        }
    }

    fn rows(&self) -> Option<&Rows> {
        self.picture.rows(PARTITION)
    }

    /// The figure `id` of everything over `window`, as a page reads it.
    pub(super) fn figure(&self, id: &str, window: Window) -> Result<Value, ToolError> {
        let found = figure(id).ok_or_else(|| broken(&format!("there is no figure {id}")))?;
        let asked = Asked { window, by: By::All, place: None, org: None, closed: true };
        let mut sums = BTreeMap::new();
        if let Some(rows) = self.rows() {
            rows.figures.add_rows(&rows.playbook, &asked, &mut sums);
        }
        let sums = sums.remove(&Key::All).unwrap_or_default();
        Ok(value(found, &sums, &Weights::default()))
    }

    /// The digest of what was said so far.
    pub(super) fn digest(&self) -> Digest {
        self.situation.digest()
    }
}

/// Who asks: a role of an office.
pub(super) fn actor(role: Role, org: &OrgCode) -> Actor {
    Actor { account: "timelines".to_owned(), role, org: org.clone() }
}

/// The centre, in a role.
pub(super) fn centre(role: Role) -> Actor {
    actor(role, &OrgCode(CENTRE.to_owned()))
}

/// The cases that signals opened or joined, in the order of the changes.
pub(super) fn cases_of(changes: &[Placed]) -> impl Iterator<Item = (SourceKey, CaseId)> {
    changes.iter().filter_map(|placed| match &placed.change {
        Change::TicketMoved { ticket } => Some((ticket.source, ticket.case)),
        _ => None,
    })
}

pub(super) fn broken(why: &dyn std::fmt::Display) -> ToolError {
    ToolError::Asked(format!("the room: {why}"))
}
