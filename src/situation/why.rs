//! Why something happens, and the first questions every verb asks.

use crate::domain::{Actor, Case, CaseId, Command, Refusal, Timestamp};

use super::Situation;

/// Why and when something happens: by a command, or (a signal, the time) of itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Why<'a> {
    /// The journal's time.
    pub(super) now: Timestamp,
    /// The command that asks.
    pub(super) command: Option<&'a Command>,
}

impl Why<'_> {
    /// It happens of itself.
    pub(super) fn of_time(now: Timestamp) -> Self {
        Self { now, command: None }
    }
}

/// A command being answered: who asks, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The journal's time.
    pub(super) now: Timestamp,
    /// The command.
    pub(super) command: &'a Command,
}

impl<'a> Asked<'a> {
    /// Who asks.
    pub(super) fn actor(&self) -> &'a Actor {
        &self.command.actor
    }

    /// As the reason of what follows.
    pub(super) fn why(&self) -> Why<'a> {
        Why { now: self.now, command: Some(self.command) }
    }
}

/// The case, where it is here.
pub(super) fn case_here(situation: &Situation, case: CaseId) -> Result<&Case, Refusal> {
    situation.case(case).ok_or(Refusal::UnknownCase)
}

/// The case, where it is not ended, and not on its way elsewhere.
pub(super) fn case_open(situation: &Situation, case: CaseId) -> Result<&Case, Refusal> {
    let case = case_here(situation, case)?;
    if case.state.is_ended() {
        return Err(Refusal::CaseEnded);
    }
    if case.handover.is_some() {
        return Err(Refusal::HandingOver);
    }
    Ok(case)
}

/// Whether a second person agrees, who is not the asker.
pub(super) fn second_agrees(asked: Asked<'_>, second: &str) -> Result<(), Refusal> {
    if second.is_empty() || second == asked.actor().account {
        return Err(Refusal::SecondPersonMissing);
    }
    Ok(())
}
