//! What holds of a journal on a cluster, beside the laws of every journal.

use bytes::Bytes;
use liandong::domain::{Partition, Position};
use liandong::journal::kafka::{
    KafkaJournal, KafkaOptions, PartitionCounts, TopicState, apply, plan,
};
use liandong::journal::{Journal as _, JournalError, Stored, Topic};
use liandong::telemetry::Clock;

use super::cluster::{fresh, open};

const P: Partition = Partition(2);

fn append(journal: &KafkaJournal, entries: &[&[u8]]) -> Position {
    let entries = entries.iter().map(|entry| Bytes::copy_from_slice(entry)).collect();
    journal.append(Topic::Journal, P, entries).durable_blocking().unwrap().first
}

fn all(journal: &KafkaJournal, after: Position, page: usize) -> Vec<Stored> {
    let (mut at, mut found) = (after, Vec::new());
    loop {
        let read = journal.read(Topic::Journal, P, at, page).unwrap();
        let Some(last) = read.last() else { return found };
        at = last.position;
        found.extend(read);
    }
}

#[test]
fn topics_are_made_once_and_keep_their_epoch() {
    let options = fresh();
    let counts: PartitionCounts = Topic::ALL.map(|topic| (topic, 5)).into();
    let there = plan(&options, &counts).unwrap();
    assert_eq!(there.len(), 16);
    let alone = ["meta", "dead-letters"].map(|name| format!("{}.{name}", options.prefix));
    for topic in there {
        let partitions = if alone.contains(&topic.name) { 1 } else { 5 };
        assert_eq!(topic.state, TopicState::There { partitions }, "{}", topic.name);
    }
    let epoch = open(&options).epoch();
    apply(&options, &counts, (1, liandong::domain::Timestamp(9))).unwrap();
    assert_eq!(open(&options).epoch(), epoch);
    assert_ne!(open(&fresh()).epoch(), epoch);
}

#[test]
fn without_topics_it_says_what_to_do() {
    let mut options = fresh();
    options.prefix.push_str("-never-made");
    let refused = KafkaJournal::open(&options, &Topic::ALL, Clock::System).unwrap_err();
    assert!(refused.to_string().contains("-never-made.meta"), "{refused}");
}

#[test]
fn times_are_the_brokers_and_never_fall() {
    let journal = open(&fresh());
    let before = Clock::System.now();
    for _ in 0..20 {
        append(&journal, &[b"entry"]);
    }
    let times: Vec<_> = all(&journal, Position::START, 7).iter().map(|one| one.at).collect();
    assert_eq!(times.len(), 20);
    assert!(times.is_sorted() && before.0 - 1_000 <= times[0].0, "{times:?}");
}

#[test]
fn another_journal_on_the_cluster_sees_what_this_one_appends() {
    let options = fresh();
    let (one, other) = (open(&options), open(&options));
    let mut end = other.end(Topic::Journal, P);
    append(&one, &[b"a", b"b"]);
    let third = append(&other, &[b"c"]);
    assert_eq!(third, Position::new(2, 0));
    assert_eq!(*end.borrow_and_update(), third);
    let texts: Vec<_> =
        all(&other, Position::START, 9).into_iter().map(|stored| stored.bytes).collect();
    assert_eq!(texts, ["a", "b", "c"]);
}

#[test]
fn who_follows_the_city_alone_hears_nothing_of_its_counties() {
    let options = fresh();
    let speaks = open(&options);
    let of_the_city = KafkaOptions { city_only: &[Topic::Changes], ..options };
    let hears = KafkaJournal::open(&of_the_city, &[Topic::Changes], Clock::System).unwrap();
    let end = hears.end(Topic::Changes, Partition::CITY);
    for partition in [P, Partition::CITY] {
        let said = vec![Bytes::from_static(b"range")];
        speaks.append(Topic::Changes, partition, said).durable_blocking().unwrap();
    }
    for _ in 0..1_000 {
        if *end.borrow() != Position::START {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let said = hears.read(Topic::Changes, Partition::CITY, Position::START, 9).unwrap();
    assert_eq!(said.len(), 1);
    assert_eq!(*hears.end(Topic::Changes, P).borrow(), Position::START);
}

#[test]
fn reopened_it_goes_on_and_reads_what_was_there_from_any_position() {
    let options = fresh();
    let journal = open(&options);
    for number in 0..30_u8 {
        append(&journal, &[&[number, 0], &[number, 1], &[number, 2]]);
    }
    let shown = all(&journal, Position::START, 1_000);
    drop(journal);
    let journal = open(&options);
    assert_eq!(*journal.end(Topic::Journal, P).borrow(), Position::new(30, 2));
    for page in [1, 2, 7, 1_000] {
        assert_eq!(all(&journal, Position::START, page), shown, "by {page}");
    }
    for from in [0, 1, 2, 3, 44, 88, 89] {
        assert_eq!(all(&journal, shown[from].position, 4), shown[from + 1..], "after {from}");
    }
    assert_eq!(append(&journal, &[b"more"]), Position::new(31, 0));
    assert_eq!(all(&journal, Position::new(29, 2), 9).len(), 4);
}

#[test]
fn what_was_removed_stays_removed_for_whoever_opens_it() {
    let options = fresh();
    let journal = open(&options);
    for _ in 0..6 {
        append(&journal, &[b"a", b"b"]);
    }
    journal.remove_through(Topic::Journal, P, Position::new(3, 1)).unwrap();
    drop(journal);
    let journal = open(&options);
    let start = journal.start(Topic::Journal, P);
    assert_eq!(start.offset, 3);
    assert_eq!(all(&journal, Position::new(3, 1), 9)[0].position, Position::new(4, 0));
    let refused = journal.read(Topic::Journal, P, Position::new(2, 1), 9);
    assert!(matches!(refused, Err(JournalError::Removed { .. })));
    // A follower that retention has passed within a record older than memory is told too.
    journal.remove_through(Topic::Journal, P, Position::new(5, 0)).unwrap();
    assert_eq!(journal.start(Topic::Journal, P).offset, 4);
    // Who stands at the end of what is gone has missed nothing.
    assert_eq!(all(&journal, Position::new(4, 1), 9)[0].position, Position::new(5, 0));
}
