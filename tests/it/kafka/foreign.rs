//! Records of topics that are not ours in form: written, read, and read by a group.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use liandong::journal::kafka::{
    ForeignFound, ForeignReader, ForeignRecord, ForeignWriter, GroupReader, KafkaOptions, Met,
};
use liandong::wire::public::{FEEDS, SITUATION};

use super::cluster::fresh;

pub(crate) fn record(key: &str, value: Option<&str>) -> ForeignRecord {
    let value = value.map(|text| Bytes::copy_from_slice(text.as_bytes()));
    let headers = vec![("h".to_owned(), Bytes::from_static(b"1")), ("h2".to_owned(), Bytes::new())];
    ForeignRecord { key: Some(Bytes::copy_from_slice(key.as_bytes())), value, headers }
}

/// Everything that a partition holds now.
pub(crate) fn all(options: &KafkaOptions, topic: &str, partition: u16) -> Vec<ForeignFound> {
    let (low, next) = ForeignReader::ends(options, topic, partition).unwrap();
    let mut found = Vec::new();
    if low == next {
        return found;
    }
    let reader = ForeignReader::from(options, (topic, partition), low).unwrap();
    let mut waited = 0;
    while waited < 300 {
        match reader.next(Duration::from_millis(100)) {
            Met::Record(record) => found.push(record),
            Met::End => return found,
            Met::Nothing => waited += 1,
        }
    }
    panic!("{topic}/{partition} does not end");
}

#[test]
fn what_is_written_is_read_whole_where_it_was_put() {
    let options = fresh();
    let writer = ForeignWriter::open(&options).unwrap();
    let records = [record("a", Some("一")), record("a", None), record("b", Some(""))];
    let given: Vec<_> = records.iter().map(|one| writer.write(SITUATION, 3, one)).collect();
    let offsets: Vec<_> = given.into_iter().map(|one| one.durable_blocking().unwrap()).collect();
    assert_eq!(offsets, [0, 1, 2]);
    let found = all(&options, SITUATION, 3);
    assert_eq!(found.iter().map(|one| one.record.clone()).collect::<Vec<_>>(), records);
    assert_eq!(found.iter().map(|one| one.offset).collect::<Vec<_>>(), offsets);
    assert_eq!(found[0].topic, format!("{}.{SITUATION}", options.prefix));
    assert_eq!(found[0].record.header("h"), Some("1"));
    assert!(all(&options, SITUATION, 2).is_empty());
    let reader = ForeignReader::from(&options, (SITUATION, 3), 2).unwrap();
    let mut met = Met::Nothing;
    while met == Met::Nothing {
        met = reader.next(Duration::from_millis(100));
    }
    assert!(matches!(met, Met::Record(ForeignFound { offset: 2, .. })), "{met:?}");
}

#[test]
fn a_record_that_cannot_be_is_refused_and_those_after_it_are_not() {
    let options = fresh();
    let writer = ForeignWriter::open(&options).unwrap();
    let nowhere = writer.write(SITUATION, 99, &record("a", None)).durable_blocking();
    assert!(nowhere.is_err());
    writer.write(SITUATION, 0, &record("a", None)).durable_blocking().unwrap();
}

/// What `reader` gets until it has `count`.
fn take(reader: &GroupReader, count: usize) -> Vec<ForeignFound> {
    let mut found = Vec::new();
    for _ in 0..300 {
        found.extend(reader.next((10, 1_000_000), Duration::from_millis(100)));
        if count <= found.len() {
            return found;
        }
    }
    panic!("{} of {count} came", found.len());
}

#[test]
fn a_group_goes_on_after_what_was_done_and_repeats_what_was_not() {
    let options = fresh();
    let writer = ForeignWriter::open(&options).unwrap();
    let topic = FEEDS[0].1;
    for number in 0..30_u16 {
        let one = record("k", Some(&number.to_string()));
        writer.write(topic, number % 3, &one).durable_blocking().unwrap();
    }
    let topics = [topic.to_owned()];
    let reader = GroupReader::join(&options, "feeds", &topics).unwrap();
    let found = take(&reader, 30);
    let places: BTreeSet<_> = found.iter().map(|one| (one.partition, one.offset)).collect();
    assert_eq!((found.len(), places.len()), (30, 30));
    // The first half of each partition is done, the rest is not.
    let done: Vec<_> = found.into_iter().filter(|one| one.offset < 5).collect();
    reader.done(&done);
    drop(reader);
    let reader = GroupReader::join(&options, "feeds", &topics).unwrap();
    let again = take(&reader, 15);
    assert!(again.len() == 15 && again.iter().all(|one| 5 <= one.offset), "{again:?}");
}
