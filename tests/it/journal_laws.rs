//! The laws every journal keeps, run on each implementation.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use liandong::domain::{Partition, Position, Timestamp};
use liandong::journal::{
    Journal, JournalError, LocalJournal, LocalOptions, MemoryJournal, Stored, Topic,
};
use liandong::telemetry::Clock;

const P: Partition = Partition(3);
const ALL: usize = usize::MAX;

fn bytes(texts: &[&str]) -> Vec<Bytes> {
    texts.iter().map(|text| Bytes::copy_from_slice(text.as_bytes())).collect()
}

fn texts(stored: &[Stored]) -> Vec<String> {
    stored.iter().map(|one| String::from_utf8(one.bytes.to_vec()).unwrap()).collect()
}

fn open(directory: &Path, clock: &Clock) -> Arc<LocalJournal> {
    LocalJournal::open(directory, LocalOptions::default(), clock.clone(), None).unwrap()
}

/// Runs a law on each journal: those of this machine, and one on a cluster where that is built.
fn on_each(law: impl Fn(&dyn Journal, &Clock)) {
    on_each_here(&law);
    #[cfg(feature = "kafka")]
    if !crate::kafka::cluster::skipped() {
        law(&*crate::kafka::cluster::open(&crate::kafka::cluster::fresh()), &Clock::System);
    }
}

/// Runs a law on each journal of this machine, with the clock it takes its times from.
fn on_each_here(law: impl Fn(&dyn Journal, &Clock)) {
    let clock = Clock::manual(Timestamp(1_000));
    law(&MemoryJournal::new(clock.clone()), &clock);
    let directory = tempfile::tempdir().unwrap();
    let clock = Clock::manual(Timestamp(1_000));
    law(&*open(directory.path(), &clock), &clock);
}

fn append(journal: &dyn Journal, entries: &[&str]) -> Position {
    journal.append(Topic::Journal, P, bytes(entries)).durable_blocking().unwrap().first
}

fn read(journal: &dyn Journal, after: Position, entries_max: usize) -> Vec<Stored> {
    journal.read(Topic::Journal, P, after, entries_max).unwrap()
}

#[test]
fn entries_come_back_in_order_from_any_position() {
    on_each(|journal, _| {
        assert_eq!(append(journal, &["a", "b"]), Position::new(1, 0));
        assert_eq!(append(journal, &["c"]), Position::new(2, 0));
        assert_eq!(texts(&read(journal, Position::START, ALL)), ["a", "b", "c"]);
        assert_eq!(texts(&read(journal, Position::new(1, 0), ALL)), ["b", "c"]);
        assert_eq!(texts(&read(journal, Position::new(1, 1), ALL)), ["c"]);
        assert_eq!(texts(&read(journal, Position::START, 2)), ["a", "b"]);
        assert!(read(journal, Position::new(2, 0), ALL).is_empty());
    });
}

#[test]
fn topics_and_partitions_do_not_see_each_other() {
    on_each(|journal, _| {
        append(journal, &["a"]);
        let elsewhere = journal.read(Topic::Changes, P, Position::START, ALL).unwrap();
        let beside = journal.read(Topic::Journal, Partition(4), Position::START, ALL).unwrap();
        assert!(elsewhere.is_empty() && beside.is_empty());
    });
}

#[test]
fn time_never_falls() {
    on_each_here(|journal, clock| {
        append(journal, &["a"]);
        clock.set(Timestamp(500));
        append(journal, &["b"]);
        clock.set(Timestamp(2_000));
        append(journal, &["c"]);
        let times: Vec<_> =
            read(journal, Position::START, ALL).iter().map(|one| one.at.0).collect();
        assert_eq!(times, [1_000, 1_000, 2_000]);
    });
}

#[test]
fn the_end_moves_and_wakes_who_waits() {
    on_each(|journal, _| {
        let mut end = journal.end(Topic::Journal, P);
        assert_eq!(*end.borrow_and_update(), Position::START);
        append(journal, &["a", "b"]);
        assert!(end.has_changed().unwrap());
        assert_eq!(*end.borrow_and_update(), Position::new(1, 1));
    });
}

