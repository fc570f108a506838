//! The law of figures: kept change by change, they are what a slow count over the journal gives.

use std::collections::{BTreeMap, BTreeSet};

use liandong::domain::{OrgCode, Timestamp};
use liandong::picture::Picture;
use liandong::picture::figures::{
    Asked, By, FIGURES, Fact, Gauge, How, Key, Month, Span, Sums, Weights, Window, bucket_of,
    middle_of, value,
};
use liandong::wire::picture_v1;
use proptest::prelude::*;

use super::clerk::{PARTITION, journal, turns};
use super::count::{Counted, Thing, count};
use super::history::{History, fold};

/// What a slow count gives of one row.
#[derive(Debug, Default, PartialEq)]
struct Slow {
    facts: BTreeMap<Fact, i64>,
    gauges: BTreeMap<Gauge, i64>,
    spans: BTreeMap<Span, Vec<i64>>,
}

fn asked(window: Window, by: By, closed: bool) -> Asked {
    Asked { window, by, place: None, org: None, closed }
}

/// The rows that a count stands in, one by one as a person would look for them.
fn keys_of(history: &History, asked: &Asked, counted: &Counted) -> Vec<Key> {
    let (in_org, in_rest) = counted.rows;
    let case = &counted.case;
    let rest = |key: Option<Key>| key.filter(|_| in_rest).into_iter().collect();
    match (asked.by, asked.place) {
        (By::All, None) => rest(Some(Key::All)),
        (By::All, Some(place)) => {
            rest(case.place.grid.filter(|it| place.holds(*it)).map(|_| Key::Place(place)))
        }
        (By::Grid, around) => {
            let digits = around.map_or(6, |around| if around.digits() == 6 { 9 } else { 12 });
            let grid = case.place.grid.filter(|it| around.is_none_or(|place| place.holds(*it)));
            rest(grid.map(|it| Key::Place(it.prefix(digits))))
        }
        (By::Item, _) => rest(case.item.map(Key::Item)),
        (By::Channel, _) => rest(counted.channel.map(Key::Channel)),
        (By::Kind, _) => rest(Some(Key::Kind(case.kind))),
        (By::Org, _) => {
            let mut chain: Vec<OrgCode> = counted.org.iter().filter(|_| in_org).cloned().collect();
            while let Some(parent) =
                chain.last().and_then(|it| history.rules.organisations.parent_of(it))
            {
                chain.push(parent);
            }
            chain.into_iter().map(Key::Org).collect()
        }
    }
}

fn slow_rows(
    history: &History,
    counted: &[Counted],
    asked: &Asked,
    (from, to): (Timestamp, Timestamp),
) -> BTreeMap<Key, Slow> {
    let mut rows: BTreeMap<Key, Slow> = BTreeMap::new();
    for it in counted.iter().filter(|it| asked.closed || !it.is_closed_room()) {
        for key in keys_of(history, asked, it) {
            let row = rows.entry(key).or_default();
            match it.thing {
                Thing::Fact(fact, at) if from <= at && at < to => {
                    *row.facts.entry(fact).or_default() += it.count;
                }
                Thing::Gauge(gauge) => *row.gauges.entry(gauge).or_default() += it.count,
                Thing::Span(span, at, ms) if from <= at && at < to => {
                    row.spans.entry(span).or_default().push(ms);
                }
                Thing::Fact(..) | Thing::Span(..) => {}
            }
        }
    }
    for row in rows.values_mut() {
        row.facts.retain(|_, count| *count != 0);
    }
    rows.retain(|_, row| *row != Slow::default());
    rows
}

fn agree(kept: &BTreeMap<Key, Sums>, slow: &BTreeMap<Key, Slow>, asked: &Asked) {
    let nothing = (Sums::default(), Slow::default());
    let keys: BTreeSet<&Key> = kept.keys().chain(slow.keys()).collect();
    for key in keys {
        let kept = kept.get(key).unwrap_or(&nothing.0);
        let slow = slow.get(key).unwrap_or(&nothing.1);
        for fact in Fact::ALL {
            let is = slow.facts.get(fact).copied().unwrap_or(0);
            assert_eq!(kept.fact(*fact), is, "{fact:?} of {key} {asked:?}");
        }
        for gauge in Gauge::ALL {
            let is = slow.gauges.get(gauge).copied().unwrap_or(0);
            assert_eq!(kept.gauge(*gauge), is, "{gauge:?} of {key} {asked:?}");
        }
        // A month that is over has no spans below its towns.
        for span in Span::ALL {
            let mut all = slow.spans.get(span).cloned().unwrap_or_default();
            all.sort_unstable();
            assert_eq!(kept.spans_of(*span), as_i64(all.len()), "{span:?} of {key} {asked:?}");
            for (id, permille) in [(500, 500), (900, 900)] {
                let figure = FIGURES.iter().find(|it| it.how == How::Middle(*span, id)).unwrap();
                let told = value(figure, kept, &Weights::default());
                let rank = (all.len() * permille).div_ceil(1_000).max(1);
                let exact = all.get(rank - 1).map(|ms| middle_of(bucket_of(*ms)) * 10);
                assert_eq!(told.scaled, exact.filter(|_| 5 <= all.len()), "{span:?} of {key}");
            }
        }
    }
}

