//! What is true in one partition, and nothing that merely looks so.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::{
    ByNumber, Case, CaseId, Digest, ItemCode, Partition, Playbook, Position, Proposal, Purpose,
    Registers, Tally, Ticket, TicketId, Timestamp, Unit, UnitId,
};

use super::answers::Answers;
use super::apply::CORE;
use super::clocks::Clocks;
use super::count::Count;
use super::dossier::Dossier;
use super::fuse::Fusion;
use super::sources::Sources;

/// The situation of one partition at one position.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Situation {
    pub(super) partition: Partition,
    pub(super) position: Position,
    pub(super) now: Timestamp,
    pub(super) core: u32,
    pub(super) digest: Digest,
    pub(super) playbook: Arc<Playbook>,
    pub(super) cases: ByNumber<CaseId, Dossier>,
    pub(super) tickets: ByNumber<TicketId, Arc<Ticket>>,
    pub(super) units: BTreeMap<UnitId, Unit>,
    /// How many of the cases are not ended.
    pub(super) open: usize,
    /// Where new reports go while the partition is full, by item and purpose.
    pub(super) overflow: BTreeMap<(Option<ItemCode>, Purpose), CaseId>,
    /// What came from other partitions, by who sent it and where that stands.
    pub(super) arrivals: BTreeMap<(Partition, Position), CaseId>,
    pub(super) cases_numbered: u64,
    pub(super) tickets_numbered: u64,
    pub(super) answers: Answers,
    pub(super) sources: Sources,
    pub(super) clocks: Clocks,
    pub(super) fusion: Fusion,
    pub(super) count: Count,
    /// Rules that wait for a second person; in the city's own partition only.
    pub(super) proposal: Option<Arc<Proposal>>,
    /// What is in force and proposed of each register; there, too.
    pub(super) registers: Registers,
}

impl Situation {
    /// The empty situation, before the first entry.
    #[must_use]
    pub fn new(partition: Partition) -> Self {
        Self {
            partition,
            position: Position::START,
            now: Timestamp::MIN,
            core: 0,
            digest: Digest::default(),
            playbook: Arc::default(),
            cases: ByNumber::default(),
            tickets: ByNumber::default(),
            units: BTreeMap::new(),
            open: 0,
            overflow: BTreeMap::new(),
            arrivals: BTreeMap::new(),
            cases_numbered: 0,
            tickets_numbered: 0,
            answers: Answers::default(),
            sources: Sources::default(),
            clocks: Clocks::default(),
            fusion: Fusion::default(),
            count: Count::default(),
            proposal: None,
            registers: Registers::new(),
        }
    }

    /// Whose situation it is.
    #[must_use]
    pub fn partition(&self) -> Partition {
        self.partition
    }

    /// The last entry applied.
    #[must_use]
    pub fn position(&self) -> Position {
        self.position
    }

    /// The journal's time there.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The core that decides, as the journal set it; 0 before it did.
    #[must_use]
    pub fn core(&self) -> u32 {
        self.core
    }

    /// Whether this build's core decides here. Where not, [`super::apply`] passes everything over
    /// and the position stays: only a build of that core may go on.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.core == CORE || self.core == 0
    }

    /// The running digest: of every change so far, in order.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The rules in force.
    #[must_use]
    pub fn playbook(&self) -> &Playbook {
        &self.playbook
    }

    /// The counts.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        self.count.tally()
    }

    /// What fusion remembers.
    #[must_use]
    pub fn fusion(&self) -> &Fusion {
        &self.fusion
    }

    /// A case that is here, open or ended.
    #[must_use]
    pub fn case(&self, case: CaseId) -> Option<&Case> {
        self.cases.get(&case).map(|dossier| dossier.row.as_ref())
    }

    /// Every case that is here, by number.
    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        self.cases.values().map(|dossier| dossier.row.as_ref())
    }

    /// How many cases are not ended.
    #[must_use]
    pub fn open_cases(&self) -> usize {
        self.open
    }

    /// The tickets of a case, in the order they came.
    #[must_use]
    pub fn tickets_of(&self, case: CaseId) -> &[TicketId] {
        self.cases.get(&case).map_or(&[], |dossier| &dossier.tickets)
    }

    /// A ticket that is here.
    #[must_use]
    pub fn ticket(&self, ticket: TicketId) -> Option<&Ticket> {
        self.tickets.get(&ticket).map(AsRef::as_ref)
    }

    /// Every ticket that is here, by number.
    pub fn tickets(&self) -> impl Iterator<Item = &Ticket> {
        self.tickets.values().map(AsRef::as_ref)
    }

    /// A unit of the register.
    #[must_use]
    pub fn unit(&self, unit: UnitId) -> Option<&Unit> {
        self.units.get(&unit)
    }

    /// Every unit of the register, by number.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.units.values()
    }
}
