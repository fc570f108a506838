//! The laws of the trade (`domain.md` 4.3), after each entry of journals of 10,000: all kinds, all
//! verbs.

use std::collections::{BTreeMap, BTreeSet};

use liandong::domain::{
    Case, CaseId, Change, Entry, GridCode, Happened, KindCode, Outcome, Reply, Step, TicketId,
    Timestamp, VerbCode,
};
use liandong::picture::Picture;
use liandong::picture::figures::{Asked, By, Gauge, Key, Sums, Window};
use liandong::situation::{Effects, Situation, apply, invariants};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::clerk::{Journal, PARTITION, Turn, place, watched};
use super::history::{History, fold};
use super::turns::exactly;

/// Entries of one journal.
const ENTRIES: usize = 10_000;

/// What a watcher remembers of the entries before.
#[derive(Default)]
struct Watcher {
    cases: BTreeMap<CaseId, Case>,
    replies: BTreeMap<TicketId, Timestamp>,
    kinds: BTreeSet<KindCode>,
    done: BTreeSet<VerbCode>,
    digest: Option<liandong::domain::Digest>,
}

impl Watcher {
    fn sees(&mut self, situation: &Situation, entry: &Entry, effects: &Effects) {
        let sound = invariants::check(situation);
        assert!(sound.is_ok(), "after {entry:?}: {sound:?}");
        for change in &effects.changes {
            match change {
                Change::CaseMoved { case, step } => {
                    self.kinds.insert(case.kind);
                    if let Some(before) = self.cases.insert(case.id, Case::clone(case)) {
                        case_moved((&before, case), step, entry);
                    }
                }
                Change::TicketMoved { ticket } => {
                    if let Reply::Owed { due, .. } | Reply::Given { due, .. } = ticket.reply {
                        let before = *self.replies.entry(ticket.id).or_insert(due);
                        assert_eq!(before, due, "nothing moves when {} is due", ticket.id);
                    }
                }
                Change::CommandAnswered { outcome: Outcome::Changed, .. } => {
                    let Entry::Command(command) = entry else { panic!("{entry:?} is no command") };
                    self.done.extend(command.verb.code().map(|(verb, _)| verb));
                }
                _ => {}
            }
        }
        self.digest = Some(situation.digest());
    }
}

/// What may become of a row by one entry.
fn case_moved((before, now): (&Case, &Case), step: &Step, entry: &Entry) {
    if step.what == Happened::Restated {
        assert_eq!(before, now, "said again, it is the same");
        return;
    }
    assert!(before.version < now.version, "{now:?}");
    let card = |case: &Case| case.supervision.as_ref().map(|it| it.card);
    let cancelled = matches!(step.what, Happened::SupervisionCancelled { .. });
    assert!(cancelled || card(before) <= card(now), "{:?} fell by {:?}", now.id, step.what);

    let commanded = match entry {
        Entry::Command(command) => Some(command),
        _ => None,
    };
    let judged = matches!(
        step.what,
        Happened::CheckPassed | Happened::CheckFailed { .. } | Happened::Rated { .. }
    );
    if judged {
        let org = &commanded.unwrap().actor.org;
        assert!(before.lead.as_ref() != Some(org) && !before.assists.contains(org), "{now:?}");
    }
    if commanded.is_none() && before.stage == now.stage {
        let due = |case: &Case| case.clock.map(|clock| clock.due);
        assert_eq!(due(before), due(now), "no command moved it: {entry:?}");
    }
}

/// The journal of these turns, with every law held after each entry.
fn lived(turns: &[Turn]) -> (Journal, Watcher) {
    let mut watcher = Watcher::default();
    let journal = watched(turns, &mut |situation, entry, effects| {
        watcher.sees(situation, entry, effects);
    });
    (journal, watcher)
}

