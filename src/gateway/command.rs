//! A command's road in: checked at the door, its words sealed, journalled, and no more than that.
//!
//! **No back door.** The answer is the core's; it comes back with the changes.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use crate::access::{Act, Turned, Visitor, Whence};
use crate::domain::limits::TEXT_BYTES_MAX;
use crate::domain::trade::{Said, Subject};
use crate::domain::{
    Actor, CaseId, Command, CommandId, Entry, Outcome, Partition, Place, Sealed, SourceKey,
    Timestamp, Verb,
};
use crate::vault::Vault;
use crate::wire::pages::{CommandBody, CommandPage, CommandReceipt, Standing};

use super::asking::{Asking, Coming};
use super::gateway::{County, Gateway};
use super::refused::Problem;

/// Bytes a command's body may have.
pub(super) const BODY_BYTES_MAX: usize = 64 * 1_024;

/// `POST /api/v1/commands`
pub(super) async fn ask(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
    Coming(whence): Coming,
    body: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, Json<CommandReceipt>), Problem> {
    let read = || {
        let body = body.map_err(|_| Problem::too_large(BODY_BYTES_MAX))?;
        CommandBody::read(&body).map_err(Problem::unreadable)
    };
    let receipt = match read() {
        Ok(body) => journal(&gateway, (&visitor, whence), body).await?,
        Err(problem) => {
            count(&gateway, "turned_away");
            return Err(problem);
        }
    };
    Ok((StatusCode::ACCEPTED, Json(receipt)))
}

/// Journals what a visitor who comes from `whence` asks, and says where.
pub(super) async fn journal(
    gateway: &Gateway,
    (visitor, whence): (&Visitor, Whence),
    body: CommandBody,
) -> Result<CommandReceipt, Problem> {
    let arrived_at = gateway.parts.clock.now();
    let asked = Asked { gateway, visitor, whence };
    let journalled = async {
        let (partition, command) = asked.command(body, arrived_at)?;
        asked.journal(partition, command).await
    };
    let receipt = journalled.await;
    count(gateway, if receipt.is_ok() { "journalled" } else { "turned_away" });
    receipt
}

fn count(gateway: &Gateway, outcome: &str) {
    gateway.parts.metrics.gateway_commands_total.with_label_values(&[outcome]).inc();
}

/// One request.
struct Asked<'a> {
    gateway: &'a Gateway,
    visitor: &'a Visitor,
    whence: Whence,
}

impl Asked<'_> {
    /// The command of a body, and who decides it.
    fn command(
        &self,
        body: CommandBody,
        arrived_at: Timestamp,
    ) -> Result<(Partition, Command), Problem> {
        if self.gateway.parts.read_only {
            return Err(Problem::read_only());
        }
        self.visitor.may(Act::of(&body.verb))?;
        let actor = self.visitor.actor(body.org.as_ref())?;
        let subject = body.verb.subject();
        let partition = self.gateway.partition_of(subject, body.partition)?;
        self.gateway.county(partition)?;
        if let Verb::HandOver { to, .. } = &body.verb {
            // A case on its way to nowhere would be on its way for ever.
            self.gateway.county(*to)?;
        }
        if !self.gateway.door.reaches(self.visitor, partition) {
            return Err(Turned::OutsideScope.into());
        }
        if !matches!(subject, Subject::Place(_)) {
            self.within_scope(self.gateway.case_of(subject))?;
        }
        if let Verb::Open { place, about, .. } = &body.verb
            && (about.is_none() || place.grid.is_some())
        {
            self.covers(partition, *place)?;
        }
        let id = body.id.map_or_else(made_up, Ok)?;
        let words = Words { note: body.note, text: body.text };
        let verb = self.sealed(id, body.verb, words)?;
        let verb = self.agreed(verb, &actor, body.second_token.as_deref())?;
        let expected_version = body.expected_version;
        Ok((partition, Command { id, actor, expected_version, verb, arrived_at }))
    }

    /// Whose scope is a part of a county asks of cases in that part only.
    fn within_scope(&self, case: Option<CaseId>) -> Result<(), Problem> {
        if self.visitor.reaches_counties() {
            return Ok(());
        }
        let case = case.ok_or(Turned::OutsideScope)?;
        let county = self.gateway.county(case.partition)?;
        let grid = county.look(|rows| rows.cases.get(&case).map(|row| row.place.grid));
        let covered = grid.is_some_and(|grid| self.visitor.covers(grid));
        if covered { Ok(()) } else { Err(Turned::OutsideScope.into()) }
    }

    /// Whose scope is a part of a county opens cases in that part only; and a case that is about
    /// another lies where that is decided.
    fn covers(&self, partition: Partition, place: Place) -> Result<(), Problem> {
        let partitions = &self.gateway.parts.config.partitions;
        if place.grid.is_some_and(|grid| partitions.of(grid) != partition) {
            return Err(Problem::senseless("the place is not in the partition that decides"));
        }
        let covered = self.visitor.reaches_counties() || self.visitor.covers(place.grid);
        if covered { Ok(()) } else { Err(Turned::OutsideScope.into()) }
    }

    /// The verb with its words sealed.
    fn sealed(&self, id: CommandId, mut verb: Verb, words: Words) -> Result<Verb, Problem> {
        let misplaced = || {
            Problem::senseless(
                "words stand beside the verb, in clear: `text` with reply and instruct, `note` \
                 with verbs that have one",
            )
        };
        let source = self.gateway.source_of(verb.subject()).unwrap_or(SourceKey(id.0));
        let said = match verb.words_mut() {
            Some((Said::Note, place)) if words.text.is_none() => (words.note, place),
            Some((Said::Text, place)) if words.note.is_none() => (words.text, place),
            None if words.note.is_none() && words.text.is_none() => return Ok(verb),
            _ => return Err(misplaced()),
        };
        let (said, place) = said;
        if place.is_some() {
            return Err(misplaced());
        }
        *place = said.map(|said| self.gateway.seal(source, &said)).transpose()?;
        Ok(verb)
    }

    /// The verb with the second person's account, where two must agree: their token proves it.
    fn agreed(&self, mut verb: Verb, actor: &Actor, token: Option<&str>) -> Result<Verb, Problem> {
        let Some(second) = verb.second_mut() else { return Ok(verb) };
        let token = token.filter(|_| second.is_empty()).ok_or_else(|| {
            Problem::senseless("two must agree: give the second person's token as `second_token`")
        })?;
        let visitor = self.gateway.door.enter(Some(token), self.whence)?;
        visitor.account().unwrap_or_default().clone_into(second);
        if *second == actor.account {
            return Err(Problem::senseless("the second person must be another one"));
        }
        Ok(verb)
    }

    /// Journals the command and says where.
    async fn journal(
        &self,
        partition: Partition,
        command: Command,
    ) -> Result<CommandReceipt, Problem> {
        let id = command.id;
        let entry = Entry::Command(Box::new(command));
        let (position, epoch) = self.gateway.journal(partition, &entry).await?;
        self.gateway.county(partition)?.pending.note(id, position);
        Ok(CommandReceipt { command: id, partition, position, epoch })
    }
}

