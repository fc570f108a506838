//! Playing requests: each a case with the due time its city gave it, closed when that closed it.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Config;
use crate::domain::{
    CaseId, Change, Happened, ItemCode, OrgCode, Placed, Role, SourceKey, Timestamp, Verb,
};
use crate::ingest::Projection;
use crate::picture::figures::{Month, Value, Window};
use crate::tools::reports::ToolError;
use crate::wire::feeds::city311::OnTime;
use crate::wire::feeds::{Feed, RawSignal};

use super::files::Progress;
use super::report::{self, Report};
use super::room::{Room, actor, broken, cases_of, centre};

/// A request, and what became of it.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) raw: RawSignal,
    pub(super) item: ItemCode,
    pub(super) closed: Option<Timestamp>,
    /// What the city says of it.
    pub(super) city: Option<OnTime>,
}

/// What was done in a month, as its figures say.
#[derive(Debug, Clone, Copy)]
pub(super) struct OfMonth {
    pub(super) month: Month,
    pub(super) opened: i64,
    pub(super) closed: i64,
    pub(super) in_time: i64,
}

/// The requests in a room.
pub(super) struct Requests<'a> {
    pub(super) room: Room,
    pub(super) months: Vec<OfMonth>,
    all: &'a [Request],
    plane: Projection,
    /// The case of each request, by its place in the list.
    cases: Vec<Option<CaseId>>,
    of_source: BTreeMap<SourceKey, usize>,
    /// Cases of which the core said that they are overdue, and those that were closed by then.
    late: BTreeSet<CaseId>,
    month: Month,
}

/// What happens at one moment.
#[derive(Debug, Default)]
struct Moment {
    opened: Vec<usize>,
    closed: Vec<usize>,
}

impl<'a> Requests<'a> {
    /// Plays `requests`; none is of the other's identifier.
    pub(super) fn play(config: &Config, requests: &'a [Request]) -> Result<Self, ToolError> {
        let moments = moments(requests);
        let first = moments.first_key_value().map_or(Timestamp::MIN, |(at, _)| *at);
        let mut played = Self {
            room: Room::open(&config.playbook, first)?,
            months: Vec::new(),
            all: requests,
            plane: report::plane(config),
            cases: vec![None; requests.len()],
            of_source: BTreeMap::new(),
            late: BTreeSet::new(),
            month: month_of(config, first),
        };
        let mut progress = Progress::of(moments.len());
        for (count, (at, moment)) in moments.into_iter().enumerate() {
            let month = month_of(config, at);
            if played.month < month {
                played.end_month()?;
                played.month = month;
            }
            played.moment(at, &moment)?;
            progress.done(count);
        }
        played.end_month()?;
        Ok(played)
    }

    /// How many cases the requests became.
    pub(super) fn cases(&self) -> usize {
        self.cases.iter().flatten().collect::<BTreeSet<_>>().len()
    }

    /// Whether the core's clocks say that request `number` was, or is, in time.
    pub(super) fn on_time(&self, number: usize) -> Option<OnTime> {
        let case = self.cases.get(number).copied().flatten()?;
        Some(if self.late.contains(&case) { OnTime::No } else { OnTime::Yes })
    }

    /// A figure of everything, now.
    pub(super) fn now(&self, id: &str) -> Result<Value, ToolError> {
        self.room.figure(id, Window::Today)
    }

    /// Reads the month's figures: nothing more happens in it.
    fn end_month(&mut self) -> Result<(), ToolError> {
        let of = |id| self.room.figure(id, Window::ThisMonth).map(|value| value.n);
        let (opened, closed, in_time) = (of("K01")?, of("K15")?, of("K16")?);
        self.months.push(OfMonth { month: self.month, opened, closed, in_time });
        Ok(())
    }

    fn moment(&mut self, at: Timestamp, moment: &Moment) -> Result<(), ToolError> {
        if !moment.opened.is_empty() {
            self.open(at, &moment.opened)?;
        }
        if !moment.closed.is_empty() {
            self.close(at, &moment.closed)?;
        }
        Ok(())
    }

    /// They are heard, filed, sent to who does them, and taken.
    fn open(&mut self, at: Timestamp, opened: &[usize]) -> Result<(), ToolError> {
        let mut entries = Vec::with_capacity(opened.len());
        for number in opened {
            let Some(request) = self.all.get(*number) else { continue };
            let raw = &request.raw;
            let report = Report {
                feed: Feed::City311,
                id: &raw.id,
                channel: raw.channel,
                item: request.item,
                at,
                degrees: raw.place.degrees,
                due: raw.due,
            };
            self.of_source.insert(report.source(), *number);
            entries.push(report.entry(&self.plane));
        }
        let changes = self.room.play(at, entries)?;
        self.note(&changes);
        let mut asked = Vec::with_capacity(opened.len() * 3);
        for (case, lead) in self.led(opened)? {
            asked.push((centre(Role::Receiver), Verb::File { case, item: None }));
            let (to, assists, units) = (Some(lead.clone()), [].into(), [].into());
            let dispatch = Verb::Dispatch { case, lead: to, assists, units };
            asked.push((centre(Role::Dispatcher), dispatch));
            asked.push((actor(Role::Handler, &lead), Verb::Accept { case }));
        }
        let changes = self.room.ask(at, asked)?;
        self.note(&changes);
        Ok(())
    }

    /// They are done, and found well done.
    fn close(&mut self, at: Timestamp, closed: &[usize]) -> Result<(), ToolError> {
        let mut asked = Vec::with_capacity(closed.len() * 2);
        for (case, lead) in self.led(closed)? {
            asked.push((actor(Role::Handler, &lead), Verb::Handled { case, note: None }));
            asked.push((centre(Role::Checker), Verb::CheckPass { case }));
        }
        let changes = self.room.ask(at, asked)?;
        self.note(&changes);
        Ok(())
    }

    /// The cases of these requests, and who does them.
    fn led(&self, numbers: &[usize]) -> Result<Vec<(CaseId, OrgCode)>, ToolError> {
        let rules = self.room.situation().playbook();
        let led = |number: &usize| {
            let case = self.cases.get(*number).copied().flatten();
            let item = self.all.get(*number).and_then(|of| rules.items.get(&of.item));
            let found = case.zip(item.map(|item| item.owner.clone()));
            found.ok_or_else(|| broken(&format!("request {number} opened nothing")))
        };
        numbers.iter().map(led).collect()
    }

    fn note(&mut self, changes: &[Placed]) {
        for (source, case) in cases_of(changes) {
            if let Some(number) = self.of_source.remove(&source)
                && let Some(known) = self.cases.get_mut(number)
            {
                *known = Some(case);
            }
        }
        for placed in changes {
            if let Change::CaseMoved { case, step } = &placed.change
                && step.what == Happened::Overdue
            {
                self.late.insert(case.id);
            }
        }
    }
}

fn month_of(config: &Config, at: Timestamp) -> Month {
    Month::of_day(config.playbook.calendar.day_of(at))
}

/// What happens when: at one moment what opens comes first.
fn moments(requests: &[Request]) -> BTreeMap<Timestamp, Moment> {
    let mut moments: BTreeMap<Timestamp, Moment> = BTreeMap::new();
    for (number, request) in requests.iter().enumerate() {
        moments.entry(request.raw.observed_at).or_default().opened.push(number);
        if let Some(closed) = request.closed {
            moments.entry(closed).or_default().closed.push(number);
        }
    }
    moments
}
