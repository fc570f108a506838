//! Snapshots of a situation: never ahead of what is published, and kept as long as needed.

use liandong::domain::{Entry, Position, Timestamp};
use liandong::journal::{
    Journal as _, JournalError, MemoryJournal, SnapshotHead, Snapshots, Topic,
};
use liandong::processor::{
    ProcessorError, Speaker, hand_over, keep_restored, restore, take_snapshot,
};
use liandong::situation::CORE;
use liandong::telemetry::Clock;

use super::room::{P, append, said_in_one_go, signal, speak_all, speaker, started, taken};

/// A journal of twenty signals that were spoken of and one that was not, and who spoke.
fn spoken_but_for_one() -> (MemoryJournal, Speaker) {
    let journal = started();
    let mut living = speaker(&journal);
    for number in 0..20 {
        append(&journal, &signal(number));
    }
    speak_all(&journal, &mut living);
    append(&journal, &signal(99));
    (journal, living)
}

#[test]
fn a_snapshot_is_used_only_where_the_changes_cover_it() {
    let directory = tempfile::tempdir().unwrap();
    let snapshots = Snapshots::open(directory.path(), "situation").unwrap();
    let (journal, living) = spoken_but_for_one();
    let taken_at = take_snapshot(&journal, &snapshots, P, (3, Timestamp(0))).unwrap().position;
    assert_eq!(taken_at, living.spoken(), "it never leads what was published");
    let restored = restore(&journal, Some(&snapshots), P).unwrap();
    assert_eq!(restored.began_at, taken_at);
    assert_eq!(restored.situation(), living.situation());

    // The same journal whose changes were lost: the snapshot leads, and is not used.
    let bare = MemoryJournal::new(Clock::manual(Timestamp(1_000)));
    for stored in journal.read(Topic::Journal, P, Position::START, usize::MAX).unwrap() {
        drop(bare.append(Topic::Journal, P, vec![stored.bytes]));
    }
    assert_eq!(restore(&bare, Some(&snapshots), P).unwrap().began_at, Position::START);
}

#[test]
fn what_a_restore_folded_need_not_be_folded_by_the_next() {
    let directory = tempfile::tempdir().unwrap();
    let snapshots = Snapshots::open(directory.path(), "situation").unwrap();
    let (journal, living) = spoken_but_for_one();
    let restored = Speaker::restore(&journal, Some(&snapshots), (P, 8)).unwrap();
    assert_eq!(restored.caught_up(), 22, "the core, the playbook and twenty signals");
    keep_restored(&journal, &snapshots, &restored).unwrap();
    let mut again = Speaker::restore(&journal, Some(&snapshots), (P, 9)).unwrap();
    assert_eq!(again.caught_up(), 0);
    assert_eq!(again.situation(), living.situation());
    speak_all(&journal, &mut again);
    assert_eq!(taken(&journal), said_in_one_go(&journal).0);
}

#[test]
fn retention_keeps_what_the_oldest_snapshot_needs() {
    let directory = tempfile::tempdir().unwrap();
    let snapshots = Snapshots::open(directory.path(), "situation").unwrap();
    let journal = started();
    let mut living = speaker(&journal);
    let mut taken = Vec::new();
    for number in 0..6 {
        append(&journal, &signal(number));
        speak_all(&journal, &mut living);
        taken.push(take_snapshot(&journal, &snapshots, P, (2, Timestamp(i64::MAX))).unwrap());
    }
    assert_eq!(journal.start(Topic::Journal, P), taken[4].position);
    let restored = restore(&journal, Some(&snapshots), P).unwrap();
    assert_eq!(restored.situation(), living.situation());
    let without = restore(&journal, None, P).map(|_| ());
    assert!(matches!(without, Err(ProcessorError::Journal(JournalError::Removed { .. }))));
    // What no kept snapshot needs of the changes may go; one that cannot be read is passed over.
    let needed_after = taken[5].needed_after;
    assert!(Position::START < needed_after);
    journal.remove_through(Topic::Changes, P, needed_after).unwrap();
    let (epoch, position) = (journal.epoch(), taken[5].position);
    let newest = SnapshotHead { epoch, core: CORE, partition: P, position };
    snapshots.put(&newest, b"no situation").unwrap();
    let restored = restore(&journal, Some(&snapshots), P).unwrap();
    assert_eq!((restored.began_at, restored.published), (taken[4].position, living.spoken()));
    assert_eq!(restored.situation(), living.situation());
}

#[test]
fn what_another_core_goes_on_from_is_kept_once_the_changes_cover_it() {
    let directory = tempfile::tempdir().unwrap();
    let snapshots = Snapshots::open(directory.path(), "situation").unwrap();
    let journal = started();
    append(&journal, &signal(1));
    let at = append(&journal, &Entry::Core(CORE + 1));
    let (mut owner, mut standby) = (speaker(&journal), speaker(&journal));
    while standby.follow(&journal).unwrap() != 0 {}
    let wanted = SnapshotHead {
        epoch: journal.epoch(),
        core: CORE + 1,
        partition: P,
        position: Position::new(u64::MAX, 0),
    };
    assert!(!hand_over(&journal, &snapshots, &mut standby).unwrap());
    assert!(snapshots.newest(&wanted).unwrap().is_none());
    speak_all(&journal, &mut owner);
    assert!(hand_over(&journal, &snapshots, &mut standby).unwrap());
    assert_eq!(snapshots.newest(&wanted).unwrap().unwrap().0.position, at);
}