fn as_i64(count: usize) -> i64 {
    i64::try_from(count).unwrap()
}

/// Every way to ask.
fn ways(window: Window) -> Vec<Asked> {
    let mut ways = Vec::new();
    for closed in [true, false] {
        for by in [By::All, By::Org, By::Grid, By::Item, By::Channel, By::Kind] {
            ways.push(asked(window, by, closed));
        }
        for place in ["211002", "211002016"] {
            let place = place.parse().ok();
            ways.push(Asked { place, ..asked(window, By::All, closed) });
            if !matches!(window, Window::Month(_)) || place.is_some_and(|it| it.digits() == 6) {
                ways.push(Asked { place, ..asked(window, By::Grid, closed) });
            }
        }
    }
    ways
}

fn agrees_over(picture: &Picture, history: &History) {
    let rows = picture.rows(PARTITION).unwrap();
    let calendar = &history.rules.calendar;
    let today = calendar.day_of(history.now);
    let this = Month::of_day(today);
    let day = |day: i64| calendar.day_begins(day);
    let windows = [
        (Window::Today, day(today)),
        (Window::SevenDays, day(today - 6)),
        (Window::ThirtyDays, day(today - 29)),
        (Window::ThisMonth, day(this.first_day())),
        (Window::Month(this), day(this.first_day())),
    ];
    let counted = count(history);
    let end = Timestamp(i64::MAX);
    for (window, from) in windows {
        for asked in ways(window) {
            let mut kept = BTreeMap::new();
            rows.figures.add_rows(&rows.playbook, &asked, &mut kept);
            agree(&kept, &slow_rows(history, &counted, &asked, (from, end)), &asked);
        }
    }
    for back in 1..13 {
        let month = Month(this.0 - back);
        let (from, to) = (day(month.first_day()), day(month.next().first_day()));
        let then = history.before(to);
        let counted = count(&then);
        for asked in ways(Window::Month(month)) {
            let mut kept = BTreeMap::new();
            rows.figures.add_rows(&rows.playbook, &asked, &mut kept);
            agree(&kept, &slow_rows(&then, &counted, &asked, (from, to)), &asked);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn figures_are_what_a_slow_count_over_the_journal_gives(turns in turns(700)) {
        let mut picture = Picture::default();
        let history = History::of(&journal(&turns), |range| fold(&mut picture, range));
        agrees_over(&picture, &history);
    }

    #[test]
    fn a_kept_picture_carries_its_figures(turns in turns(200), cut in 0_usize..200) {
        let (mut picture, mut kept) = (Picture::default(), Picture::default());
        let mut index = 0;
        History::of(&journal(&turns), |range| {
            fold(&mut picture, range);
            fold(&mut kept, range);
            if index == cut {
                kept = picture_v1::decode(&picture_v1::encode(&kept).unwrap()).unwrap();
            }
            index += 1;
        });
        prop_assert_eq!(picture, kept);
    }

    #[test]
    fn the_cases_behind_a_figure_add_up_to_it(turns in turns(300)) {
        let mut picture = Picture::default();
        let history = History::of(&journal(&turns), |range| fold(&mut picture, range));
        let rows = picture.rows(PARTITION).unwrap();
        let gone = history.left.values().map(|(_, at)| *at).min();
        for asked in ways(Window::SevenDays).iter().filter(|asked| asked.closed) {
            let mut sums = BTreeMap::new();
            rows.figures.add_rows(&rows.playbook, asked, &mut sums);
            for (key, sums) in &sums {
                for figure in FIGURES.iter().filter(|it| !matches!(it.how, How::Middle(..))) {
                    let here = (rows.playbook.as_ref(), &rows.members);
                    let all = (None, usize::MAX);
                    let (found, _) = rows.figures.shares(here, (figure, key), asked, all);
                    let (n, d) = found.iter().fold((0, 0), |(n, d), it| (n + it.n, d + it.d));
                    let whole = (sums.total(figure.n), sums.total(figure.d));
                    prop_assert!(gone.is_some() || (n, d) == whole, "{} of {key}", figure.id);
                }
            }
        }
    }
}

/// The random journals must reach what the law is about.
#[test]
fn random_journals_bring_every_fact() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut facts, mut gauges, mut spans) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for _ in 0..240 {
        let turns = turns(1_200).new_tree(&mut runner).unwrap().current();
        for it in count(&History::of(&journal(&turns), |_| {})) {
            match it.thing {
                Thing::Fact(fact, _) => drop(facts.insert(fact)),
                Thing::Gauge(gauge) => drop(gauges.insert(gauge)),
                Thing::Span(span, ..) => drop(spans.insert(span)),
            }
        }
    }
    let missing: Vec<_> = Fact::ALL.iter().filter(|fact| !facts.contains(fact)).collect();
    let later = [
        Fact::FieldsAsked,
        Fact::FieldsFilled,
        Fact::CallsOffered,
        Fact::CallsAnswered,
        Fact::CallsAnsweredSoon,
    ];
    assert_eq!(missing, later.iter().collect::<Vec<_>>());
    let missing: Vec<_> = Gauge::ALL.iter().filter(|gauge| !gauges.contains(gauge)).collect();
    assert_eq!(missing, [&Gauge::CamerasRegistered, &Gauge::CamerasOnline]);
    assert_eq!(spans.len(), Span::ALL.len());
}
