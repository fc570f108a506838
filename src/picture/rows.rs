//! The rows of one partition: what a watcher may ask for.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::{
    Actor, AdoptionRefusal, ByNumber, Case, CaseId, Change, CommandId, Happened, Outcome, Placed,
    Playbook, Proposal, Register, Registers, SheetId, SheetRefusal, Step, Tally, Ticket, TicketId,
    Timestamp, Unit, UnitId,
};

use super::figures::{Figures, Moved};

/// Steps a case's timeline keeps; the oldest but the first go.
const TIMELINE_MAX: usize = 200;
/// Answers to commands kept for those who ask; the oldest go.
const ANSWERS_MAX: usize = 100_000;

/// The answer to a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Answer {
    /// The case it was about, where it had one.
    pub case: Option<CaseId>,
    /// What became of it.
    pub outcome: Outcome,
}

/// The rows of one partition.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rows {
    /// Cases.
    pub cases: ByNumber<CaseId, Arc<Case>>,
    /// Each case's tickets.
    pub members: ByNumber<CaseId, BTreeSet<TicketId>>,
    /// Tickets.
    pub tickets: ByNumber<TicketId, Arc<Ticket>>,
    /// Units.
    pub units: BTreeMap<UnitId, Unit>,
    /// The counts, as last said.
    pub tally: Tally,
    /// The rules in force.
    pub playbook: Arc<Playbook>,
    /// What happened to each case, oldest first.
    pub timelines: ByNumber<CaseId, VecDeque<Arc<Step>>>,
    /// Answers to commands.
    pub answers: BTreeMap<CommandId, Answer>,
    /// What is counted.
    pub figures: Figures,
    /// Rules that wait for a second person.
    pub proposal: Option<Arc<Proposal>>,
    /// What was last said of a proposal in vain: of which version, by whom, and why.
    pub adoption_refused: Option<(u32, Actor, AdoptionRefusal)>,
    /// Which sheets of each register are in force, and what waits.
    pub registers: Registers,
    /// What was last said of a sheet of each in vain.
    pub sheets_refused: BTreeMap<Register, (SheetId, String, SheetRefusal)>,
    answered: VecDeque<CommandId>,
}

impl Rows {
    /// How many there are of cases and tickets: what it costs to keep them.
    #[must_use]
    pub fn count(&self) -> u64 {
        let rows = self.cases.len().saturating_add(self.tickets.len());
        u64::try_from(rows).unwrap_or(u64::MAX)
    }

    /// Stores what one change says.
    pub(super) fn store(&mut self, placed: &Placed) {
        self.pass(placed.at);
        match &placed.change {
            Change::CaseMoved { case, step } => self.store_case(case, step),
            Change::CaseArchived { case } => self.drop_case(*case),
            Change::TicketMoved { ticket } => self.store_ticket(ticket),
            Change::UnitMoved { unit } => {
                self.figures.unit_moved(&self.playbook, unit);
                self.units.insert(unit.id, (**unit).clone());
            }
            Change::CommandAnswered { command, case, outcome, .. } => {
                self.store_answer(*command, Answer { case: *case, outcome: *outcome });
            }
            Change::TallyMoved { tally } => self.tally = (**tally).clone(),
            Change::PlaybookAdopted { playbook } => self.playbook = Arc::clone(playbook),
            Change::Restated => self.begin_anew(),
            Change::SignalAnswered { .. }
            | Change::CaseDeparted { .. }
            | Change::CaseArrived { .. }
            | Change::PlaybookRefused { .. }
            | Change::CoreSet { .. } => {}
            Change::FiguresRestated { case, .. } => {
                self.figures.restate_unfrozen(&self.playbook, *case);
            }
            Change::PlaybookProposed { proposal } => self.proposal = Some(Arc::clone(proposal)),
            Change::PlaybookApproved { .. } | Change::ProposalWithdrawn { .. } => {
                self.proposal = None;
            }
            Change::AdoptionRefused { version, by, why } => {
                self.adoption_refused = Some((*version, by.clone(), *why));
            }
            Change::RegisterMoved { register, sheets } => {
                self.registers.insert(*register, (**sheets).clone());
            }
            Change::SheetRefused { register, sheet, by, why } => {
                self.sheets_refused.insert(*register, (*sheet, by.clone(), *why));
            }
        }
    }

    /// Time passes in the figures.
    pub(super) fn pass(&mut self, to: Timestamp) {
        self.figures.pass(&self.playbook, to);
    }

    fn store_case(&mut self, case: &Arc<Case>, step: &Arc<Step>) {
        let before = self.cases.insert(case.id, Arc::clone(case));
        let (rules, before) = (self.playbook.as_ref(), before.as_deref());
        let members = self.members.get(&case.id);
        self.figures.case_moved(Moved { rules, before, case, step, members });
        if step.what == Happened::Restated {
            return;
        }
        let Some(timeline) = self.timelines.or_default(case.id) else { return };
        timeline.push_back(Arc::clone(step));
        if TIMELINE_MAX < timeline.len() {
            // How it began stays.
            timeline.remove(1);
        }
    }

    fn drop_case(&mut self, case: CaseId) {
        self.cases.remove(&case);
        let members = self.members.remove(&case).unwrap_or_default();
        self.figures.case_left(&self.playbook, case, &members);
        for ticket in members {
            self.tickets.remove(&ticket);
        }
        self.timelines.remove(&case);
    }

    fn store_ticket(&mut self, ticket: &Arc<Ticket>) {
        let before = self.tickets.insert(ticket.id, Arc::clone(ticket));
        if let Some(before) = before.filter(|before| before.case != ticket.case)
            && let Some(members) = self.members.get_mut(&before.case)
        {
            members.remove(&ticket.id);
        }
        if let Some(members) = self.members.or_default(ticket.case) {
            members.insert(ticket.id);
        }
        self.figures.ticket_moved(&self.playbook, ticket);
    }

    fn store_answer(&mut self, command: CommandId, answer: Answer) {
        if self.answers.insert(command, answer).is_none() {
            self.answered.push_back(command);
        }
        if ANSWERS_MAX < self.answered.len()
            && let Some(oldest) = self.answered.pop_front()
        {
            self.answers.remove(&oldest);
        }
    }

    /// Rows are about to be said again, all of them. Timelines, answers and figures are history and
    /// stay.
    fn begin_anew(&mut self) {
        self.cases.clear();
        self.members.clear();
        self.tickets.clear();
        self.units.clear();
        self.proposal = None;
        self.registers.clear();
    }
}
