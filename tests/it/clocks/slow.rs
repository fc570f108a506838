//! A clock as a clerk with a calendar would keep it: minutes counted one by one over the spans in
//! which it ran. It asks nothing of the code that it judges.

use std::collections::BTreeMap;

use liandong::domain::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use liandong::domain::trade::ClockMark;
use liandong::domain::{Calendar, Limit, LimitUnit, Timestamp};

use crate::config::calendar::works;

/// How time is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Time {
    Natural,
    Working,
}

/// How long a limit is, in its own time: a working day is the worked minutes of a day.
pub(super) fn length(calendar: &Calendar, limit: Limit) -> (Time, i64) {
    let day: u16 = calendar.spans.iter().map(|span| span.to_minute - span.from_minute).sum();
    let (time, ms) = match limit.unit {
        LimitUnit::Minutes => (Time::Natural, MINUTE_MS),
        LimitUnit::Hours => (Time::Natural, HOUR_MS),
        LimitUnit::Days => (Time::Natural, DAY_MS),
        LimitUnit::WorkingHours => (Time::Working, HOUR_MS),
        LimitUnit::WorkingDays => (Time::Working, i64::from(day) * MINUTE_MS),
    };
    (time, ms * i64::from(limit.amount))
}

/// Each minute, or what is left of one, between two moments that counts.
fn minutes(
    calendar: &Calendar,
    time: Time,
    (from, to): (i64, i64),
) -> impl Iterator<Item = (i64, i64)> {
    let first = from.div_euclid(MINUTE_MS);
    (first..)
        .map(move |minute| {
            ((minute * MINUTE_MS).max(from), ((minute + 1) * MINUTE_MS).min(to), minute)
        })
        .take_while(move |(begin, ..)| *begin < to)
        .filter(move |(.., minute)| time == Time::Natural || works(calendar, *minute))
        .map(|(begin, end, _)| (begin, end))
}

/// How much of such time lies between two moments.
pub(super) fn between(calendar: &Calendar, time: Time, from: Timestamp, to: Timestamp) -> i64 {
    minutes(calendar, time, (from.0, to.0)).map(|(begin, end)| end - begin).sum()
}

/// The first moment by which so much of such time has passed.
pub(super) fn after(calendar: &Calendar, time: Time, from: Timestamp, ms: i64) -> Timestamp {
    reached(calendar, time, &[(from.0, i64::MAX)], ms)
}

/// The first moment by which it ran so long in these spans; never, where they end before.
fn reached(calendar: &Calendar, time: Time, spans: &[(i64, i64)], ms: i64) -> Timestamp {
    let mut left = ms;
    for span in spans {
        if left <= 0 {
            return Timestamp(span.0);
        }
        for (begin, end) in minutes(calendar, time, *span) {
            if left <= end - begin {
                return Timestamp(begin + left);
            }
            left -= end - begin;
        }
    }
    Timestamp(i64::MAX)
}

/// How the city is told of a clock: cards at thousandths of the limit, 0 is never.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cards {
    pub(super) yellow: i64,
    pub(super) red: i64,
}

/// A clock.
#[derive(Debug, Clone)]
pub(super) struct Slow {
    pub(super) time: Time,
    pub(super) limit_ms: i64,
    /// When it ran; the last span has no end while it runs.
    spans: Vec<(i64, i64)>,
    pub(super) due: Timestamp,
    /// The last mark that was told.
    pub(super) told: ClockMark,
    /// When each mark is reached; those that never are do not stand here.
    pub(super) marks: BTreeMap<ClockMark, Timestamp>,
    /// Whether its limit was another when it stood still.
    pub(super) cut: bool,
}

impl Slow {
    /// A limit that runs since then.
    pub(super) fn since(
        (calendar, cards): (&Calendar, Cards),
        since: Timestamp,
        (time, limit_ms): (Time, i64),
    ) -> Self {
        let (told, marks) = (ClockMark::Running, BTreeMap::new());
        let spans = vec![(since.0, i64::MAX)];
        let due = after(calendar, time, since, limit_ms);
        let mut clock = Self { time, limit_ms, spans, due, told, marks, cut: false };
        clock.measure(calendar, cards);
        clock
    }

