//! What an asker may ask of a case now, as the core would answer: one table for both.

use std::sync::Arc;

use crate::access::{Act, Turned, Visitor};
use crate::domain::trade::{Asking, Move, Names, OF_TICKETS, offered, offered_of_ticket, who};
use crate::domain::{
    Actor, Case, OrgCode, Playbook, Refusal, StepCode, Ticket, Timestamp, VerbCode,
};
use crate::wire::pages::{ActingRow, OfferRow};

/// Who asks what of which case, by which rules.
#[derive(Debug, Clone)]
pub(super) struct Offers<'a> {
    visitor: &'a Visitor,
    case: &'a Case,
    owed: bool,
    playbook: &'a Playbook,
    now: Timestamp,
    asker: Option<Actor>,
}

impl<'a> Offers<'a> {
    /// Offers of `case` to `visitor`, who asks for `org` or, where the token is good for any and
    /// names none, for whoever has the case in hand.
    pub(super) fn new(
        visitor: &'a Visitor,
        (case, tickets, org): (&'a Case, &[Arc<Ticket>], Option<&OrgCode>),
        (playbook, now): (&'a Playbook, Timestamp),
    ) -> Result<Self, Turned> {
        let asker = match visitor.actor(org) {
            Ok(actor) => Some(actor),
            Err(Turned::TokenMissing) => None,
            Err(Turned::OrgMissing) => {
                in_hand(case).map(|org| visitor.actor(Some(org))).transpose()?
            }
            Err(turned) => return Err(turned),
        };
        let owed = tickets.iter().any(|ticket| ticket.is_owed_a_reply());
        Ok(Self { visitor, case, owed, playbook, now, asker })
    }

    /// None of them where `shows_only`: that process takes no commands.
    pub(super) fn unless(self, shows_only: bool) -> Self {
        Self { asker: self.asker.filter(|_| !shows_only), ..self }
    }

    /// For whom they are; none without a token.
    pub(super) fn acting(&self) -> Option<ActingRow> {
        self.visitor.role()?;
        let org = self.asker.as_ref().map(|actor| actor.org.clone());
        Some(ActingRow { org, any: self.visitor.acts_for_any() })
    }

    /// What may be asked of the case itself, what is refused now besides.
    pub(super) fn of_case(&self) -> Vec<OfferRow> {
        let of_case = |verb| !OF_TICKETS.contains(&verb);
        self.offered(of_case, |asking, a_move| {
            offered(asking, self.case, (a_move.verb, a_move.step)).err()
        })
    }

    /// … and of one of its tickets.
    pub(super) fn of_ticket(&self, ticket: &Ticket) -> Vec<OfferRow> {
        let of_ticket = |verb| OF_TICKETS.contains(&verb);
        self.offered(of_ticket, |asking, a_move| {
            offered_of_ticket(asking, (self.case, ticket), a_move.verb).err()
        })
    }

    fn offered(
        &self,
        wanted: impl Fn(VerbCode) -> bool,
        refused: impl Fn(Asking<'_>, &Move) -> Option<Refusal>,
    ) -> Vec<OfferRow> {
        let Some(actor) = &self.asker else { return Vec::new() };
        let kind = self.playbook.kind(self.case.kind);
        let Some((_, stage)) = kind.stage(self.case.stage, self.case.state) else {
            return Vec::new();
        };
        let owed = || self.owed;
        let asking = Asking { playbook: self.playbook, actor, now: self.now, owed: &owed };
        let theirs = |a_move: &&Move| {
            who(a_move).contains(&actor.role) && self.visitor.may(Act::Ask(a_move.verb)).is_ok()
        };
        let moves = kind.moves(stage).filter(|a_move| wanted(a_move.verb)).filter(theirs);
        moves.map(|a_move| self.row(a_move, actor, refused(asking, a_move))).collect()
    }

    fn row(&self, a_move: &Move, actor: &Actor, refusal: Option<Refusal>) -> OfferRow {
        let kind = self.playbook.kind(self.case.kind);
        let own = a_move.step.and_then(|step| kind.steps.get(&step).cloned());
        let names = own.unwrap_or_else(|| {
            let (zh, en) = a_move.verb.names();
            Names::new(zh, en)
        });
        let part_step = || (a_move.verb == VerbCode::PartDone).then(|| self.next_step(actor))?;
        OfferRow {
            verb: a_move.verb,
            step: a_move.step.or_else(part_step),
            names,
            to: a_move.to,
            refusal,
            why: refusal.map(|refusal| refusal.to_string()),
        }
    }

    /// The next step of the asker's own part.
    fn next_step(&self, actor: &Actor) -> Option<StepCode> {
        let part = self.case.parts.get(&actor.org)?;
        self.playbook.kind(self.case.kind).next_part_step(part)
    }
}

/// Who has the case in hand: its lead, who opened it, or the first that is called to it.
fn in_hand(case: &Case) -> Option<&OrgCode> {
    case.lead.as_ref().or(case.origin.as_ref()).or_else(|| case.parts.keys().next())
}
