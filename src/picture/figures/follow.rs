//! What follows a case: its tickets, its crews, what is near it, who was called.

use std::collections::BTreeSet;

use crate::domain::{Case, Happened, Playbook, Point, Ticket, TicketId, Timestamp, Unit, UnitId};

use super::crossings::Waiting;
use super::figures::Figures;
use super::keys::{Key, Keys};
use super::life::{Outline, Sort, Whose};
use super::near::Spot;
use super::parts::{Sent, Share};
use super::ticket::Asker;

/// Orders of one case that are remembered; further ones count no more.
const ORDERS_MAX: usize = 256;

/// A ticket, and whose it is; none where it counts for nothing.
type Counted = Option<(Asker, Whose)>;

impl Asker {
    /// The rows it counts in: its case's, but its own channel's.
    pub(super) fn keys(&self, whose: Whose) -> Keys {
        Keys { channel: self.channel, ..whose.keys }
    }
}

impl Figures {
    /// A ticket moved.
    pub(in crate::picture) fn ticket_moved(&mut self, rules: &Playbook, ticket: &Ticket) {
        if !self.counts(ticket.purpose) {
            return;
        }
        let known = self.askers.get(&ticket.id).copied();
        // The rules of the day it was admitted say until when.
        let (channel, due) = if let Some(known) = &known {
            (known.channel, known.contact_due)
        } else {
            let due = rules.calendar.after(ticket.admitted_at, rules.limits.contact);
            (self.board.slot(Key::Channel(ticket.channel)), due)
        };
        let asker = Asker::of(ticket, channel, (due, self.now));
        if known == Some(asker) {
            return;
        }
        let waits = |asker: &Asker| asker.waits() && !asker.late;
        if waits(&asker) && !known.as_ref().is_some_and(waits) {
            self.crossings.add(asker.contact_due, Waiting::Asker(ticket.id));
        }
        self.askers.insert(ticket.id, asker);
        self.replace_asker(rules, known, asker);
    }

    /// The time to speak with the sender of `ticket` has passed.
    pub(super) fn cross_asker(&mut self, rules: &Playbook, ticket: TicketId) {
        let Some(asker) = self.askers.get(&ticket).copied() else { return };
        let late = Asker { late: true, ..asker };
        self.askers.insert(ticket, late);
        self.replace_asker(rules, Some(asker), late);
    }

    fn replace_asker(&mut self, rules: &Playbook, before: Option<Asker>, after: Asker) {
        let whose = |case| self.lives.get(&case).map(|life| life.whose());
        let was = before.and_then(|asker| Some((asker, whose(asker.case)?)));
        let is = whose(after.case).map(|whose| (after, whose));
        self.count_asker(rules, (was, is));
    }

    /// What a ticket counted for, with whose it was, is replaced by what it counts for now.
    fn count_asker(&mut self, rules: &Playbook, (was, is): (Counted, Counted)) {
        let keys = |(asker, whose): (Asker, Whose)| asker.keys(whose);
        let (old, new) = (was.map(keys), is.map(keys));
        let Some(keys) = new.or(old) else { return };
        let mut lists = self.board.scratch();
        if let Some((asker, whose)) = was {
            asker.mark(whose, &mut lists.before);
        }
        if let Some((asker, whose)) = is {
            asker.mark(whose, &mut lists.after);
        }
        self.board.replace(&rules.calendar, (&old.unwrap_or(keys), &keys), lists);
    }

    /// A case's tickets count where it does, and for who leads it.
    pub(super) fn follow_tickets(
        &mut self,
        rules: &Playbook,
        members: Option<&BTreeSet<TicketId>>,
        (was, is): (Option<Whose>, Whose),
    ) {
        for ticket in members.into_iter().flatten() {
            let Some(asker) = self.askers.get(ticket).copied() else { continue };
            self.count_asker(rules, (was.map(|was| (asker, was)), Some((asker, is))));
        }
    }

    /// When a citizen first asked about what these tickets report.
    pub(super) fn first_citizen<'a>(
        &self,
        tickets: impl IntoIterator<Item = &'a TicketId>,
    ) -> Option<Timestamp> {
        let askers = tickets.into_iter().filter_map(|ticket| self.askers.get(ticket));
        askers.filter(|asker| asker.citizen).map(|asker| asker.admitted_at).min()
    }

    /// A crew was sent, or its order has come further.
    pub(in crate::picture) fn unit_moved(&mut self, rules: &Playbook, unit: &Unit) {
        let order = unit.assignment.filter(|order| self.lives.contains_key(&order.case));
        let Some(order) = order else { return };
        let org = self.org(Some(&unit.org));
        let sent = Sent {
            unit: unit.id,
            org,
            ordered_at: order.ordered_at,
            shown_at: order.displayed_at,
            arrived_at: order.arrived_at,
        };
        self.edit(rules, order.case, |life| {
            let orders = &mut life.rare_mut().sent;
            let name = |sent: &Sent| -> (UnitId, Timestamp) { (sent.unit, sent.ordered_at) };
            let full = ORDERS_MAX <= orders.len();
            match orders.iter_mut().find(|other| name(other) == name(&sent)) {
                Some(other) => *other = sent,
                None if full => {}
                None => orders.push(sent),
            }
        });
    }

    /// What who was called or told has done; none where it does not count.
    pub(super) fn shares_of(&mut self, case: &Case, has_rare: bool) -> Option<Vec<Share>> {
        let counted = matches!(Sort::of(case.kind), Sort::Whistle | Sort::Notice);
        if !counted || (case.parts.is_empty() && !has_rare) {
            return None;
        }
        let parts = case.parts.iter();
        Some(parts.filter_map(|(org, part)| Share::of(part, self.org(Some(org)))).collect())
    }

    /// A case that is filed may be an earlier one come back; one that closed may come back.
    pub(super) fn note_near(
        &mut self,
        rules: &Playbook,
        case: &Case,
        (was, is): (Option<Outline>, Outline),
    ) {
        let spot = || -> Option<Spot> {
            let (item, point): (_, Point) = case.item.zip(case.place.point)?;
            Some(Spot { item, point })
        };
        let filed = was.and_then(|was| was.filed_at);
        if filed != is.filed_at
            && is.filed_at.is_some()
            && let Some(spot) = spot()
        {
            let earlier = self.near.before(spot, case.opened_at, rules.fusion.radius_dm);
            for earlier in earlier.into_iter().filter(|earlier| *earlier != case.id) {
                self.edit(rules, earlier, |earlier| earlier.recurred = true);
            }
        }
        if was.and_then(|was| was.closed) != is.closed {
            let at = is.closed.and_then(|closed| Some((spot()?, closed.at)));
            self.near.set(case.id, at);
        }
    }
}

/// Whether a step moves tickets into a case or out of it.
pub(super) fn touches_tickets(what: &Happened) -> bool {
    matches!(
        what,
        Happened::Opened { .. }
            | Happened::TicketJoined { .. }
            | Happened::TicketsLeft { .. }
            | Happened::Absorbed { .. }
            | Happened::MergedInto { .. }
            | Happened::Unmerged { .. }
            | Happened::SplitFrom { .. }
            | Happened::Arrived { .. }
    )
}