fn open_by(picture: &Picture, by: By, place: Option<GridCode>) -> BTreeMap<Key, i64> {
    let rows = picture.rows(PARTITION).unwrap();
    let asked = Asked { window: Window::Today, by, place, org: None, closed: true };
    let mut sums: BTreeMap<Key, Sums> = BTreeMap::new();
    rows.figures.add_rows(&rows.playbook, &asked, &mut sums);
    sums.into_iter().map(|(key, sums)| (key, sums.gauge(Gauge::Open))).collect()
}

/// Open cases of a place are those of the places in it, and those of no smaller one.
fn sums_agree(picture: &Picture, situation: &Situation) {
    let open: Vec<&Case> =
        situation.cases().filter(|case| !case.state.is_ended() && case.purpose.is_real()).collect();
    let count = |of: &dyn Fn(&Case) -> bool| {
        i64::try_from(open.iter().filter(|case| of(case)).count()).unwrap()
    };
    let whole = open_by(picture, By::All, None).remove(&Key::All).unwrap_or(0);
    assert_eq!(whole, count(&|_| true));
    let counties = open_by(picture, By::Grid, None);
    let nowhere = count(&|case| case.place.grid.is_none());
    assert_eq!(whole, counties.values().sum::<i64>() + nowhere);
    for (key, sum) in counties.into_iter().chain(towns(picture)) {
        let Key::Place(place) = key else { panic!("{key} is no place") };
        assert_eq!(sum, count(&|case| case.place.grid.is_some_and(|it| place.holds(it))));
        let within: i64 = open_by(picture, By::Grid, Some(place)).values().sum();
        let below = place.digits() + 3;
        let itself = count(&|case| {
            let at = case.place.grid.filter(|it| place.holds(*it));
            at.is_some_and(|it| it.digits() < below)
        });
        assert!(within == sum || within == sum - itself, "{place}: {sum}, {within} in it");
    }
}

fn towns(picture: &Picture) -> BTreeMap<Key, i64> {
    open_by(picture, By::Grid, "211002".parse().ok())
}

/// Told again, a journal gives the same digest, and the same figures.
fn is_replayed(journal: &Journal, watcher: &Watcher) {
    let (mut situation, mut effects) = (Situation::new(PARTITION), Effects::default());
    for (index, (at, entry)) in journal.iter().enumerate() {
        apply(&mut situation, &mut effects, place(index, *at), entry.clone());
    }
    assert_eq!(Some(situation.digest()), watcher.digest);
    let (mut one, mut other) = (Picture::default(), Picture::default());
    History::of(journal, |range| fold(&mut one, range));
    History::of(journal, |range| fold(&mut other, range));
    assert!(one == other, "the same changes give the same figures");
    sums_agree(&one, &situation);
}

proptest! {
    // Each checks the whole situation ten thousand times; none is shrunk for hours.
    #![proptest_config(ProptestConfig {
        cases: 2,
        max_shrink_iters: 16,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_laws_of_the_trade_hold_after_each_of_ten_thousand_entries(turns in exactly(ENTRIES)) {
        let (journal, watcher) = lived(&turns);
        prop_assert!(ENTRIES <= journal.len());
        is_replayed(&journal, &watcher);
    }
}

/// The random journals must reach what the laws are about.
#[test]
fn random_lives_are_of_every_kind_and_by_every_verb() {
    let mut runner = TestRunner::deterministic();
    let (mut kinds, mut done) = (BTreeSet::new(), BTreeSet::new());
    let rules = super::city::rules(1);
    // Most come in the first; what is seldom may take some more.
    for _ in 0..9 {
        if kinds.len() == rules.kinds.len() && done.len() == VerbCode::ALL.len() {
            break;
        }
        let turns = exactly(ENTRIES).new_tree(&mut runner).unwrap().current();
        let (_, watcher) = lived(&turns);
        kinds.extend(watcher.kinds);
        done.extend(watcher.done);
    }
    let missing: Vec<_> = rules.kinds.keys().filter(|kind| !kinds.contains(kind)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let missing: Vec<_> = VerbCode::ALL.iter().filter(|verb| !done.contains(verb)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
