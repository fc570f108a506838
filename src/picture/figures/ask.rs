//! Asking: sums by row over a window, and the cases behind them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use crate::domain::{
    ByNumber, Calendar, CaseId, GridCode, OrgCode, Organisations, Playbook, TicketId,
};

use super::board::{Row, Total};
use super::facts::{Fact, Gauge, Room, Span};
use super::figures::Figures;
use super::keys::{Key, Keys, Slot};
use super::life::Life;
use super::marks::{Mark, Marks, What, Where};
use super::table::{Figure, How, Term};
use super::window::Window;

/// Organisations that stand above another, at most: a table that goes round ends here.
const ABOVE_MAX: usize = 8;

/// By what rows are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// One row of everything.
    All,
    /// A row an organisation, with those below it.
    Org,
    /// A row a place, one level down.
    Grid,
    /// A row an item.
    Item,
    /// A row a channel.
    Channel,
    /// A row a kind.
    Kind,
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Over which days.
    pub window: Window,
    /// By what.
    pub by: By,
    /// Within which place.
    pub place: Option<GridCode>,
    /// Within which organisation.
    pub org: Option<OrgCode>,
    /// Whether closed rooms count: who may read restricted cases.
    pub closed: bool,
}

/// What a row adds up to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sums {
    pub(super) facts: BTreeMap<Fact, i64>,
    pub(super) gauges: BTreeMap<Gauge, i64>,
    pub(super) spans: BTreeMap<(Span, u16), i64>,
}

/// What a case adds to a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseShare {
    /// The case.
    pub case: CaseId,
    /// To the numerator.
    pub n: i64,
    /// To the denominator.
    pub d: i64,
}

impl Sums {
    /// Adds a fact by hand: what no case brings yet.
    pub fn add_fact(&mut self, fact: Fact, count: i64) {
        add(&mut self.facts, fact, count);
    }

    /// Adds to a gauge by hand.
    pub fn add_gauge(&mut self, gauge: Gauge, count: i64) {
        add(&mut self.gauges, gauge, count);
    }

    /// So many are so.
    #[must_use]
    pub fn gauge(&self, gauge: Gauge) -> i64 {
        self.gauges.get(&gauge).copied().unwrap_or(0)
    }

    /// How many spans there are.
    #[must_use]
    pub fn spans_of(&self, span: Span) -> i64 {
        self.buckets_of(span).fold(0, |sum, (_, count)| sum.saturating_add(count))
    }

    pub(super) fn buckets_of(&self, span: Span) -> impl Iterator<Item = (u16, i64)> {
        let found = self.spans.range((span, 0)..=(span, u16::MAX));
        found.map(|((_, bucket), count)| (*bucket, *count))
    }

    fn add_facts(&mut self, facts: impl Iterator<Item = (Fact, Room, i32)>) {
        for (fact, _, count) in facts {
            add(&mut self.facts, fact, i64::from(count));
        }
    }

    fn add_spans(&mut self, spans: impl Iterator<Item = (Span, Room, u16, i32)>) {
        for (span, _, bucket, count) in spans {
            add(&mut self.spans, (span, bucket), i64::from(count));
        }
    }

    fn add_gauges(&mut self, gauges: impl Iterator<Item = (Gauge, Room, i32)>) {
        for (gauge, _, count) in gauges {
            add(&mut self.gauges, gauge, i64::from(count));
        }
    }
}

fn add<Word: Ord + Copy>(sums: &mut BTreeMap<Word, i64>, word: Word, count: i64) {
    let sum = sums.entry(word).or_default();
    *sum = sum.saturating_add(count);
    if *sum == 0 {
        sums.remove(&word);
    }
}

impl Figures {
    /// The rows asked for, added to `into`.
    pub fn add_rows(&self, rules: &Playbook, asked: &Asked, into: &mut BTreeMap<Key, Sums>) {
        for (key, row) in self.board.rows() {
            for told in told_as(&rules.organisations, asked, key) {
                self.add_row(asked, row, into.entry(told).or_default());
            }
        }
    }

    fn add_row(&self, asked: &Asked, row: &Row, sums: &mut Sums) {
        let told = |room| asked.closed || room == Room::Open;
        match (asked.window.days(self.board.today()), asked.window) {
            (Some(days), _) => {
                sums.add_facts(row.facts(&days).filter(|(_, room, _)| told(*room)));
                sums.add_spans(row.spans(&days).filter(|(_, room, ..)| told(*room)));
                sums.add_gauges(row.now().filter(|(_, room, _)| told(*room)));
            }
            (None, Window::Month(month)) => {
                let Some(Total { done, end }) = row.months.get(&month) else { return };
                sums.add_facts(done.facts.iter().filter(|(_, room, _)| told(*room)));
                sums.add_spans(done.spans.iter().filter(|(_, room, ..)| told(*room)));
                sums.add_gauges(end.iter().filter(|(_, room, _)| told(*room)));
            }
            (None, _) => {}
        }
    }

