//! One case whole: its tickets, why each is there, its timeline; words where they may be read.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use serde::Deserialize;

use crate::access::{Act, Turned, Visitor};
use crate::domain::{OrgCode, Playbook, Sealed, Step, Ticket, TicketId, Timestamp};
use crate::vault::{Vault, VaultError};
use crate::wire::pages::{CasePage, ErasedPage, Opened, StepRow, TicketRow};
use crate::wire::words_v1;

use super::super::asking::Asking;
use super::super::gateway::Gateway;
use super::super::others::step_names_seen;
use super::super::reads::case_seen;
use super::super::refused::Problem;
use super::kinds::{marks, road};
use super::offers::Offers;

/// `GET /api/v1/cases/{id}`
pub(in crate::gateway) async fn case(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
    id: Path<String>,
    asked: Result<Query<CaseAsked>, QueryRejection>,
) -> Result<Json<CasePage>, Problem> {
    let Query(CaseAsked { org }) = asked.map_err(Problem::unreadable)?;
    let case = case_seen(&gateway, &visitor, id)?;
    let county = gateway.county(case.id.partition)?;
    let Found { tickets, steps, playbook, now } = county.look_at(|rows, _, now| {
        let numbers = rows.members.get(&case.id).into_iter().flatten();
        let tickets = numbers.filter_map(|number| rows.tickets.get(number)).cloned().collect();
        let steps = rows.timelines.get(&case.id).into_iter().flatten().cloned().collect();
        Found { tickets, steps, playbook: Arc::clone(&rows.playbook), now }
    });
    let offers = Offers::new(&visitor, (&case, &tickets, org.as_ref()), (&playbook, now))?;
    let offers = offers.unless(gateway.parts.read_only);
    let words = visitor.may_read_words(&case);
    let readers = Readers { words, contacts: words && visitor.may(Act::ReadContacts).is_ok() };
    let member = |ticket: &Arc<Ticket>| TicketRow {
        offers: offers.of_ticket(ticket),
        ..gateway.ticket_row(ticket, readers)
    };
    let members = tickets.iter().map(member).collect();
    let timeline = steps
        .into_iter()
        .filter(|step| step_names_seen(step, |other| gateway.names(&visitor, other)))
        .map(|mut step| {
            let sealed = step.what.words_mut().and_then(Option::take);
            StepRow { step, written: gateway.opened(sealed.as_ref(), words) }
        })
        .collect();
    let as_of = gateway.as_of(case.id.partition, county);
    Ok(Json(CasePage {
        acting: offers.acting(),
        offers: offers.of_case(),
        marks: marks(&playbook, &case),
        reply_unit: playbook.limits.reply.unit,
        road: road(&playbook, &case),
        row: gateway.case_row(&visitor, Arc::clone(&case)),
        members,
        timeline,
        as_of,
    }))
}

/// For whom the reader would ask.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::gateway) struct CaseAsked {
    org: Option<OrgCode>,
}

/// What the picture has of a case besides its row.
struct Found {
    tickets: Vec<Arc<Ticket>>,
    steps: Vec<Step>,
    playbook: Arc<Playbook>,
    now: Timestamp,
}

/// `POST /api/v1/tickets/{id}/erase`: destroys the key of a ticket's words, for ever.
pub(in crate::gateway) async fn erase(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
    Path(id): Path<String>,
) -> Result<Json<ErasedPage>, Problem> {
    visitor.may(Act::EraseWords)?;
    let ticket: TicketId = id.parse().map_err(Problem::unreadable)?;
    let row = gateway.ticket_seen(&visitor, ticket)?;
    let erasing = gateway.clone();
    let work = move || erasing.parts.vault.erase(Vault::key_for(row.source));
    let erased = tokio::task::spawn_blocking(work).await.map_err(Problem::broken)?;
    erased.map_err(Problem::broken)?;
    let account = visitor.account().unwrap_or_default();
    tracing::info!(%ticket, account, "the words of a ticket were erased");
    Ok(Json(ErasedPage { ticket, erased: true }))
}

impl Gateway {
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
        TicketRow { ticket, written, offers: Vec::new(), lat, lon }
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