#[test]
fn what_was_removed_is_said_so() {
    on_each(|journal, _| {
        append(journal, &["a", "b"]);
        append(journal, &["c"]);
        // Half of a record stays whole.
        journal.remove_through(Topic::Journal, P, Position::new(1, 0)).unwrap();
        assert_eq!(texts(&read(journal, journal.start(Topic::Journal, P), ALL)).len(), 3);
        journal.remove_through(Topic::Journal, P, Position::new(1, 1)).unwrap();
        assert_eq!(journal.start(Topic::Journal, P), Position::new(1, 1));
        assert_eq!(texts(&read(journal, Position::new(1, 1), ALL)), ["c"]);
        let refused = journal.read(Topic::Journal, P, Position::START, ALL);
        assert!(matches!(refused, Err(JournalError::Removed { .. })));
    });
}

#[test]
fn a_dropped_receipt_hurts_nobody() {
    on_each(|journal, _| {
        drop(journal.append(Topic::Journal, P, bytes(&["a"])));
        append(journal, &["b"]);
        assert_eq!(texts(&read(journal, Position::START, ALL)), ["a", "b"]);
    });
}

#[test]
fn many_appenders_lose_and_double_nothing() {
    on_each(|journal, _| {
        std::thread::scope(|scope| {
            for thread in 0..8 {
                scope.spawn(move || {
                    for number in 0..50 {
                        append(journal, &[&format!("{thread}:{number}")]);
                    }
                });
            }
        });
        let found = read(journal, Position::START, ALL);
        assert_eq!(found.len(), 400);
        for thread in 0..8 {
            let own: Vec<_> = texts(&found)
                .into_iter()
                .filter(|text| text.starts_with(&format!("{thread}:")))
                .collect();
            let expected: Vec<_> = (0..50).map(|number| format!("{thread}:{number}")).collect();
            assert_eq!(own, expected);
        }
        assert!(found.windows(2).all(|pair| pair[0].position < pair[1].position));
    });
}

#[test]
fn an_append_is_whole_and_shown_before_it_is_acknowledged() {
    on_each(|journal, _| {
        std::thread::scope(|scope| {
            for thread in 0..4 {
                scope.spawn(move || {
                    for number in 0..50 {
                        let entries = [0, 1, 2].map(|index| format!("{thread}:{number}:{index}"));
                        let first = append(journal, &entries.each_ref().map(String::as_str));
                        let last = Position::new(first.offset, first.index + 2);
                        assert!(last <= *journal.end(Topic::Journal, P).borrow());
                        let before = Position::new(first.offset - 1, u32::MAX);
                        let own = read(journal, before, ALL).into_iter();
                        let own: Vec<_> =
                            own.skip_while(|it| it.position < first).take(3).collect();
                        assert_eq!(texts(&own), entries);
                    }
                });
            }
        });
    });
}

#[test]
fn an_append_of_nothing_is_refused() {
    on_each(|journal, _| {
        let refused = journal.append(Topic::Journal, P, Vec::new()).durable_blocking();
        assert!(matches!(refused, Err(JournalError::Empty)));
        assert_eq!(*journal.end(Topic::Journal, P).borrow(), Position::START);
    });
}

/// Follows `journal` by pages of changing size until `entries` were seen; each once, in order.
fn follow(journal: &dyn Journal, entries: usize) {
    let mut seen = 0;
    let mut after = Position::START;
    while seen < entries {
        for stored in read(journal, after, seen % 7 + 1) {
            let text = String::from_utf8(stored.bytes.slice(..6).to_vec()).unwrap();
            assert_eq!(text, format!("{seen:06}"));
            assert!(after < stored.position);
            after = stored.position;
            seen += 1;
        }
        std::thread::yield_now();
    }
}

#[test]
fn a_follower_meets_each_entry_once_while_others_append() {
    on_each(|journal, _| {
        let heavy = "x".repeat(64 * 1_024);
        std::thread::scope(|scope| {
            scope.spawn(|| follow(journal, 600));
            scope.spawn(|| {
                // More than is kept in memory.
                for number in 0..300 {
                    let (one, other) = (2 * number, 2 * number + 1);
                    append(journal, &[&format!("{one:06}{heavy}"), &format!("{other:06}")]);
                }
            });
        });
        follow(journal, 600);
    });
}

