//! One case whole: its tickets, why each is there, its timeline; words where they may be read.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use serde::Deserialize;

use crate::access::{Act, Turned, Visitor};
use crate::domain::{CaseId, OrgCode, Sealed, Ticket, TicketId};
use crate::vault::{Vault, VaultError};
use crate::wire::pages::{CasePage, ErasedPage, Opened, StepRow, TicketRow};
use crate::wire::words_v1;

use super::super::asking::Asking;
use super::super::gateway::Gateway;
use super::super::others::step_names_seen;
use super::super::refused::Problem;
use super::kinds::{marks, road};
use super::offers::Offers;
use super::whole::Whole;

/// `GET /api/v1/cases/{id}`
pub(in crate::gateway) async fn case(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
    id: Result<Path<String>, PathRejection>,
    asked: Result<Query<CaseAsked>, QueryRejection>,
) -> Result<Json<CasePage>, Problem> {
    let Query(CaseAsked { org }) = asked.map_err(Problem::unreadable)?;
    let id: CaseId = id.map_err(Problem::unreadable)?.0.parse().map_err(Problem::unreadable)?;
    let whole = gateway.whole(&visitor, id).await?;
    let Whole { case, tickets, steps, playbook, now, archived } = whole;
    let county = gateway.county(id.partition)?;
    let offers = Offers::new(&visitor, (&case, &tickets, org.as_ref()), (&playbook, now))?;
    let offers = offers.unless(archived || gateway.parts.read_only);
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
        .map(|step| {
            let mut step = Arc::unwrap_or_clone(step);
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
        archived,
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

/// `POST /api/v1/tickets/{id}/erase`: destroys the key of a ticket's words, for ever.
pub(in crate::gateway) async fn erase(
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
    fn erase_words(&self, visitor: &Visitor, id: TicketId) -> Result<(), Problem> {
        let unknown = || Problem::unknown(format!("there is no ticket {id} for you to see"));
        let (row, archived) = self.ticket_anywhere(id)?.ok_or_else(unknown)?;
        if !(self.door.reaches(visitor, id.partition) && visitor.covers(row.place.grid)) {
            return Err(Turned::OutsideScope.into());
        }
        self.parts.vault.erase(Vault::key_for(row.source)).map_err(Problem::broken)?;
        if let Some(index) = self.parts.archive.as_ref().filter(|_| archived) {
            index.note_erasure(id).map_err(Problem::broken)?;
        }
        Ok(())
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
