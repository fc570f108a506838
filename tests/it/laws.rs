//! The laws of the core, on random journals.

use liandong::domain::{Change, Digest, Entry, Outcome, Partition, Position, Timestamp};
use liandong::situation::{Effects, Situation, apply, invariants};
use proptest::prelude::*;

use crate::laws_journals::{Journal, journal};
use crate::rows::{Rows, answered};

fn empty() -> (Situation, Effects) {
    (Situation::new(Partition(3)), Effects::default())
}

/// Where entry `index` of a journal stands: three entries a record.
fn place(index: usize, at: Timestamp) -> (Position, Timestamp) {
    let offset = u64::try_from(index / 3).unwrap() + 1;
    (Position::new(offset, u32::try_from(index % 3).unwrap()), at)
}

/// Applies `journal` from entry `from` on, and gives `seen` each entry's effects.
fn fold(
    situation: &mut Situation,
    journal: &Journal,
    from: usize,
    mut seen: impl FnMut(&Situation, &Entry, &Effects),
) {
    let mut effects = Effects::default();
    for (index, (at, entry)) in journal.iter().enumerate().skip(from) {
        apply(situation, &mut effects, place(index, *at), entry.clone());
        seen(situation, entry, &effects);
    }
}

fn folded(journal: &Journal) -> Situation {
    let (mut situation, _) = empty();
    fold(&mut situation, journal, 0, |_, _, _| {});
    situation
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn invariants_hold_after_every_entry(journal in journal()) {
        let (mut situation, _) = empty();
        fold(&mut situation, &journal, 0, |situation, entry, _| {
            let checked = invariants::check(situation);
            assert!(checked.is_ok(), "after {entry:?}: {checked:?}");
        });
    }

    #[test]
    fn a_replay_gives_the_same_digests(journal in journal()) {
        let (one, other) = (folded(&journal), folded(&journal));
        prop_assert_eq!(one.digest(), other.digest());
        prop_assert_eq!(Digest::of(&one), Digest::of(&other));
    }

    #[test]
    fn what_was_applied_is_passed_over(journal in journal(), again in 0_usize..120) {
        let mut situation = folded(&journal);
        let before = situation.clone();
        let again = again.min(journal.len());
        fold(&mut situation, &journal, journal.len() - again, |_, _, effects| {
            assert!(effects.changes.is_empty() && effects.orders.is_empty());
        });
        prop_assert_eq!(situation, before);
    }

    #[test]
    fn a_watcher_of_changes_holds_the_situations_rows(mut journal in journal()) {
        let at = journal.last().map_or(Timestamp::MIN, |(at, _)| *at);
        journal.push((at, Entry::Tick));
        let (mut situation, _) = empty();
        let mut rows = Rows::default();
        fold(&mut situation, &journal, 0, |_, _, effects| rows.fold(&effects.changes));
        prop_assert_eq!(&rows, &Rows::of(&situation));

        journal.push((at, Entry::Restate));
        let mut anew = Rows::default();
        let from = journal.len() - 1;
        fold(&mut situation, &journal, from, |_, _, effects| anew.fold(&effects.changes));
        prop_assert_eq!(rows, anew);
    }

    #[test]
    fn every_command_and_signal_is_answered_once(journal in journal()) {
        let (mut situation, _) = empty();
        fold(&mut situation, &journal, 0, |_, entry, effects| match entry {
            Entry::Command(command) => assert_eq!(answered(&effects.changes), [command.id]),
            Entry::Signal(signal) => {
                let answers = effects.changes.iter().filter(|change| {
                    matches!(change, Change::SignalAnswered { source, .. }
                        if *source == signal.source)
                });
                assert_eq!(answers.count(), 1);
            }
            _ => assert_eq!(answered(&effects.changes), []),
        });
    }

    #[test]
    fn a_refusal_changes_nothing_but_the_memory_of_it(journal in journal()) {
        let (mut situation, mut effects) = empty();
        for (index, (at, entry)) in journal.iter().enumerate() {
            let before = situation.clone();
            apply(&mut situation, &mut effects, place(index, *at), entry.clone());
            let refused = matches!(
                effects.changes.last(),
                Some(Change::CommandAnswered { outcome: Outcome::Refused(_), .. })
            );
            if refused {
                prop_assert_eq!(effects.changes.len(), 1);
                prop_assert!(effects.orders.is_empty());
                prop_assert_eq!(before.fusion(), situation.fusion());
                let tally = situation.tally().clone();
                prop_assert_eq!(Rows { tally, ..Rows::of(&before) }, Rows::of(&situation));
            }
        }
    }

    #[test]
    fn a_snapshot_taken_midway_goes_on_alike(journal in journal(), cut in 0_usize..120) {
        let cut = cut.min(journal.len());
        let mut situation = folded(&journal[..cut].to_vec());
        let bytes = postcard::to_stdvec(&situation).unwrap();
        let mut restored: Situation = postcard::from_bytes(&bytes).unwrap();
        prop_assert_eq!(&restored, &situation);

        fold(&mut situation, &journal, cut, |_, _, _| {});
        fold(&mut restored, &journal, cut, |_, _, _| {});
        prop_assert_eq!(restored.digest(), situation.digest());
        prop_assert_eq!(Digest::of(&restored), Digest::of(&situation));
    }

    #[test]
    fn versions_only_rise_and_time_never_falls(journal in journal()) {
        let (mut situation, _) = empty();
        let mut versions = std::collections::BTreeMap::new();
        let mut now = Timestamp::MIN;
        fold(&mut situation, &journal, 0, |situation, entry, effects| {
            assert!(now <= situation.now());
            now = situation.now();
            for change in &effects.changes {
                let Change::CaseMoved { case, .. } = change else { continue };
                let before = versions.insert(case.id, case.version).unwrap_or(0);
                let restated = *entry == Entry::Restate && before == case.version;
                assert!(before < case.version || restated, "{case:?}");
            }
        });
    }
}

#[test]
fn another_cores_entries_are_passed_over() {
    let (mut situation, mut effects) = empty();
    apply(&mut situation, &mut effects, place(0, Timestamp(1)), Entry::Core(999));
    assert_eq!(effects.changes, [Change::CoreSet { core: 999 }]);
    assert!(!situation.is_ours());
    let before = situation.clone();
    apply(&mut situation, &mut effects, place(1, Timestamp(2)), Entry::Tick);
    assert_eq!(situation, before);
    assert!(effects.changes.is_empty());
}

/// The random journals must reach what the laws are about.
#[test]
fn random_journals_reach_every_state() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..300 {
        let journal = journal().new_tree(&mut runner).unwrap().current();
        let (mut situation, _) = empty();
        fold(&mut situation, &journal, 0, |_, _, effects| {
            for change in &effects.changes {
                if let Change::CaseMoved { case, .. } = change {
                    seen.insert(case.state);
                }
            }
        });
    }
    // Suspended and handed over come with their own journals (`trade/`).
    assert!(12 <= seen.len(), "states reached: {seen:?}");
}