    /// The cases behind a figure of the row `key`, by number, among the next `most` after `after`:
    /// those still here. Also which was the last looked at; none where there are no more.
    #[must_use]
    pub fn shares(
        &self,
        (rules, members): (&Playbook, &ByNumber<CaseId, BTreeSet<TicketId>>),
        (figure, key): (&Figure, &Key),
        asked: &Asked,
        (after, most): (Option<CaseId>, usize),
    ) -> (Vec<CaseShare>, Option<CaseId>) {
        let (days, now) = self.days_of(asked.window);
        let (calendar, slots) = (&rules.calendar, self.slots_of(rules, asked, key));
        let wanted = Wanted { calendar, figure, days, now, slots };
        let later = self.lives.after(after);
        let mut last = None;
        let share_of = |(case, life): (CaseId, &Life)| {
            last = Some(case);
            let mut share = CaseShare { case, n: 0, d: 0 };
            let mut marks = Marks::default();
            life.mark(&mut marks);
            wanted.add(&life.keys, marks.list(), &mut share);
            for ticket in members.get(&case).into_iter().flatten() {
                let Some(teller) = self.askers.get(ticket) else { continue };
                let mut marks = Marks::default();
                teller.mark(life.whose(), &mut marks);
                wanted.add(&teller.keys(life.whose()), marks.list(), &mut share);
            }
            ((share.n, share.d) != (0, 0)).then_some(share)
        };
        let found = later
            .take(most)
            .map(|(case, life)| (case, life.as_ref()))
            .filter_map(share_of)
            .collect();
        (found, last)
    }

    /// The days of a window, and whether what is so now belongs to it.
    fn days_of(&self, window: Window) -> (RangeInclusive<i64>, bool) {
        match (window.days(self.board.today()), window) {
            (Some(days), _) => (days, true),
            (None, Window::Month(month)) => {
                (month.first_day()..=month.next().first_day().saturating_sub(1), false)
            }
            (None, _) => (0..=0, false),
        }
    }

    fn slots_of(&self, rules: &Playbook, asked: &Asked, key: &Key) -> BTreeSet<Slot> {
        let told = |of: &Key| told_as(&rules.organisations, asked, of).contains(key);
        self.board.slots().filter(|(of, _)| told(of)).map(|(_, slot)| slot).collect()
    }
}

/// What makes a mark count.
struct Wanted<'a> {
    calendar: &'a Calendar,
    figure: &'a Figure,
    days: RangeInclusive<i64>,
    now: bool,
    slots: BTreeSet<Slot>,
}

impl Wanted<'_> {
    fn add(&self, keys: &Keys, marks: &[Option<Mark>], share: &mut CaseShare) {
        for mark in marks.iter().flatten().filter(|mark| self.has(keys, mark)) {
            let count = i64::from(mark.count);
            let (n, d) = match self.figure.how {
                How::Middle(span, _) => {
                    let is = matches!(mark.what, What::Span(of, ..) if of == span);
                    (i64::from(is), i64::from(is))
                }
                How::Count
                | How::Now
                | How::Rate
                | How::Ratio
                | How::Mean
                | How::Score
                | How::ThreeRates => (times(self.figure.n, mark), times(self.figure.d, mark)),
            };
            share.n = share.n.saturating_add(n.saturating_mul(count));
            share.d = share.d.saturating_add(d.saturating_mul(count));
        }
    }

    fn has(&self, keys: &Keys, mark: &Mark) -> bool {
        let within = match mark.what.at() {
            Some(at) => self.days.contains(&self.calendar.day_of(at)),
            None => self.now,
        };
        let others = [keys.place, keys.item, keys.channel, keys.kind];
        let other =
            mark.rows != Where::OrgAlone && others.iter().any(|slot| self.slots.contains(slot));
        let org = mark.rows != Where::NotOrg && self.slots.contains(&mark.org);
        within && (org || other)
    }
}

/// How often a mark stands among terms: taken off counts below 0.
fn times(terms: &[Term], mark: &Mark) -> i64 {
    terms.iter().fold(0, |sum, term| match (term, mark.what) {
        (Term::Of(of), What::Fact(_, fact)) if *of == fact => sum.saturating_add(1),
        (Term::Less(of), What::Fact(_, fact)) if *of == fact => sum.saturating_sub(1),
        (Term::Still(of), What::Now(gauge)) if *of == gauge => sum.saturating_add(1),
        (Term::LessNow(of), What::Now(gauge)) if *of == gauge => sum.saturating_sub(1),
        _ => sum,
    })
}

/// The rows that a row of the board is told in.
fn told_as(organisations: &Organisations, asked: &Asked, key: &Key) -> Vec<Key> {
    match (asked.by, key) {
        (By::All, Key::Place(place)) => {
            let within = asked.place.filter(|around| around.holds(*place));
            within.map(Key::Place).into_iter().collect()
        }
        (By::All, Key::Kind(_)) if asked.place.is_none() => vec![Key::All],
        (By::Grid, Key::Place(place)) => {
            let around = asked.place.is_none_or(|around| around.holds(*place));
            let digits = below(asked.place);
            around.then(|| Key::Place(place.prefix(digits))).into_iter().collect()
        }
        (By::Org, Key::Org(org)) => above(organisations, asked, org),
        (By::Item, Key::Item(_)) | (By::Channel, Key::Channel(_)) | (By::Kind, Key::Kind(_)) => {
            vec![key.clone()]
        }
        _ => Vec::new(),
    }
}

/// Digits of the places one level below.
fn below(place: Option<GridCode>) -> u8 {
    let digits = place.map_or(GridCode::CITY, GridCode::digits);
    let found = GridCode::LEVELS.into_iter().find(|level| digits < *level);
    found.unwrap_or(GridCode::MICRO)
}

/// The organisation and those above it, as far as they are asked for.
fn above(organisations: &Organisations, asked: &Asked, org: &OrgCode) -> Vec<Key> {
    let mut chain = vec![org.clone()];
    while let Some(parent) = chain.last().and_then(|org| organisations.parent_of(org)) {
        if ABOVE_MAX <= chain.len() || chain.contains(&parent) {
            break;
        }
        chain.push(parent);
    }
    if let Some(top) = &asked.org {
        match chain.iter().position(|org| org == top) {
            Some(at) => chain.truncate(at.saturating_add(1)),
            None => chain.clear(),
        }
    }
    chain.into_iter().map(Key::Org).collect()
}
