//! What few cases have: parts, orders, cards, ratings.

use serde::{Deserialize, Serialize};

use crate::domain::trade::{Card, Part, PartRole};
use crate::domain::{StepCode, Timestamp, UnitId};

use super::facts::{Fact, Span};
use super::keys::Slot;
use super::life::{Life, Sort};
use super::marks::{Marks, Where};

/// Within which an order counts as receipted.
const SHOWN_WITHIN_MS: i64 = 60_000;
const DELIVERED: StepCode = StepCode::of("delivered");
const REPLIED: StepCode = StepCode::of("replied");

/// A card that was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Issued {
    pub(super) at: Timestamp,
    pub(super) org: Slot,
    /// Whether it was cancelled and not followed by a graver one.
    pub(super) cleared: bool,
}

/// What an organisation that was called or told has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Share {
    org: Slot,
    since: Timestamp,
    delivered: bool,
    replied: bool,
    arrived: bool,
}

/// A crew that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sent {
    pub(super) unit: UnitId,
    pub(super) org: Slot,
    pub(super) ordered_at: Timestamp,
    pub(super) shown_at: Option<Timestamp>,
    pub(super) arrived_at: Option<Timestamp>,
}

/// What the grass roots said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Rated {
    pub(super) at: Timestamp,
    pub(super) points: u8,
    pub(super) solved: bool,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Rare {
    pub(super) shares: Vec<Share>,
    pub(super) sent: Vec<Sent>,
    /// Plain, yellow, red.
    pub(super) cards: [Option<Issued>; 3],
    pub(super) rated: Option<Rated>,
    pub(super) lawful_at: Option<Timestamp>,
    /// A settled dispute came back: when it was reopened.
    pub(super) reverted: Option<(Timestamp, Slot)>,
}

impl Share {
    pub(super) fn of(part: &Part, org: Slot) -> Option<Self> {
        let did = |step| part.done.iter().any(|(done, _)| *done == step);
        (part.role == PartRole::Called).then(|| Self {
            org,
            since: part.since,
            delivered: did(DELIVERED),
            replied: did(REPLIED),
            arrived: part.ended && part.late == 0,
        })
    }
}

impl Rare {
    /// Its place among cards.
    pub(super) fn card_mut(&mut self, card: Card) -> &mut Option<Issued> {
        let [plain, yellow, red] = &mut self.cards;
        match card {
            Card::Plain => plain,
            Card::Yellow => yellow,
            Card::Red => red,
        }
    }

    /// Bytes it holds, itself included.
    pub(super) fn held_bytes(&self) -> usize {
        let shares = self.shares.capacity().saturating_mul(size_of::<Share>());
        let sent = self.sent.capacity().saturating_mul(size_of::<Sent>());
        size_of::<Self>().saturating_add(shares).saturating_add(sent)
    }

    /// What it counts for.
    pub(super) fn mark(&self, life: &Life, marks: &mut Marks) {
        self.mark_cards(life, marks);
        let reverted = self.reverted.map(|(at, _)| at);
        let org = self.reverted.map_or(Slot::NONE, |(_, org)| org);
        marks.fact(Fact::DisputeReverted, reverted, org);
        marks.fact(Fact::CertificateLawful, self.lawful_at, life.lead);
        let at_once = self.lawful_at.filter(|_| life.is_closed_within_hour());
        marks.fact(Fact::CertificateAtOnce, at_once, life.lead);
        self.mark_rating(life, marks);
        for share in &self.shares {
            share.mark(life.sort, marks);
        }
        for sent in &self.sent {
            sent.mark(life, marks);
        }
        let there = self.sent.iter().filter_map(|sent| Some((sent.arrived_at?, sent.org)));
        let first = there.min_by_key(|(at, _)| *at);
        let (arrived, org) = first.map_or((None, Slot::NONE), |(at, org)| (Some(at), org));
        marks.span(Span::FirstArrival, (Some(life.opened_at), arrived), org);
    }

    fn mark_cards(&self, life: &Life, marks: &mut Marks) {
        let [plain, yellow, red] = self.cards;
        let words = [
            (Card::Plain, plain, Fact::PlainIssued, Fact::PlainCleared),
            (Card::Yellow, yellow, Fact::YellowIssued, Fact::YellowCleared),
            (Card::Red, red, Fact::RedIssued, Fact::RedCleared),
        ];
        for (card, issued, given, cleared) in words {
            let org = issued.map_or(Slot::NONE, |issued| issued.org);
            marks.fact(given, issued.map(|issued| issued.at), org);
            let closed = life.card == Some(card) && life.is_closed();
            let clear = issued.filter(|issued| issued.cleared || closed);
            marks.fact(cleared, clear.map(|issued| issued.at), org);
        }
    }

    /// The rating is the whistle's once, and each called organisation's own.
    fn mark_rating(&self, life: &Life, marks: &mut Marks) {
        let Some(rated) = self.rated.filter(|_| life.is_closed() && life.sort == Sort::Whistle)
        else {
            return;
        };
        let called = self.shares.iter().map(|share| (share.org, Where::OrgAlone));
        for rows in [(Slot::NONE, Where::NotOrg)].into_iter().chain(called) {
            marks.weighed((Fact::WhistleRated, rated.at), rows, 1);
            marks.weighed((Fact::WhistleSolved, rated.at), rows, i32::from(rated.solved));
            marks.weighed((Fact::WhistlePoints, rated.at), rows, i32::from(rated.points));
        }
    }
}

impl Share {
    fn mark(&self, sort: Sort, marks: &mut Marks) {
        let so = |stands: bool| stands.then_some(self.since);
        match sort {
            Sort::Whistle => {
                marks.fact(Fact::Called, so(true), self.org);
                marks.fact(Fact::Arrived, so(self.arrived), self.org);
            }
            Sort::Notice => {
                marks.fact(Fact::NoticeSent, so(true), self.org);
                marks.fact(Fact::NoticeDelivered, so(self.delivered), self.org);
                marks.fact(Fact::NoticeReplied, so(self.replied), self.org);
            }
            Sort::Other
            | Sort::Dispute
            | Sort::Hazard
            | Sort::Warning
            | Sort::Wish
            | Sort::Form
            | Sort::Certificate => {}
        }
    }
}

impl Sent {
    fn mark(&self, life: &Life, marks: &mut Marks) {
        marks.fact(Fact::OrderSent, Some(self.ordered_at), self.org);
        let soon = |at: &Timestamp| at.ms_since(self.ordered_at) <= SHOWN_WITHIN_MS;
        let shown = self.shown_at.filter(soon).map(|_| self.ordered_at);
        marks.fact(Fact::OrderShown, shown, self.org);
        marks.span(Span::OrderArrival, (Some(self.ordered_at), self.arrived_at), self.org);
        marks.span(Span::Response, (Some(life.opened_at), self.arrived_at), self.org);
    }
}
