//! The rules in force, as one hears of them who folds no picture.

use std::path::Path;
use std::sync::Arc;

use liandong::domain::{Change, ChangeRange, Digest, Partition, Placed, Position};
use liandong::journal::{Journal as _, MemoryJournal, Snapshots, Topic};
use liandong::kept::{KeptPicture, KeptPictures, RulesInForce, RulesReader};
use liandong::picture::Picture;
use liandong::telemetry::Clock;
use liandong::wire::change_v1;

use crate::small_city::{DAWN, playbook};

const CITY: Partition = Partition::CITY;

/// A city's changes, and what was heard of them.
struct Hearing {
    journal: Arc<MemoryJournal>,
    snapshots: Arc<Snapshots>,
    rules: RulesInForce,
}

impl Hearing {
    fn begin(folder: &Path) -> Self {
        Self {
            journal: Arc::new(MemoryJournal::new(Clock::manual(DAWN))),
            snapshots: Arc::new(Snapshots::open(folder, "picture").unwrap()),
            rules: RulesInForce::of(Arc::new(playbook(9))),
        }
    }

    fn reader(&self) -> RulesReader {
        self.reader_into(&self.rules)
    }

    fn reader_into(&self, rules: &RulesInForce) -> RulesReader {
        let from = (Arc::clone(&self.journal) as _, Some(Arc::clone(&self.snapshots)));
        RulesReader::begin(from, rules.clone()).unwrap()
    }

    fn version(&self) -> u32 {
        self.rules.now().version
    }

    /// A range of one entry, after which rules of `version` are in force.
    fn range(&self, offset: u64, version: u32) -> ChangeRange {
        let position = Position::new(offset, 0);
        let change = Change::PlaybookAdopted { playbook: Arc::new(playbook(version)) };
        ChangeRange {
            partition: CITY,
            epoch: self.journal.epoch(),
            from: Position::new(offset - 1, 0),
            to: position,
            at: DAWN,
            speaker: 1,
            core: 1,
            digest: Digest::default(),
            elsewhere: false,
            changes: vec![Placed { position, at: DAWN, index: 0, change }],
            orders: Vec::new(),
        }
    }

    async fn say(&self, range: &ChangeRange) -> Position {
        let bytes = change_v1::encode(range).unwrap();
        self.journal.append(Topic::Changes, CITY, vec![bytes]).durable().await.unwrap().first
    }
}

#[tokio::test]
async fn those_of_the_files_hold_until_others_are_heard_of_and_none_ever_returns() {
    let folder = tempfile::tempdir().unwrap();
    let hearing = Hearing::begin(folder.path());
    let mut reader = hearing.reader();
    assert_eq!(hearing.version(), 9, "nothing was adopted: these are to be the first");
    // What the files say is not in force where the changes say something else, be it less.
    hearing.say(&hearing.range(1, 3)).await;
    reader.catch_up().unwrap();
    assert_eq!(hearing.version(), 3);
    hearing.say(&hearing.range(2, 4)).await;
    // A speaker that was overtaken says again what was so.
    hearing.say(&hearing.range(1, 3)).await;
    reader.catch_up().unwrap();
    assert_eq!(hearing.version(), 4);
}

#[tokio::test]
async fn what_the_changes_no_longer_hold_a_kept_picture_says() {
    let folder = tempfile::tempdir().unwrap();
    let hearing = Hearing::begin(folder.path());
    let heard_late = RulesInForce::of(Arc::new(playbook(9)));
    let mut behind = hearing.reader_into(&heard_late);
    let (adopted, kept_through) = (hearing.range(1, 5), hearing.say(&hearing.range(1, 5)).await);
    let mut picture = Picture::default();
    picture.fold(&adopted);
    let (journal, snapshots) = (hearing.journal.as_ref(), hearing.snapshots.as_ref());
    let kept = KeptPictures { journal, snapshots, partition: CITY };
    kept.put(&KeptPicture { picture, through: kept_through }).unwrap();
    let after = hearing.say(&ChangeRange { changes: Vec::new(), ..hearing.range(2, 0) }).await;
    hearing.journal.remove_through(Topic::Changes, CITY, kept_through).unwrap();
    assert!(kept_through < after);

    drop(hearing.reader());
    assert_eq!(hearing.version(), 5, "who begins now");
    behind.catch_up().unwrap();
    assert_eq!(heard_late.now().version, 5, "who fell behind");
}
