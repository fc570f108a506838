//! The laws of snapshots, wherever they are kept.

use liandong::config::SnapshotsConfig;
use liandong::domain::{Epoch, Partition, Position};
use liandong::journal::{Objects, SnapshotHead, Snapshots};

pub(super) fn head(offset: u64) -> SnapshotHead {
    let position = Position::new(offset, 2);
    SnapshotHead { epoch: Epoch(9), core: 1, partition: Partition(3), position }
}

pub(super) fn open(config: &SnapshotsConfig) -> Snapshots {
    Snapshots::in_store(config, "situation").unwrap()
}

/// What one process leaves another finds, and nothing of another journal, core or partition.
pub(super) fn the_newest_usable_one_is_found(config: &SnapshotsConfig) {
    let (one, other) = (open(config), open(config));
    assert!(other.newest(&head(100)).unwrap().is_none());
    for offset in [5, 700, 40] {
        one.put(&head(offset), format!("fold {offset}").as_bytes()).unwrap();
    }
    let (found, fold) = other.newest(&head(100)).unwrap().unwrap();
    assert_eq!((found, fold.as_ref()), (head(40), b"fold 40".as_ref()));
    assert_eq!(other.oldest(&head(100)).unwrap().unwrap().0, head(5));
    for another in [
        SnapshotHead { epoch: Epoch(8), ..head(100) },
        SnapshotHead { position: Position::new(5, 1), ..head(100) },
        SnapshotHead { core: 2, ..head(100) },
        SnapshotHead { partition: Partition(4), ..head(100) },
    ] {
        assert!(other.newest(&another).unwrap().is_none(), "{another:?}");
    }
    let looks = Snapshots::in_store(config, "looks").unwrap();
    assert!(looks.newest(&head(100)).unwrap().is_none());
}

/// The kept stay, whoever prunes, and one written twice is one.
pub(super) fn pruning_keeps_the_newest(config: &SnapshotsConfig) {
    let (one, other) = (open(config), open(config));
    let before = |offset| SnapshotHead { epoch: Epoch(8), ..head(offset) };
    one.put(&before(1_000), b"before").unwrap();
    for offset in 1..=5 {
        one.put(&head(offset), b"fold").unwrap();
        other.put(&head(offset), b"fold").unwrap();
    }
    for snapshots in [&one, &other] {
        assert_eq!(snapshots.prune(&head(5), 2).unwrap(), Some(head(4).position));
    }
    assert!(one.newest(&head(3)).unwrap().is_none());
    assert_eq!(other.newest(&head(9)).unwrap().unwrap().0, head(5));
    assert_eq!(other.newest(&before(2_000)).unwrap().unwrap().1, "before");
}

/// More than a piece, and hard to compress, comes back as it was.
pub(super) fn a_large_one_comes_back_whole(config: &SnapshotsConfig) {
    let mut fold = vec![0; 12 * 1_024 * 1_024];
    blake3::Hasher::new().update(b"noise").finalize_xof().fill(&mut fold);
    open(config).put(&head(7), &fold).unwrap();
    let found = open(config).newest(&head(7)).unwrap().unwrap().1;
    assert!(found == fold, "{} bytes came back", found.len());
}

/// Objects under names: one is made once, read in part, listed, and gone when it is removed.
pub(super) fn an_object_is_made_once(config: &SnapshotsConfig) {
    let own = tempfile::tempdir().unwrap();
    let objects = || Objects::in_store(config, (own.path(), "archive")).unwrap();
    assert!(objects().create("3/manifests/1", "first".into()).unwrap());
    assert!(!objects().create("3/manifests/1", "second".into()).unwrap());
    assert!(objects().create("3/manifests/2", "next".into()).unwrap());
    objects().put("3/segments/1", "other".into()).unwrap();
    assert_eq!(objects().get("3/manifests/1").unwrap().unwrap(), "first");
    assert_eq!(objects().get_range("3/manifests/1", 1..3).unwrap(), "ir");
    let names = |folder| {
        let mut names = objects().names(folder).unwrap();
        names.sort();
        names
    };
    assert_eq!(names("3/manifests"), ["1", "2"]);
    assert_eq!(names("4/manifests"), [""; 0]);
    let gone = ["3/manifests/1".to_owned(), "3/manifests/never".to_owned()];
    objects().remove(&gone).unwrap();
    assert_eq!(
        (names("3/manifests"), objects().get("3/manifests/1").unwrap()),
        (vec!["2".to_owned()], None)
    );
}

#[tokio::test]
async fn many_are_read_from_a_directory_within_a_runtime() {
    let directory = tempfile::tempdir().unwrap();
    let objects = Objects::open(directory.path(), "archive").unwrap();
    objects.put("one", "bytes".into()).unwrap();
    // More than what a task may do before it gives way: nobody would renew that here.
    let read = (0..1_000).filter(|_| objects.get("one").unwrap().is_some());
    assert_eq!(read.count(), 1_000);
}

#[test]
fn they_hold_in_a_directory_of_ones_own_and_in_a_shared_one() {
    for law in [the_newest_usable_one_is_found, pruning_keeps_the_newest, an_object_is_made_once] {
        for place in [SnapshotsConfig::Directory, SnapshotsConfig::Shared] {
            let directory = tempfile::tempdir().unwrap();
            law(&place(directory.path().join("new")));
        }
    }
    let directory = tempfile::tempdir().unwrap();
    a_large_one_comes_back_whole(&SnapshotsConfig::Shared(directory.path().to_owned()));
}
