//! A gateway keeps its pictures: it goes on from them, and what they need stays in the changes.

use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use liandong::domain::{Case, CaseState, Channel, Entry, Point, Position, PrivacyClass, Timestamp};
use liandong::journal::{Journal as _, MemoryJournal, SnapshotHead, Snapshots, Topic};
use liandong::picture::PICTURE;
use liandong::processor::{Speaker, begin_journal};
use liandong::telemetry::Clock;
use liandong::wire::entry_v1;
use serde_json::{Value, json};

use super::desk_room::{COUNTY, Room, case, moved};
use super::small_city::{DAWN, item, playbook, signal};
use super::socket::page::Page;

fn snapshots(directory: &Path) -> Arc<Snapshots> {
    Arc::new(Snapshots::open(directory, "picture").unwrap())
}

fn journal() -> Arc<MemoryJournal> {
    Arc::new(MemoryJournal::new(Clock::manual(Timestamp(1_000_000))))
}

fn open_case(number: u64) -> Case {
    case(number, "211002001001", PrivacyClass::None)
}

/// The newest kept picture's place, once there is one at or behind `at_least`; none within a
/// second.
async fn kept_soon(room: &Room, snapshots: &Snapshots, at_least: Position) -> Option<Position> {
    let (epoch, position) = (room.journal.epoch(), Position::new(u64::MAX, 0));
    let wanted = SnapshotHead { epoch, core: PICTURE, partition: COUNTY, position };
    for _ in 0..200 {
        match snapshots.newest(&wanted).unwrap() {
            Some((head, _)) if at_least <= head.position => return Some(head.position),
            _ => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
    None
}

/// As [`kept_soon`], for as long as it takes a thread that gives way to all others.
async fn kept_through(room: &Room, snapshots: &Snapshots, at_least: Position) -> Position {
    for _ in 0..60 {
        if let Some(position) = kept_soon(room, snapshots, at_least).await {
            return position;
        }
    }
    panic!("no picture was kept through {at_least}");
}

async fn cases(room: &Room) -> Value {
    room.until("/readyz", 200).await;
    room.get("/api/v1/cases?limit=100", Some("leader")).await.1["cases"].take()
}

#[tokio::test]
async fn a_gateway_goes_on_from_the_picture_that_was_kept() {
    let directory = tempfile::tempdir().unwrap();
    let snapshots = snapshots(directory.path());
    let room = Room::begin(journal(), Some(Arc::clone(&snapshots))).await;
    room.until("/readyz", 200).await;
    for number in 1..=12 {
        room.publish(number - 1, vec![moved(open_case(number))]).await;
    }
    let kept = kept_through(&room, &snapshots, Position::new(5, 0)).await;
    let filed = Case { state: CaseState::Filed, version: 2, ..open_case(3) };
    room.publish(12, vec![moved(filed), moved(open_case(13))]).await;
    room.until("/api/v1/cases/1-13", 200).await;
    let before = cases(&room).await;
    assert_eq!(before.as_array().unwrap().len(), 13);

    // What it goes on from is not read again: it is not even there.
    room.journal.remove_through(Topic::Changes, COUNTY, kept).unwrap();
    let again = Room::begin(Arc::clone(&room.journal), Some(snapshots)).await;
    assert_eq!(cases(&again).await, before);
    assert_eq!(*again.journal.end(Topic::Journal, COUNTY).borrow(), Position::START);
}

#[tokio::test]
async fn old_changes_leave_once_neither_a_kept_picture_nor_a_reader_needs_them() {
    let directory = tempfile::tempdir().unwrap();
    let snapshots = snapshots(directory.path());
    let room = Room::begin(journal(), Some(Arc::clone(&snapshots))).await;
    room.until("/readyz", 200).await;
    let start = || room.journal.start(Topic::Changes, COUNTY);
    let mut shown = 0;
    // Where one is kept late, the next waits for more to come: so more comes.
    let mut until_kept = async || loop {
        for _ in 0..12 {
            // The same few cases move: a picture is kept no oftener than as many changes came as
            // it has rows.
            let version = u32::try_from(shown).unwrap() + 1;
            room.publish(shown, vec![moved(Case { version, ..open_case(shown % 10 + 1) })]).await;
            shown += 1;
        }
        if kept_soon(&room, &snapshots, Position::new(shown - 6, 0)).await.is_some() {
            break;
        }
    };
    let needed = Position::new(3, 0);
    room.needs.done("outbound", COUNTY, needed);
    for _ in 0..4 {
        until_kept().await;
    }
    assert_eq!(start(), needed);
    room.needs.done("outbound", COUNTY, Position::new(u64::MAX, 0));
    while start() == needed {
        until_kept().await;
    }
    let again = Room::begin(Arc::clone(&room.journal), Some(Arc::clone(&snapshots))).await;
    assert_eq!(cases(&again).await, cases(&room).await);
    assert_eq!(cases(&again).await.as_array().unwrap().len(), 10);
}

#[tokio::test]
async fn without_a_kept_picture_all_rows_are_asked_for_again() {
    let journal = journal();
    let mut processor = Processor::begin(&journal);
    for source in 0..3 {
        let at = Point { x_dm: source * 9_000, y_dm: 0 };
        let item = Some(item("G01001"));
        let signal = signal(u128::try_from(source).unwrap(), Channel::Hotline, item, at);
        let entry = entry_v1::encode(&Entry::Signal(Box::new(signal))).unwrap();
        journal.append(Topic::Journal, COUNTY, vec![entry]).durable().await.unwrap();
    }
    processor.speak();
    let end = *journal.end(Topic::Changes, COUNTY).borrow();
    journal.remove_through(Topic::Changes, COUNTY, end).unwrap();

    let mut journalled = journal.end(Topic::Journal, COUNTY);
    journalled.mark_unchanged();
    let directory = tempfile::tempdir().unwrap();
    let room = Room::begin(Arc::clone(&journal), Some(snapshots(directory.path()))).await;
    journalled.changed().await.unwrap();
    // Whoever comes before the picture is read waits for it, and is not shown an empty city.
    let mut early = Page::open(&room, json!({ "page": "wall", "partitions": [1] })).await;
    processor.speak();
    assert_eq!(early.until_live().await, "snapshot");
    assert_eq!(early.cases.len(), 3);
    assert_eq!(early.until("beat").await["heard"], json!({ "hotline": DAWN }));
    assert_eq!(cases(&room).await.as_array().unwrap().len(), 3);
}

/// A processor of the county. It blocks, so it works on threads of its own.
struct Processor {
    journal: Arc<MemoryJournal>,
    speaker: Speaker,
}

impl Processor {
    fn begin(journal: &Arc<MemoryJournal>) -> Self {
        let journal = Arc::clone(journal);
        let begin = move || {
            begin_journal(&*journal, COUNTY, &playbook(1)).unwrap();
            let speaker = Speaker::restore(&*journal, None, (COUNTY, 1)).unwrap();
            Self { journal, speaker }
        };
        thread::spawn(begin).join().unwrap()
    }

    /// Speaks until nothing is left.
    fn speak(&mut self) {
        let speak = || {
            while let Some(said) = self.speaker.step(&*self.journal, false).unwrap() {
                said.durable().unwrap();
            }
        };
        thread::scope(|scope| scope.spawn(speak).join().unwrap());
    }
}
