//! What a verb is about, and so which partition decides.

use crate::config::PartitionTable;
use crate::domain::trade::Subject;
use crate::domain::{CaseId, OrgCode, Partition, UnitId};

use super::gateway::Gateway;
use super::refused::Problem;

impl Gateway {
    /// The partition that decides; `named` is the request's own word for a unit's.
    pub(super) fn partition_of(
        &self,
        subject: Subject<'_>,
        named: Option<Partition>,
    ) -> Result<Partition, Problem> {
        let own = match subject {
            Subject::Case(case) => Some(case.partition),
            Subject::Ticket(ticket) => Some(ticket.partition),
            Subject::Place(place) => place.grid.map(|grid| self.parts.config.partitions.of(grid)),
            Subject::Unit(..) => None,
        };
        match (own, named, subject) {
            (Some(own), Some(named), _) if own != named => {
                Err(Problem::senseless("`partition` is not the one in the id"))
            }
            (Some(own), _, _) => Ok(own),
            (None, Some(named), _) => Ok(named),
            (None, None, Subject::Unit(unit, org)) => Ok(self.register_of(unit, org)),
            (None, None, _) => Ok(Partition::CITY),
        }
    }

    /// The case it is about, as far as the picture knows.
    pub(super) fn case_of(&self, subject: Subject<'_>) -> Option<CaseId> {
        match subject {
            Subject::Case(case) => Some(case),
            Subject::Ticket(ticket) => {
                let county = self.county(ticket.partition).ok()?;
                county.look(|rows| rows.tickets.get(&ticket).map(|row| row.case))
            }
            Subject::Unit(..) | Subject::Place(_) => None,
        }
    }

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
