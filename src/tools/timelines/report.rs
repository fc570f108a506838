//! A report as ingest would admit it, at the time of its file.

use std::ops::Range;

use crate::config::Config;
use crate::domain::{
    Channel, Entry, Evidence, ItemCode, Place, Playbook, Purpose, Signal, SignalKind, SourceKey,
    Timestamp,
};
use crate::ingest::{Projection, source_key};
use crate::wire::feeds::Feed;
use crate::wire::problem::{Problem, ProblemKind};

/// What a row reports.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Report<'a> {
    pub(super) feed: Feed,
    pub(super) id: &'a str,
    pub(super) channel: Channel,
    /// What the sender calls it.
    pub(super) item: ItemCode,
    pub(super) at: Timestamp,
    pub(super) degrees: Option<(f64, f64)>,
    pub(super) due: Option<Timestamp>,
}

impl Report<'_> {
    /// Which observation it is.
    pub(super) fn source(&self) -> SourceKey {
        source_key(self.feed, self.id)
    }

    /// Its entry. The files say nothing of replies, so none is owed; their words are of no use to
    /// any figure and stay where they are.
    pub(super) fn entry(&self, plane: &Projection) -> Entry {
        let point = self.degrees.and_then(|degrees| plane.point(degrees));
        Entry::Signal(Box::new(Signal {
            source: self.source(),
            external_id: self.id.to_owned(),
            channel: self.channel,
            kind: SignalKind::New,
            item: Some(self.item),
            place: Place { point, grid: None },
            observed_at: self.at,
            arrived_at: self.at,
            owes_reply: false,
            purpose: Purpose::Real,
            evidence: Evidence::default(),
            words: None,
            due: self.due,
        }))
    }
}

/// The city's plane.
pub(super) fn plane(config: &Config) -> Projection {
    Projection::new(config.city.lat0, config.city.lon0)
}

/// The catalogue's item that the row at `span` calls `name` in `column`.
pub(super) fn item(
    rules: &Playbook,
    name: &str,
    (column, span): (&str, &Range<usize>),
) -> Result<ItemCode, Problem> {
    let unknown = || {
        let why = format!("the catalogue has no item called {name:?}");
        Problem::new(ProblemKind::UnknownItem, why).at(column.to_owned()).of(0, span.clone())
    };
    rules.item_named(name).ok_or_else(unknown)
}
