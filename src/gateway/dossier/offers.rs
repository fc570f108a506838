//! What an asker may ask of a case now, as the core would answer: one table for both.
//!
//! What the picture does not know (a unit's whereabouts, whom an organisation may be handed to) is
//! left to the core: such a verb is offered.

use crate::access::{Act, Turned, Visitor};
use crate::domain::trade::{self, Card, Move, Names, who};
use crate::domain::{
    Actor, Case, OrgCode, Playbook, Refusal, Reply, StepCode, Ticket, Timestamp, VerbCode,
};
use crate::wire::pages::{ActingRow, OfferRow};

/// The verbs that are about a ticket.
const OF_TICKETS: [VerbCode; 4] =
    [VerbCode::Reply, VerbCode::Contact, VerbCode::Visit, VerbCode::Exclude];

/// Who asks what of which case, by which rules.
#[derive(Debug, Clone)]
pub(super) struct Offers<'a> {
    visitor: &'a Visitor,
    case: &'a Case,
    playbook: &'a Playbook,
    now: Timestamp,
    asker: Option<Actor>,
}

impl<'a> Offers<'a> {
    /// Offers of `case` to `visitor`, who asks for `org` or, where the token is good for any and
    /// names none, for whoever has the case in hand.
    pub(super) fn new(
        visitor: &'a Visitor,
        (case, org): (&'a Case, Option<&OrgCode>),
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
        Ok(Self { visitor, case, playbook, now, asker })
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
        self.offered(of_case, |a_move, actor| self.beyond(a_move.verb, actor))
    }

    /// … and of one of its tickets.
    pub(super) fn of_ticket(&self, ticket: &Ticket) -> Vec<OfferRow> {
        let of_ticket = |verb| OF_TICKETS.contains(&verb);
        self.offered(of_ticket, |a_move, _| beyond_ticket(a_move.verb, ticket))
    }

    fn offered(
        &self,
        wanted: impl Fn(VerbCode) -> bool,
        beyond: impl Fn(&Move, &Actor) -> Result<(), Refusal>,
    ) -> Vec<OfferRow> {
        let Some(actor) = &self.asker else { return Vec::new() };
        let kind = self.playbook.kind(self.case.kind);
        let Some((_, stage)) = kind.stage(self.case.stage, self.case.state) else {
            return Vec::new();
        };
        let asking = trade::Asking { playbook: self.playbook, actor, now: self.now };
        let theirs = |a_move: &&Move| {
            who(a_move).contains(&actor.role) && self.visitor.may(Act::Ask(a_move.verb)).is_ok()
        };
        let moves = kind.moves(stage).filter(|a_move| wanted(a_move.verb)).filter(theirs);
        let offer = |a_move: &Move| {
            let may = trade::may(asking, self.case, (a_move.verb, a_move.step));
            let refusal = may.and_then(|found| beyond(found, actor)).err();
            self.row(a_move, actor, refusal)
        };
        moves.map(offer).collect()
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

    /// What the verb asks for besides what its move does, as far as the row tells.
    fn beyond(&self, verb: VerbCode, actor: &Actor) -> Result<(), Refusal> {
        let case = self.case;
        let kind = self.playbook.kind(case.kind);
        let card = case.supervision.as_ref().map(|supervision| supervision.card);
        let (right, refusal) = match verb {
            VerbCode::Release => (!case.units.is_empty(), Refusal::UnitNotAssigned),
            VerbCode::Leave => (!case.assists.is_empty(), Refusal::NoPart),
            VerbCode::Split => (1 < case.tickets, Refusal::TicketsNotApart),
            VerbCode::Decline => (!case.suggestions.is_empty(), Refusal::NotSuggested),
            VerbCode::Supervise => (Card::above(card).is_some(), Refusal::CardMustRise),
            VerbCode::GradeColour => (!kind.palette.is_empty(), Refusal::UnknownColour),
            VerbCode::PartDone => (self.next_step(actor).is_some(), Refusal::PartNotNext),
            VerbCode::FanOut => (kind.child.is_some(), Refusal::UnknownKind),
            VerbCode::HandOver => (case.children_open == 0, Refusal::NotElsewhere),
            _ => return Ok(()),
        };
        if right { Ok(()) } else { Err(refusal) }
    }
}

/// What a ticket's verb asks for besides what its case's move does.
fn beyond_ticket(verb: VerbCode, ticket: &Ticket) -> Result<(), Refusal> {
    let given = matches!(ticket.reply, Reply::Given { .. });
    let (right, refusal) = match verb {
        VerbCode::Reply => (matches!(ticket.reply, Reply::Owed { .. }), Refusal::ReplyNotOwed),
        VerbCode::Visit => (given && ticket.waits(), Refusal::VisitNotOwed),
        VerbCode::Exclude => (ticket.exclusion.is_none(), Refusal::ExcludedAlready),
        _ => return Ok(()),
    };
    if right { Ok(()) } else { Err(refusal) }
}

/// Who has the case in hand: its lead, who opened it, or the first that is called to it.
fn in_hand(case: &Case) -> Option<&OrgCode> {
    case.lead.as_ref().or(case.origin.as_ref()).or_else(|| case.parts.keys().next())
}