    /// Half its limit is noted, four fifths warned of; then it is due; then cards, if any.
    fn measure(&mut self, calendar: &Calendar, cards: Cards) {
        let part = |permille: i64| {
            reached(calendar, self.time, &self.spans, self.limit_ms * permille / 1_000)
        };
        let card = |permille: i64| (permille != 0).then(|| part(permille).max(self.due));
        let marks = [
            (ClockMark::Noted, Some(part(500))),
            (ClockMark::Warned, Some(part(800))),
            (ClockMark::Overdue, Some(self.due)),
            (ClockMark::Yellow, card(cards.yellow)),
            (ClockMark::Red, card(cards.red)),
        ];
        self.marks = marks.into_iter().filter_map(|(mark, at)| Some((mark, at?))).collect();
    }

    /// When it last went on, where it ever stood still. What lies before is over: a clock that
    /// keeps no list of its pauses may put it elsewhere before.
    pub(super) fn went_on(&self) -> Timestamp {
        let first = self.spans.len() == 1;
        if first { Timestamp::MIN } else { Timestamp(self.spans.last().unwrap().0) }
    }

    /// How long it ran by then.
    pub(super) fn ran(&self, calendar: &Calendar, now: Timestamp) -> i64 {
        let until = |(from, to): &(i64, i64)| (Timestamp(*from), Timestamp((*to).min(now.0)));
        self.spans.iter().map(until).map(|(from, to)| between(calendar, self.time, from, to)).sum()
    }

    /// It stands still.
    pub(super) fn pause(&mut self, now: Timestamp) {
        self.spans.last_mut().unwrap().1 = now.0;
    }

    /// It goes on with what was left; what was late stays late.
    pub(super) fn resume(&mut self, (calendar, cards): (&Calendar, Cards), now: Timestamp) {
        let paused = Timestamp(self.spans.last().unwrap().1);
        if paused <= self.due {
            let left = between(calendar, self.time, paused, self.due);
            self.due = after(calendar, self.time, now, left);
        }
        self.spans.push((now.0, i64::MAX));
        self.measure(calendar, cards);
    }

    /// It has time until then; its marks are measured anew, from its start.
    pub(super) fn extend(&mut self, (calendar, cards): (&Calendar, Cards), until: Timestamp) {
        self.limit_ms = self.ran(calendar, until);
        self.due = until;
        self.told = ClockMark::Running;
        self.measure(calendar, cards);
    }

    /// It has so long instead, from its start and without what it stood still.
    pub(super) fn remeasure(&mut self, (calendar, cards): (&Calendar, Cards), limit_ms: i64) {
        let mut open = self.spans.clone();
        let paused = open.last().unwrap().1;
        // Whether it stands still now says only whether it runs on.
        open.last_mut().unwrap().1 = i64::MAX;
        self.limit_ms = limit_ms;
        self.cut = 1 < self.spans.len() || paused != i64::MAX;
        self.due = reached(calendar, self.time, &open, limit_ms);
        self.told = ClockMark::Running;
        std::mem::swap(&mut self.spans, &mut open);
        self.measure(calendar, cards);
        self.spans.last_mut().unwrap().1 = paused;
    }

    /// A tick looks: what it tells, in order. Of what passed before it was due only the last is
    /// told; that it is late, and each card, always.
    pub(super) fn look(&mut self, now: Timestamp) -> Vec<ClockMark> {
        let passed = |(mark, at): (&ClockMark, &Timestamp)| (*at < now).then_some(*mark);
        let new: Vec<ClockMark> =
            self.marks.iter().filter_map(passed).filter(|mark| self.told < *mark).collect();
        self.told = new.last().copied().unwrap_or(self.told);
        let last = new.last().copied();
        new.into_iter().filter(|mark| ClockMark::Overdue <= *mark || Some(*mark) == last).collect()
    }
}
