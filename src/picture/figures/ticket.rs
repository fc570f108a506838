//! A ticket's share of the figures: the three rates 三率, and what stands outside them.

use serde::{Deserialize, Serialize};

use crate::domain::trade::Satisfaction;
use crate::domain::{CaseId, Channel, Reply, Ticket, Timestamp};

use super::facts::{Fact, Gauge};
use super::keys::Slot;
use super::life::Whose;
use super::marks::Marks;

/// What figures remember of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Asker {
    /// The case it counts with.
    pub(super) case: CaseId,
    /// The row of its own channel.
    pub(super) channel: Slot,
    pub(super) admitted_at: Timestamp,
    /// Whether citizens or firms speak there, and not the city's own eyes.
    pub(super) citizen: bool,
    /// Whether it is owed a word: who took it back or owes nothing is in no rate.
    pub(super) owed: bool,
    pub(super) contact_due: Timestamp,
    pub(super) contacted_at: Option<Timestamp>,
    pub(super) visited: Option<(Timestamp, bool, Satisfaction)>,
    pub(super) excluded_at: Option<Timestamp>,
    /// Whether the time to speak with them has passed.
    pub(super) late: bool,
}

impl Asker {
    /// What is remembered of `ticket` at `now`.
    pub(super) fn of(
        ticket: &Ticket,
        channel: Slot,
        (contact_due, now): (Timestamp, Timestamp),
    ) -> Self {
        let replied_at = match ticket.reply {
            Reply::Given { at, .. } => Some(at),
            Reply::NotOwed | Reply::Owed { .. } => None,
        };
        let spoken = [ticket.contacted_at, replied_at];
        Self {
            case: ticket.case,
            channel,
            admitted_at: ticket.admitted_at,
            citizen: is_citizens(ticket.channel),
            owed: ticket.reply != Reply::NotOwed,
            contact_due,
            contacted_at: spoken.into_iter().flatten().min(),
            visited: ticket.visit.as_ref().map(|it| (it.at, it.resolved, it.satisfaction)),
            excluded_at: ticket.exclusion.as_ref().map(|exclusion| exclusion.at),
            late: contact_due < now,
        }
    }

    /// Whether it waits for a first word that counts.
    pub(super) fn waits(&self) -> bool {
        self.owed && self.excluded_at.is_none() && self.contacted_at.is_none()
    }

    /// What it counts for, with its case; its organisation is its case's lead. One that came from
    /// another partition was admitted there.
    pub(super) fn mark(&self, whose: Whose, marks: &mut Marks) {
        let org = whose.lead;
        marks.fact(Fact::TicketAdmitted, Some(self.admitted_at).filter(|_| !whose.arrived), org);
        marks.fact(Fact::TicketExcluded, self.excluded_at, org);
        marks.now(Gauge::ContactOverdue, self.waits() && self.late, org);
        let counts = self.owed && self.excluded_at.is_none();
        let contacted = self.contacted_at.filter(|_| counts);
        marks.fact(Fact::Contacted, contacted, org);
        let in_time = contacted.filter(|at| *at <= self.contact_due);
        marks.fact(Fact::ContactedInTime, in_time, org);
        let visited = self.visited.filter(|_| counts);
        let so = |stands: bool| visited.map(|(at, ..)| at).filter(|_| stands);
        let (_, solved, said) = visited.unwrap_or((Timestamp::MIN, false, Satisfaction::NotSaid));
        marks.fact(Fact::Visited, so(true), org);
        marks.fact(Fact::Solved, so(solved), org);
        marks.fact(Fact::Answered, so(said != Satisfaction::NotSaid), org);
        let satisfied = matches!(said, Satisfaction::Satisfied | Satisfaction::FairlySatisfied);
        marks.fact(Fact::Satisfied, so(satisfied), org);
    }
}

/// Whether who asks there is a citizen or a firm, and not the city itself.
fn is_citizens(channel: Channel) -> bool {
    match channel {
        Channel::PublicApp
        | Channel::Hotline
        | Channel::Police110
        | Channel::Petition
        | Channel::Business => true,
        Channel::Grid | Channel::Video | Channel::Sensor | Channel::Superior => false,
    }
}

/// Whether the city itself sees there: its patrols, cameras and sensors.
pub(super) fn is_own_eyes(channel: Channel) -> bool {
    matches!(channel, Channel::Grid | Channel::Video | Channel::Sensor)
}
