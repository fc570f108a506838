//! What a verb is about, and so which partition decides.

use crate::config::PartitionTable;
use crate::domain::{CaseId, OrgCode, Partition, TicketId, UnitId, Verb};

use super::gateway::Gateway;
use super::refused::Problem;

/// What a verb is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Subject<'a> {
    Case(CaseId),
    Ticket(TicketId),
    /// A unit, and whose it is to be.
    Unit(UnitId, Option<&'a OrgCode>),
}

impl<'a> Subject<'a> {
    /// The subject of `verb`.
    pub(super) fn of(verb: &'a Verb) -> Self {
        match verb {
            Verb::AskVerify { case }
            | Verb::VerifyYes { case }
            | Verb::VerifyNo { case, .. }
            | Verb::File { case, .. }
            | Verb::Reject { case, .. }
            | Verb::Merge { case, .. }
            | Verb::Unmerge { case }
            | Verb::Split { case, .. }
            | Verb::Decline { case, .. }
            | Verb::Dispatch { case, .. }
            | Verb::Assign { case, .. }
            | Verb::Release { case, .. }
            | Verb::Accept { case }
            | Verb::Return { case, .. }
            | Verb::Handled { case, .. }
            | Verb::CheckPass { case }
            | Verb::CheckFail { case, .. }
            | Verb::Reopen { case, .. }
            | Verb::Cancel { case, .. }
            | Verb::Urge { case } => Self::Case(*case),
            Verb::Reply { ticket, .. } => Self::Ticket(*ticket),
            Verb::Enrol { unit, org, .. } => Self::Unit(*unit, Some(org)),
            Verb::ReportStatus { unit, .. } | Verb::Stamp { unit, .. } => Self::Unit(*unit, None),
        }
    }

    /// The partition that decides; `named` is the request's own word for a unit's.
    pub(super) fn partition(
        &self,
        gateway: &Gateway,
        named: Option<Partition>,
    ) -> Result<Partition, Problem> {
        let own = match self {
            Self::Case(case) => Some(case.partition),
            Self::Ticket(ticket) => Some(ticket.partition),
            Self::Unit(..) => None,
        };
        match (own, named, self) {
            (Some(own), Some(named), _) if own != named => {
                Err(Problem::senseless("`partition` is not the one in the id"))
            }
            (Some(own), _, _) => Ok(own),
            (None, Some(named), _) => Ok(named),
            (None, None, Self::Unit(unit, org)) => Ok(gateway.register_of(*unit, *org)),
            (None, None, _) => Ok(Partition::CITY),
        }
    }

    /// The case it is about, as far as the picture knows.
    pub(super) fn case(&self, gateway: &Gateway) -> Option<CaseId> {
        match self {
            Self::Case(case) => Some(*case),
            Self::Ticket(ticket) => {
                let county = gateway.county(ticket.partition).ok()?;
                county.look(|rows| rows.tickets.get(ticket).map(|row| row.case))
            }
            Self::Unit(..) => None,
        }
    }
}

impl Gateway {
    /// In whose register a unit is: where it was seen, or its organisation's county, or the city's.
    fn register_of(&self, unit: UnitId, org: Option<&OrgCode>) -> Partition {
        let partitions = &self.parts.config.partitions;
        if partitions.is_undivided() {
            return PartitionTable::ONLY;
        }
        let seen = self
            .counties
            .iter()
            .find(|(_, county)| county.look(|rows| rows.units.contains_key(&unit)))
            .map(|(partition, _)| *partition);
        let of_org = || {
            let (place, _) = org?.0.split_once('-')?;
            Some(partitions.of(place.parse().ok()?))
        };
        seen.or_else(of_org).unwrap_or(Partition::CITY)
    }
}
