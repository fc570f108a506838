//! Marks: what a case or a ticket counts for, as it stands.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::domain::{Calendar, Timestamp};

use super::facts::{Fact, Gauge, Span};
use super::keys::Slot;
use super::span::bucket_of;

/// What is counted. Days and buckets are found only where something moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A fact of the day of a moment.
    Fact(Timestamp, Fact),
    /// A span of time, from one moment to another, of the day it ended on.
    Span(Span, Timestamp, Timestamp),
    /// A gauge of now.
    Now(Gauge),
}

/// Where in a row it goes: what is counted, with its day and bucket found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell {
    Fact(i64, Fact),
    Span(i64, Span, u16),
    Now(Gauge),
}

impl What {
    /// The moment whose day it belongs to; none of a gauge.
    pub(super) fn at(self) -> Option<Timestamp> {
        match self {
            Self::Fact(at, _) | Self::Span(_, _, at) => Some(at),
            Self::Now(_) => None,
        }
    }

    /// Its cell; none on a day that moves no more.
    pub(super) fn cell(self, calendar: &Calendar, live: &RangeInclusive<i64>) -> Option<Cell> {
        let day = |at| Some(calendar.day_of(at)).filter(|day| live.contains(day));
        Some(match self {
            Self::Fact(at, fact) => Cell::Fact(day(at)?, fact),
            Self::Span(span, from, to) => Cell::Span(day(to)?, span, bucket_of(to.ms_since(from))),
            Self::Now(gauge) => Cell::Now(gauge),
        })
    }
}

/// In which rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Where {
    /// In all of its keys.
    Everywhere,
    /// In the organisation's alone.
    OrgAlone,
    /// In all but the organisation's.
    NotOrg,
}

/// One mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) what: What,
    pub(super) org: Slot,
    pub(super) rows: Where,
    pub(super) count: i32,
}

/// Something that was done, and stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stood {
    /// When.
    pub(super) at: Timestamp,
    /// By whom.
    pub(super) org: Slot,
    /// Whether after it was due.
    pub(super) late: bool,
}

/// Marks in a fixed order, so that two lists of one case differ in few places.
#[derive(Debug, Clone, Default)]
pub(super) struct Marks(Vec<Option<Mark>>);

/// Lists that are written and read again and again, and hold nothing in between.
#[derive(Debug, Clone, Default)]
pub(super) struct Scratch {
    pub(super) before: Marks,
    pub(super) after: Marks,
    pub(super) moved: Vec<(Cell, i32)>,
    pub(super) stays: Vec<(Cell, i32)>,
}

impl PartialEq for Scratch {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Scratch {}

impl Scratch {
    /// Empty again.
    pub(super) fn cleared(mut self) -> Self {
        self.before.0.clear();
        self.after.0.clear();
        self.moved.clear();
        self.stays.clear();
        self
    }
}

impl Marks {
    pub(super) fn list(&self) -> &[Option<Mark>] {
        &self.0
    }

    /// Leaves only what is so now.
    pub(super) fn only_now(&mut self) {
        for mark in &mut self.0 {
            *mark = mark.filter(|mark| matches!(mark.what, What::Now(_)));
        }
    }

    fn push(&mut self, what: Option<What>, org: Slot) {
        let mark = |what| Mark { what, org, rows: Where::Everywhere, count: 1 };
        self.0.push(what.map(mark));
    }

    /// A fact of the day of `at`, where there is one.
    pub(super) fn fact(&mut self, fact: Fact, at: Option<Timestamp>, org: Slot) {
        self.push(at.map(|at| What::Fact(at, fact)), org);
    }

    /// What was done, where it was.
    pub(super) fn done(&mut self, fact: Fact, stood: Option<Stood>) {
        let org = stood.map_or(Slot::NONE, |stood| stood.org);
        self.fact(fact, stood.map(|stood| stood.at), org);
    }

    /// What was done, and whether it was in time.
    pub(super) fn stood(&mut self, (done, in_time): (Fact, Fact), stood: Option<Stood>) {
        self.done(done, stood);
        self.done(in_time, stood.filter(|stood| !stood.late));
    }

    /// A fact that counts so much, and where.
    pub(super) fn weighed(
        &mut self,
        (fact, at): (Fact, Timestamp),
        (org, rows): (Slot, Where),
        count: i32,
    ) {
        let what = What::Fact(at, fact);
        self.0.push(Some(Mark { what, org, rows, count }));
    }

    /// A gauge that stands where `stands` says.
    pub(super) fn now(&mut self, gauge: Gauge, stands: bool, org: Slot) {
        self.push(stands.then_some(What::Now(gauge)), org);
    }

    /// The time from one moment to the other, where both are known.
    pub(super) fn span(
        &mut self,
        span: Span,
        (from, to): (Option<Timestamp>, Option<Timestamp>),
        org: Slot,
    ) {
        let what = from.zip(to).map(|(from, to)| What::Span(span, from, to));
        self.push(what, org);
    }
}
