//! One case whole: its tickets, why each is there, its timeline; words where they may be read.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};

use crate::access::{Act, Turned, Visitor};
use crate::domain::{Happened, Sealed, Step, Ticket, TicketId};
use crate::vault::{Vault, VaultError};
use crate::wire::pages::{CasePage, ErasedPage, Opened, StepRow, TicketRow};
use crate::wire::words_v1;

use super::asking::Asking;
use super::gateway::Gateway;
use super::others::step_names_seen;
use super::reads::case_seen;
use super::refused::Problem;

/// `GET /api/v1/cases/{id}`
pub(super) async fn case(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
    id: Path<String>,
) -> Result<Json<CasePage>, Problem> {
    let case = case_seen(&gateway, &visitor, id)?;
    let county = gateway.county(case.id.partition)?;
    let (tickets, steps): (Vec<Arc<Ticket>>, Vec<Step>) = county.look(|rows| {
        let numbers = rows.members.get(&case.id).into_iter().flatten();
        let tickets = numbers.filter_map(|number| rows.tickets.get(number)).cloned().collect();
        let steps = rows.timelines.get(&case.id).into_iter().flatten().cloned().collect();
        (tickets, steps)
    });
    let words = visitor.may_read_words(&case);
    let readers = Readers { words, contacts: words && visitor.may(Act::ReadContacts).is_ok() };
    let members = tickets.iter().map(|ticket| gateway.ticket_row(ticket, readers)).collect();
    let timeline = steps
        .into_iter()
        .filter(|step| step_names_seen(step, |other| gateway.names(&visitor, other)))
        .map(|step| {
            let written = gateway.opened(words_of(&step), words);
            StepRow { step: without_words(step), written }
        })
        .collect();
    let as_of = gateway.as_of(case.id.partition, county);
    Ok(Json(CasePage { row: gateway.case_row(&visitor, case), members, timeline, as_of }))
}

/// `POST /api/v1/tickets/{id}/erase`: destroys the key of a ticket's words, for ever.
pub(super) async fn erase(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
    Path(id): Path<String>,
) -> Result<Json<ErasedPage>, Problem> {
    visitor.may(Act::EraseWords)?;
    let ticket: TicketId = id.parse().map_err(Problem::unreadable)?;
    let account = visitor.account().unwrap_or_default().to_owned();
    let erasing = gateway.clone();
    let work = move || erasing.erase_words(&visitor, ticket);
    tokio::task::spawn_blocking(work).await.map_err(Problem::broken)??;
    tracing::info!(%ticket, account, "the words of a ticket were erased");
    Ok(Json(ErasedPage { ticket, erased: true }))
}

impl Gateway {
    /// Erases the words of a ticket, wherever its case is.
    fn erase_words(&self, visitor: &Visitor, ticket: TicketId) -> Result<(), Problem> {
        let erase = |row: &Ticket| {
            let erased = self.parts.vault.erase(Vault::key_for(row.source));
            erased.map(drop).map_err(Problem::broken)
        };
        if let Some(row) = self.archived_ticket(visitor, ticket)? {
            erase(&row)?;
            if let Some(index) = &self.parts.archive {
                index.note_erasure(ticket).map_err(Problem::broken)?;
            }
            return Ok(());
        }
        erase(&*self.ticket_seen(visitor, ticket)?)
    }

    /// The row of `ticket`, where it lies in the visitor's place.
    fn ticket_seen(&self, visitor: &Visitor, ticket: TicketId) -> Result<Arc<Ticket>, Problem> {
        let unknown = || Problem::unknown(format!("there is no ticket {ticket} for you to see"));
        let county = self.county(ticket.partition).map_err(|_| unknown())?;
        let row = county.look(|rows| rows.tickets.get(&ticket).cloned()).ok_or_else(unknown)?;
        let theirs = self.door.reaches(visitor, ticket.partition) && visitor.covers(row.place.grid);
        if theirs { Ok(row) } else { Err(Turned::OutsideScope.into()) }
    }

    fn ticket_row(&self, ticket: &Ticket, readers: Readers) -> TicketRow {
        let mut ticket = ticket.clone();
        let sealed = ticket.words.take();
        let written = match self.opened(sealed.as_ref(), readers.words) {
            Opened::None => Opened::None,
            Opened::Sealed => Opened::Sealed,
            Opened::Erased => Opened::Erased,
            Opened::Clear(text) => words_v1::decode(&text).map_or(Opened::Sealed, |mut words| {
                words.contact = words.contact.filter(|_| readers.contacts);
                Opened::Clear(words)
            }),
        };
        let (lat, lon) = self.degrees(ticket.place.point);
        TicketRow { ticket, written, lat, lon }
    }

    /// What sealed words say to someone who may read them, or may not.
    fn opened(&self, sealed: Option<&Sealed>, readable: bool) -> Opened<String> {
        let Some(sealed) = sealed else { return Opened::None };
        if !readable {
            return Opened::Sealed;
        }
        match self.parts.vault.open_words(sealed) {
            Ok(words) => Opened::Clear(words),
            Err(VaultError::Erased) => Opened::Erased,
            Err(error) => {
                tracing::warn!(%error, "words could not be opened");
                Opened::Sealed
            }
        }
    }
}

/// What a visitor may read of a case.
#[derive(Debug, Clone, Copy)]
struct Readers {
    words: bool,
    contacts: bool,
}

/// The words of a step.
fn words_of(step: &Step) -> Option<&Sealed> {
    match &step.what {
        Happened::Handled { note } => note.as_ref(),
        Happened::Replied { text, .. } => text.as_ref(),
        _ => None,
    }
}

/// The step without its sealed words.
fn without_words(mut step: Step) -> Step {
    match &mut step.what {
        Happened::Handled { note } => *note = None,
        Happened::Replied { text, .. } => *text = None,
        _ => {}
    }
    step
}
