//! Finding one case whole: in the picture, or in the archive once it has left memory.

use std::sync::Arc;

use crate::access::{Act, Visitor};
use crate::archive::Asked;
use crate::domain::{Case, CaseId, Playbook, Step, Ticket, TicketId, Timestamp};

use super::super::gateway::Gateway;
use super::super::refused::Problem;

/// A case, and what belongs to it.
pub(super) struct Whole {
    pub(super) case: Arc<Case>,
    pub(super) tickets: Vec<Arc<Ticket>>,
    pub(super) steps: Vec<Arc<Step>>,
    pub(super) playbook: Arc<Playbook>,
    pub(super) now: Timestamp,
    /// Whether it has left memory: nothing more can be asked of it.
    pub(super) archived: bool,
}

impl Gateway {
    /// The case `id`, where it is the visitor's to see.
    pub(super) async fn whole(&self, visitor: &Visitor, id: CaseId) -> Result<Whole, Problem> {
        visitor.may(Act::ReadRows)?;
        let whole = match self.whole_open(id) {
            Some(open) => Some(open),
            None => self.whole_archived(id).await?,
        };
        let reaches = self.door.reaches(visitor, id.partition);
        whole
            .filter(|found| reaches && visitor.may_see(&found.case))
            .ok_or_else(|| Problem::unknown(format!("there is no case {id} for you to see")))
    }

    fn whole_open(&self, id: CaseId) -> Option<Whole> {
        self.county(id.partition).ok()?.look_at(|rows, _, now| {
            let case = Arc::clone(rows.cases.get(&id)?);
            let numbers = rows.members.get(&id).into_iter().flatten();
            let tickets = numbers.filter_map(|number| rows.tickets.get(number)).cloned().collect();
            let steps = rows.timelines.get(&id).into_iter().flatten().cloned().collect();
            let playbook = Arc::clone(&rows.playbook);
            Some(Whole { case, tickets, steps, playbook, now, archived: false })
        })
    }

    async fn whole_archived(&self, id: CaseId) -> Result<Option<Whole>, Problem> {
        let (Ok(county), Some(index)) = (self.county(id.partition), self.parts.archive.clone())
        else {
            return Ok(None);
        };
        let asked = Asked { number: Some(id.to_string()), ..Asked::default() };
        let work = move || index.search(&asked, |case| case.row.id == id, 1);
        let found = tokio::task::spawn_blocking(work).await.map_err(Problem::broken)?;
        let found = found.map_err(Problem::broken)?.cases.pop();
        Ok(found.map(|found| Whole {
            case: Arc::new(found.case.row),
            tickets: found.case.tickets.into_iter().map(Arc::new).collect(),
            steps: found.case.timeline,
            playbook: county.look(|rows| Arc::clone(&rows.playbook)),
            now: found.case.at,
            archived: true,
        }))
    }

    /// The ticket `id`, wherever its case is, and whether that has left memory.
    pub(super) fn ticket_anywhere(&self, id: TicketId) -> Result<Option<(Ticket, bool)>, Problem> {
        let Ok(county) = self.county(id.partition) else { return Ok(None) };
        if let Some(row) = county.look(|rows| rows.tickets.get(&id).map(Arc::clone)) {
            return Ok(Some((Arc::unwrap_or_clone(row), false)));
        }
        let Some(index) = &self.parts.archive else { return Ok(None) };
        let asked = Asked { number: Some(id.to_string()), ..Asked::default() };
        let holds = |ticket: &Ticket| ticket.id == id;
        let found = index.search(&asked, |case| case.tickets.iter().any(holds), 1);
        let found = found.map_err(Problem::broken)?.cases.pop();
        let ticket = found.and_then(|found| found.case.tickets.into_iter().find(holds));
        Ok(ticket.map(|ticket| (ticket, true)))
    }
}
