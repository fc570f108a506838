//! The acts: a sheet is read, stored and proposed by one person, and confirmed by another.

use std::sync::Arc;

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;

use crate::access::Act;
use crate::domain::{
    Actor, Entry, Partition, Register, SheetAct, SheetHead, SheetId, SheetRefusal, SheetSaid,
};
use crate::registers::{NewSheet, RegisterError, Sheets, Written};
use crate::wire::pages::SheetReceipt;

use super::super::asking::Asking;
use super::super::gateway::Gateway;
use super::super::refused::Problem;

/// What a sheet has at the most, as it is written: some two million rows.
const SHEET_BYTES_MAX: usize = 256 * 1_024 * 1_024;

type Receipt = (StatusCode, Json<SheetReceipt>);

/// How a sheet is meant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::gateway) struct Meant {
    /// Whether it amends what is in force, and is not the whole register anew.
    #[serde(default)]
    amends: bool,
}

/// `POST /api/v1/registers/{register}/proposals`: a sheet as CSV.
pub(in crate::gateway) async fn propose(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
    Path(register): Path<String>,
    meant: Result<Query<Meant>, QueryRejection>,
    body: Body,
) -> Result<Receipt, Problem> {
    let actor = gateway.who(&visitor, Act::ProposeRules)?;
    let register: Register = register.parse().map_err(Problem::unknown)?;
    let Query(Meant { amends }) = meant.map_err(Problem::unreadable)?;
    let store = gateway.store()?;
    let over = if amends { Some(gateway.newest(register)?) } else { None };
    // Only now: who may not propose does not fill our memory either.
    let body = to_bytes(body, SHEET_BYTES_MAX).await;
    let body = body.map_err(|_| Problem::too_large(SHEET_BYTES_MAX))?;
    let reading = gateway.clone();
    let work = move || {
        let new = reading.sheet((register, over), &body)?;
        // Before the journal speaks of it.
        store.put(&new.head, new.bytes).map_err(broken)?;
        Ok::<_, Problem>(new.head)
    };
    let head = tokio::task::spawn_blocking(work).await.map_err(Problem::broken)??;
    gateway.say_of_sheet(SheetSaid { head, by: actor, act: SheetAct::Propose }).await
}

/// `POST /api/v1/registers/{register}/proposals/{sheet}/confirmation`
pub(in crate::gateway) async fn confirm(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
    Path(named): Path<(String, String)>,
) -> Result<Receipt, Problem> {
    let actor = gateway.who(&visitor, Act::ApproveRules)?;
    let (head, by) = gateway.sheet_proposed(&named)?;
    if by == actor.account {
        return Err(Problem::senseless(SheetRefusal::SamePerson));
    }
    gateway.say_of_sheet(SheetSaid { head, by: actor, act: SheetAct::Confirm }).await
}

/// `POST /api/v1/registers/{register}/proposals/{sheet}/withdrawal`
pub(in crate::gateway) async fn withdraw(
    State(gateway): State<Gateway>,
    Asking(visitor): Asking,
    Path(named): Path<(String, String)>,
) -> Result<Receipt, Problem> {
    let actor: Actor = gateway.who(&visitor, Act::ProposeRules)?;
    let (head, _) = gateway.sheet_proposed(&named)?;
    gateway.say_of_sheet(SheetSaid { head, by: actor, act: SheetAct::Withdraw }).await
}

fn broken(error: RegisterError) -> Problem {
    tracing::warn!(%error, "a sheet cannot be stored");
    Problem::broken(error)
}

impl Gateway {
    fn store(&self) -> Result<Arc<Sheets>, Problem> {
        let store = self.parts.registers.clone();
        store.ok_or_else(|| Problem::senseless("this process has no place for registers"))
    }

    /// The newest sheet in force.
    fn newest(&self, register: Register) -> Result<SheetId, Problem> {
        let newest = self.sheets_of(register).newest();
        let why = "nothing of this register is in force that could be amended: propose it whole";
        newest.ok_or_else(|| Problem::senseless(why))
    }

    /// The sheet that the table in `body` is, where it is one.
    fn sheet(&self, meant: (Register, Option<SheetId>), body: &[u8]) -> Result<NewSheet, Problem> {
        let playbook = self.county(Partition::CITY)?.look(|rows| Arc::clone(&rows.playbook));
        let city = (&self.parts.config.partitions, &playbook.organisations);
        let written = Written::read(meant.0, body, city).map_err(|faults| {
            self.parts.metrics.gateway_sheets_refused_total.inc();
            let lines: Vec<_> = faults.iter().map(|fault| format!("\n{fault}")).collect();
            Problem::senseless(format!("the sheet has faults:{}", lines.concat()))
        })?;
        let Written { table, gone } = written;
        if meant.1.is_none() && !gone.is_empty() {
            let why = "a whole register takes nothing out: leave the rows away, or amend";
            return Err(Problem::senseless(why));
        }
        NewSheet::of(meant, &table, gone).map_err(broken)
    }

    /// The sheet that waits under these names, and whose account proposed it.
    fn sheet_proposed(
        &self,
        (register, sheet): &(String, String),
    ) -> Result<(SheetHead, String), Problem> {
        let register: Register = register.parse().map_err(Problem::unknown)?;
        let sheet: SheetId = sheet.parse().map_err(Problem::unreadable)?;
        let proposed = self.sheets_of(register).proposed;
        let proposed = proposed.filter(|proposed| proposed.head.sheet == sheet);
        let unknown = || Problem::unknown(format!("sheet {sheet} is not proposed"));
        proposed.map(|proposed| (proposed.head, proposed.by)).ok_or_else(unknown)
    }

    /// Journals what is said of a sheet.
    async fn say_of_sheet(&self, said: SheetSaid) -> Result<Receipt, Problem> {
        let (partition, head) = (Partition::CITY, said.head.clone());
        let entry = Entry::Sheet(Box::new(said));
        let (position, epoch) = self.journal(partition, &entry).await?;
        Ok((StatusCode::ACCEPTED, Json(SheetReceipt { head, partition, position, epoch })))
    }
}
