//! Dying between two steps: nothing is lost, nothing comes twice.

use std::fs;
use std::path::Path;

use liandong::archive::{ArchiveError, Asked, SEGMENT_CASES_MAX, Segments};
use liandong::domain::{Epoch, Position, Timestamp};
use liandong::vault::Vault;
use liandong::wire::archive_v1::Manifest;

use super::made::{Archive, COUNTY, EPOCH, archived, words};

fn all(archive: &Archive) -> Vec<u64> {
    archive.numbers(&Asked::default())
}

#[test]
fn what_is_told_again_is_there_once() {
    let directory = tempfile::tempdir().unwrap();
    let mut archive = Archive::open(directory.path());
    let cases = |numbers: std::ops::RangeInclusive<u64>, archive: &Archive| {
        numbers.map(|number| archived(&archive.vault, number, "积水")).collect::<Vec<_>>()
    };
    assert_eq!(archive.take(cases(1..=3, &archive)), 3);
    // The archiver died before it kept its own fold, and tells again what it had told.
    drop(archive);
    let mut archive = Archive::open(directory.path());
    assert_eq!(archive.take(cases(2..=5, &archive)), 2);
    assert_eq!(all(&archive), [5, 4, 3, 2, 1]);
    // Another journal's positions are others.
    let manifest = (COUNTY, &mut archive.manifest);
    let other = vec![archived(&archive.vault, 1, "积水")];
    let told = archive.segments.append(manifest, (Epoch(8), Position::new(1, 0)), other).unwrap();
    assert_eq!((told, EPOCH), (1, Epoch(7)));
}

#[test]
fn a_segment_that_no_manifest_names_does_not_exist() {
    let directory = tempfile::tempdir().unwrap();
    let mut archive = Archive::open(directory.path());
    archive.take(vec![archived(&archive.vault, 1, "积水")]);
    let next = vec![archived(&archive.vault, 2, "路灯")];
    let lane = (COUNTY, &mut archive.manifest);
    archive.segments.append(lane, (EPOCH, Position::new(2, 0)), next.clone()).unwrap();
    // It died after the segment and before the manifest.
    fs::remove_file(directory.path().join("archive/1/manifests/000000000002")).unwrap();
    drop(archive);
    let mut archive = Archive::open(directory.path());
    archive.catch_up();
    assert_eq!(all(&archive), [1]);
    assert_eq!(archive.take(next), 1);
    assert_eq!(all(&archive), [2, 1]);
}

#[test]
fn an_index_that_was_lost_is_made_again() {
    let directory = tempfile::tempdir().unwrap();
    let mut archive = Archive::open(directory.path());
    let cases = (1..=200).map(|number| archived(&archive.vault, number, "积水")).collect();
    archive.take(cases);
    let before = all_paged(&archive);
    drop(archive);
    fs::remove_dir_all(directory.path().join("index")).unwrap();
    let archive = Archive::open(directory.path());
    archive.catch_up();
    assert_eq!(all_paged(&archive), before);
    assert_eq!(before.len(), 200);
}

fn all_paged(archive: &Archive) -> Vec<u64> {
    let found = archive.index.search(&words("积水"), |_| true, 1_000).unwrap();
    found.cases.iter().map(|found| found.case.row.id.number).collect()
}

/// The objects of the county's `folder`.
fn objects(directory: &Path, folder: &str) -> usize {
    fs::read_dir(directory.join("archive/1").join(folder)).unwrap().count()
}

#[test]
fn few_cases_at_a_time_do_not_become_a_heap_of_objects() {
    let directory = tempfile::tempdir().unwrap();
    let mut archive = Archive::open(directory.path());
    for number in 1..=40 {
        archive.take(vec![archived(&archive.vault, number, "积水")]);
    }
    let (read, replaced) = (archive.manifest.segments.len(), archive.manifest.replaced.len());
    assert!((2..=5).contains(&read), "{read}");
    // Those that are read, and those that a reader of the manifest before may still read.
    assert_eq!(objects(directory.path(), "segments"), read + replaced);
    assert_eq!(objects(directory.path(), "manifests"), 2);
    assert_eq!(all(&archive).len(), 40);
}

#[test]
fn a_segment_that_is_too_old_goes_whole() {
    let directory = tempfile::tempdir().unwrap();
    let mut archive = Archive::open(directory.path());
    let full = u64::try_from(SEGMENT_CASES_MAX).unwrap();
    let cases = (1..=full + 5).map(|number| archived(&archive.vault, number, "积水")).collect();
    archive.take(cases);
    let newest_of_first = Timestamp(i64::try_from(full).unwrap() * 1_000);
    let drop_older = |archive: &mut Archive, before| {
        let lane = (COUNTY, &mut archive.manifest);
        archive.segments.drop_older(lane, before).unwrap()
    };
    assert_eq!(drop_older(&mut archive, newest_of_first), 0);
    assert_eq!(drop_older(&mut archive, newest_of_first.plus_ms(1)), full);
    archive.catch_up();
    assert_eq!(all(&archive), (full + 1..=full + 5).rev().collect::<Vec<_>>());
    let left = Segments::open(directory.path()).unwrap().manifest(COUNTY).unwrap();
    assert_eq!(left.segments.len(), 1);
}

#[test]
fn an_archiver_that_stood_still_takes_nothing_from_the_one_after_it() {
    let directory = tempfile::tempdir().unwrap();
    let mut first = Archive::open(directory.path());
    let case = |number| archived(&Vault::ephemeral([7; 32]), number, "积水");
    first.take(vec![case(1)]);
    let second = Segments::open(directory.path()).unwrap();
    let mut taken_over = second.manifest(COUNTY).unwrap();
    let append = |segments: &Segments, manifest: &mut Manifest, number| {
        let to = Position::new(number, 0);
        segments.append((COUNTY, manifest), (EPOCH, to), vec![case(number)])
    };
    append(&second, &mut taken_over, 2).unwrap();
    // The first wakes up with what it had gathered, and is told; its manifest is as it was.
    let before = first.manifest.clone();
    for _ in 0..2 {
        let late = append(&first.segments, &mut first.manifest, 2);
        assert!(matches!(late, Err(ArchiveError::Overtaken { partition: COUNTY })));
        assert_eq!(first.manifest, before);
    }
    append(&second, &mut taken_over, 3).unwrap();
    first.catch_up();
    assert_eq!(all(&first), [3, 2, 1]);
    // It begins again from what there is.
    first.manifest = first.segments.manifest(COUNTY).unwrap();
    assert_eq!(append(&first.segments, &mut first.manifest, 3).unwrap(), 0);
    append(&first.segments, &mut first.manifest, 4).unwrap();
    first.catch_up();
    assert_eq!(all(&first), [4, 3, 2, 1]);
}

#[test]
fn a_segment_with_a_changed_byte_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let mut archive = Archive::open(directory.path());
    archive.take(vec![archived(&archive.vault, 1, "积水")]);
    let head = archive.manifest.segments[0].clone();
    let segments = fs::read_dir(directory.path().join("archive/1/segments")).unwrap();
    let path = segments.map(|entry| entry.unwrap().path()).next().unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&path, bytes).unwrap();
    let read = archive.segments.read_segment(COUNTY, &head);
    assert!(matches!(read, Err(ArchiveError::Damaged { partition: COUNTY, segment: 1 })));
}