#[test]
fn a_reader_that_retention_passes_is_told_and_misses_nothing() {
    on_each(|journal, _| {
        let heavy = "x".repeat(128 * 1_024);
        for number in 0..200 {
            append(journal, &[&format!("{number:06}{heavy}")]);
        }
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for offset in 1..200 {
                    let through = Position::new(offset, 0);
                    journal.remove_through(Topic::Journal, P, through).unwrap();
                }
            });
            for _ in 0..2_000 {
                let after = journal.start(Topic::Journal, P);
                match journal.read(Topic::Journal, P, after, 2) {
                    Ok(found) => assert_eq!(found[0].position.offset, after.offset + 1),
                    Err(JournalError::Removed { start, .. }) => assert!(after < start),
                    Err(error) => panic!("{error}"),
                }
            }
        });
    });
}

#[test]
fn a_follower_far_behind_reads_what_left_memory() {
    let directory = tempfile::tempdir().unwrap();
    let journal = open(directory.path(), &Clock::System);
    let heavy = "x".repeat(1_024 * 1_024);
    for _ in 0..12 {
        append(&*journal, &["light", &heavy]);
    }
    let mut at = Position::START;
    let mut seen = 0;
    loop {
        let page = read(&*journal, at, 5);
        let Some(last) = page.last() else { break };
        seen += page.len();
        at = last.position;
    }
    assert_eq!(seen, 24);
}

#[test]
fn a_reopened_journal_goes_on_where_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let journal = open(directory.path(), &Clock::manual(Timestamp(9_000)));
    append(&*journal, &["a", "b"]);
    append(&*journal, &["c"]);
    journal.remove_through(Topic::Journal, P, Position::new(1, 1)).unwrap();
    let epoch = journal.epoch();
    drop(journal);
    let journal = open(directory.path(), &Clock::manual(Timestamp(1)));
    assert_eq!(journal.epoch(), epoch);
    assert_eq!(append(&*journal, &["d"]), Position::new(3, 0));
    let found = read(&*journal, Position::new(1, 1), ALL);
    assert_eq!(texts(&found), ["c", "d"]);
    assert_eq!(found[1].at, Timestamp(9_000), "time does not fall across a reopening");
    // Beyond the end is the end.
    journal.remove_through(Topic::Journal, P, Position::new(99, 0)).unwrap();
    drop(journal);
    let journal = open(directory.path(), &Clock::manual(Timestamp(1)));
    assert_eq!(journal.start(Topic::Journal, P), Position::new(3, 0));
    assert_eq!(append(&*journal, &["e"]), Position::new(4, 0), "an emptied lane goes on, too");
    let found = read(&*journal, Position::new(3, 0), ALL);
    assert_eq!(found[0].at, Timestamp(9_000), "and so does its time");
}

#[test]
fn two_incarnations_have_two_epochs_and_one_directory_one_owner() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let journal = open(one.path(), &Clock::System);
    assert_ne!(journal.epoch(), open(other.path(), &Clock::System).epoch());
    let second = LocalJournal::open(one.path(), LocalOptions::default(), Clock::System, None);
    let why = second.map(|_| ()).unwrap_err().to_string();
    assert!(why.contains("another process owns"), "{why}");
}

#[test]
fn what_was_given_before_closing_is_durable() {
    let directory = tempfile::tempdir().unwrap();
    let journal = open(directory.path(), &Clock::System);
    for number in 0..500 {
        drop(journal.append(Topic::Journal, P, bytes(&[&number.to_string()])));
    }
    drop(journal);
    let found = read(&*open(directory.path(), &Clock::System), Position::START, ALL);
    assert_eq!(texts(&found), (0..500).map(|number| number.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_receipt_can_be_awaited() {
    let directory = tempfile::tempdir().unwrap();
    let journal = open(directory.path(), &Clock::System);
    let mut end = journal.end(Topic::Journal, P);
    let receipt = journal.append(Topic::Journal, P, bytes(&["a"])).durable().await.unwrap();
    tokio::time::timeout(Duration::from_secs(5), end.wait_for(|at| receipt.first <= *at))
        .await
        .unwrap()
        .unwrap();
}
