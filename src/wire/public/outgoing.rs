//! The records that leave, each with its key and headers.

use bytes::Bytes;
use serde::Serialize;

use crate::domain::{CaseId, Order, Timestamp};
use crate::wire::error::WireError;

use super::case_change::{CaseChange, PublicCase};
use super::dead_letter::PublicLetter;
use super::envelope::{Envelope, Outgoing, Place};
use super::order::PublicOrder;
use super::topics::{CASE_CHANGES, DEAD_LETTERS, ORDERS, SITUATION};

/// When and by what something became true.
pub type When = (Place, Timestamp);

impl Envelope {
    /// A change of a case or ticket.
    ///
    /// # Errors
    /// Where it cannot be written as JSON; none of ours cannot.
    pub fn change(&self, place: Place, change: &CaseChange) -> Result<Outgoing, WireError> {
        Ok(Outgoing {
            topic: CASE_CHANGES,
            key: change.case().to_string(),
            value: Some(json(change)?),
            headers: self.headers((change.kind(), self.id(place)), (place, change.at())),
        })
    }

    /// The row of a case.
    ///
    /// # Errors
    /// As [`Envelope::change`].
    pub fn row(&self, when: When, row: &PublicCase) -> Result<Outgoing, WireError> {
        let (key, value) = (row.case.to_string(), Some(json(row)?));
        let headers = self.headers(("case", self.id(when.0)), when);
        Ok(Outgoing { topic: SITUATION, key, value, headers })
    }

    /// The tombstone of a case's row.
    #[must_use]
    pub fn gone(&self, when: When, case: CaseId) -> Outgoing {
        let headers = self.headers(("case_gone", self.id(when.0)), when);
        Outgoing { topic: SITUATION, key: case.to_string(), value: None, headers }
    }

    /// An order, given at `at`.
    ///
    /// # Errors
    /// As [`Envelope::change`].
    pub fn order(&self, at: Timestamp, order: &Order) -> Result<Outgoing, WireError> {
        let said = PublicOrder::from(order);
        let place = Place { position: order.id.position, index: order.id.index.into() };
        Ok(Outgoing {
            topic: ORDERS,
            key: said.key(),
            value: Some(json(&said)?),
            headers: self.headers(("order", said.delivery.clone()), (place, at)),
        })
    }

    /// A dead letter.
    ///
    /// # Errors
    /// As [`Envelope::change`].
    pub fn letter(&self, when: When, letter: &PublicLetter) -> Result<Outgoing, WireError> {
        Ok(Outgoing {
            topic: DEAD_LETTERS,
            key: letter.feed.clone(),
            value: Some(json(letter)?),
            headers: self.headers(("dead_letter", self.id(when.0)), when),
        })
    }
}

fn json(value: &impl Serialize) -> Result<Bytes, WireError> {
    let written = serde_json::to_vec(value);
    written
        .map(Bytes::from)
        .map_err(|error| WireError::Damaged { format: "public", why: error.to_string() })
}