/// Free words as the request gave them.
struct Words {
    note: Option<String>,
    text: Option<String>,
}

/// An id for a command that has none.
fn made_up() -> Result<CommandId, Problem> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(Problem::broken)?;
    Ok(CommandId(u128::from_le_bytes(bytes)))
}

impl Gateway {
    /// `words` under the key of `source`.
    fn seal(&self, source: SourceKey, words: &str) -> Result<Sealed, Problem> {
        if TEXT_BYTES_MAX < words.len() {
            return Err(Problem::senseless(format!("words have at most {TEXT_BYTES_MAX} bytes")));
        }
        let vault = &self.parts.vault;
        vault.seal(Vault::key_for(source), words).map_err(Problem::broken)
    }

    /// Whose key seals what is written with a verb: the ticket's, or that of the case's first.
    fn source_of(&self, subject: Subject<'_>) -> Option<SourceKey> {
        match subject {
            Subject::Case(case) => self.first_source(case),
            Subject::Ticket(ticket) => {
                let county = self.county(ticket.partition).ok()?;
                county.look(|rows| rows.tickets.get(&ticket).map(|row| row.source))
            }
            Subject::Unit(..) | Subject::Place(_) => None,
        }
    }

    /// The source of the first ticket of `case`: what is written of the case goes with its words.
    fn first_source(&self, case: CaseId) -> Option<SourceKey> {
        let county = self.county(case.partition).ok()?;
        county.look(|rows| {
            let first = rows.members.get(&case)?.first()?;
            rows.tickets.get(first).map(|ticket| ticket.source)
        })
    }
}

/// `GET /api/v1/commands/{id}`
pub(super) async fn standing(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
    Path(id): Path<String>,
) -> Result<Json<CommandPage>, Problem> {
    visitor.may(Act::ReadRows)?;
    let command: CommandId = id.parse().map_err(Problem::unreadable)?;
    let mut reached = gateway
        .counties
        .iter()
        .filter(|(partition, _)| gateway.door.reaches(&visitor, **partition));
    let page = reached.find_map(|(partition, county)| page(command, *partition, county));
    let unknown = || Problem::unknown(format!("no command {command} was asked here"));
    page.map(Json).ok_or_else(unknown)
}

/// Where `command` stands in one partition, if it was asked there.
fn page(command: CommandId, partition: Partition, county: &County) -> Option<CommandPage> {
    let position = county.pending.find(command);
    let answer = county.look(|rows| rows.answers.get(&command).copied());
    let (standing, refusal) = match answer.map(|answer| answer.outcome) {
        Some(Outcome::Changed) => (Standing::Changed, None),
        Some(Outcome::Refused(refusal)) => (Standing::Refused, Some(refusal)),
        None => {
            position?;
            (Standing::Pending, None)
        }
    };
    let case = answer.and_then(|answer| answer.case);
    let why = refusal.map(|refusal| refusal.to_string());
    Some(CommandPage { command, partition, position, standing, refusal, why, case })
}
