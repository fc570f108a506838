//! Remembered source keys: an observation sent again is answered with the ticket it became.
//!
//! A key is remembered for seven days, and longer while its ticket is still here, so that an
//! urge or a withdrawal finds it.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::domain::limits::{SOURCES_KEPT_MS, SOURCES_MAX};
use crate::domain::{Partition, SourceKey, TicketId, Timestamp};

use super::keyed::Keyed;

/// A ticket's number without its partition; 0 is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct TicketNumber(u64);

impl TicketNumber {
    pub(super) fn of(ticket: Option<TicketId>) -> Self {
        Self(ticket.map_or(0, |ticket| ticket.number))
    }

    pub(super) fn within(self, partition: Partition) -> Option<TicketId> {
        (self.0 != 0).then_some(TicketId { partition, number: self.0 })
    }
}

/// Which ticket each observation became.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
pub(super) struct Sources {
    /// By the halves of the key.
    known: Keyed<[u64; 2], u64>,
    by_age: VecDeque<(Timestamp, SourceKey)>,
}

impl Sources {
    /// What `source` became, where it is known.
    pub(super) fn get(&self, source: SourceKey) -> Option<TicketNumber> {
        self.known.get(halves(source)).copied().map(TicketNumber)
    }

    /// Reads what a look for `source` will read; says something of it.
    pub(super) fn touch(&self, source: SourceKey) -> u64 {
        self.known.touch(halves(source))
    }

    /// Remembers that `source` became `ticket`, unless it is known: then says what it became.
    ///
    /// Beyond [`SOURCES_MAX`] the oldest goes.
    pub(super) fn remember(
        &mut self,
        now: Timestamp,
        source: SourceKey,
        ticket: TicketNumber,
    ) -> Result<(), TicketNumber> {
        self.known.insert(halves(source), ticket.0).map_err(TicketNumber)?;
        self.by_age.push_back((now, source));
        self.keep_newest(SOURCES_MAX);
        Ok(())
    }

    /// Lets at most `most` keys of more than seven days go, but those that `stays` (the key a
    /// ticket here came under) says stay with their ticket.
    pub(super) fn forget_old(
        &mut self,
        now: Timestamp,
        most: usize,
        stays: impl Fn(TicketNumber, SourceKey) -> bool,
    ) {
        for _ in 0..most {
            let Some((at, source)) = self.by_age.front().copied() else { return };
            if now.ms_since(at) <= SOURCES_KEPT_MS {
                return;
            }
            self.by_age.pop_front();
            if !self.get(source).is_some_and(|ticket| stays(ticket, source)) {
                self.known.remove(halves(source));
            }
        }
    }

    /// The ticket of `source` left the situation; nothing later can speak of it.
    pub(super) fn forget(&mut self, source: SourceKey) {
        self.known.remove(halves(source));
    }

    /// Lets the oldest go until there are no more than `most`.
    fn keep_newest(&mut self, most: usize) {
        while most < self.by_age.len() {
            if let Some((_, source)) = self.by_age.pop_front() {
                self.known.remove(halves(source));
            }
        }
    }
}

/// The high and the low half of a key.
fn halves(source: SourceKey) -> [u64; 2] {
    let low = u64::try_from(source.0 & u128::from(u64::MAX)).unwrap_or(0);
    [u64::try_from(source.0 >> 64).unwrap_or(0), low]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(number: u64) -> TicketNumber {
        TicketNumber(number)
    }

    #[test]
    fn a_key_is_remembered_with_what_it_became() {
        let mut sources = Sources::default();
        assert_eq!(sources.remember(Timestamp(0), SourceKey(7), number(3)), Ok(()));
        assert_eq!(sources.remember(Timestamp(9), SourceKey(7), number(4)), Err(number(3)));
    }

    #[test]
    fn an_old_key_goes_unless_its_ticket_is_here() {
        let mut sources = Sources::default();
        sources.remember(Timestamp(0), SourceKey(1), number(1)).unwrap();
        sources.remember(Timestamp(0), SourceKey(2), number(2)).unwrap();
        sources.forget_old(Timestamp(SOURCES_KEPT_MS), 9, |_, _| false);
        assert!(sources.get(SourceKey(1)).is_some());
        sources.forget_old(Timestamp(SOURCES_KEPT_MS + 1), 9, |ticket, _| ticket == number(2));
        assert_eq!(sources.get(SourceKey(1)), None);
        assert_eq!(sources.get(SourceKey(2)), Some(number(2)));
        sources.forget(SourceKey(2));
        assert_eq!(sources.get(SourceKey(2)), None);
    }

    #[test]
    fn beyond_the_limit_the_oldest_go() {
        let mut sources = Sources::default();
        for key in 1..=9 {
            sources.remember(Timestamp(0), SourceKey(key), number(1)).unwrap();
        }
        sources.keep_newest(2);
        assert_eq!(sources.get(SourceKey(7)), None);
        assert!(sources.get(SourceKey(8)).is_some() && sources.get(SourceKey(9)).is_some());
    }
}
