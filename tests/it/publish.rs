//! Publishing by ranges: exactly once by position, whatever dies in between.

use std::collections::BTreeSet;

use bytes::Bytes;
use liandong::domain::{
    Change, ChangeRange, Channel, Digest, Entry, Epoch, Evidence, Partition, Place, Placed,
    Playbook, Point, Position, Purpose, Signal, SignalKind, SourceKey, Timestamp,
};
use liandong::journal::{
    Journal, JournalError, MemoryJournal, Pending, SnapshotHead, Snapshots, Stored, Topic,
};
use liandong::picture::{Folded, Picture};
use liandong::processor::{
    ProcessorError, Speaker, begin_journal, keep_restored, restore, take_snapshot,
};
use liandong::situation::CORE;
use liandong::telemetry::Clock;
use liandong::wire::{change_v1, entry_v1, quarantine_v1};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::sync::watch;

pub(crate) const P: Partition = Partition(1);

pub(crate) fn signal(number: u32) -> Entry {
    Entry::Signal(Box::new(Signal {
        source: SourceKey(u128::from(number)),
        external_id: number.to_string(),
        channel: Channel::Hotline,
        kind: SignalKind::New,
        item: None,
        place: Place {
            point: Some(Point { x_dm: i32::try_from(number).unwrap() * 9_000, y_dm: 0 }),
            grid: None,
        },
        observed_at: Timestamp(1_000),
        arrived_at: Timestamp(1_000),
        owes_reply: true,
        purpose: Purpose::Real,
        evidence: Evidence::default(),
        words: None,
    }))
}

pub(crate) fn append(journal: &dyn Journal, entry: &Entry) -> Position {
    let entries = vec![entry_v1::encode(entry).unwrap()];
    journal.append(Topic::Journal, P, entries).durable_blocking().unwrap().first
}

fn playbook() -> Playbook {
    Playbook { version: 1, ..Playbook::default() }
}

fn started() -> MemoryJournal {
    let journal = MemoryJournal::new(Clock::manual(Timestamp(1_000)));
    assert!(begin_journal(&journal, P, &playbook()).unwrap());
    assert!(!begin_journal(&journal, P, &playbook()).unwrap());
    journal
}

fn speaker(journal: &dyn Journal) -> Speaker {
    Speaker::restore(journal, None, (P, 7)).unwrap()
}

/// Speaks until nothing is left.
fn speak_all(journal: &dyn Journal, speaker: &mut Speaker) {
    while let Some(said) = speaker.step(journal, false).unwrap() {
        said.durable().unwrap();
    }
}

pub(crate) fn ranges(journal: &dyn Journal) -> Vec<ChangeRange> {
    let stored = journal.read(Topic::Changes, P, Position::START, usize::MAX).unwrap();
    stored.iter().map(|one| change_v1::decode(&one.bytes).unwrap()).collect()
}

/// What a reader takes from all ranges: each change once, by the range rule.
fn taken(journal: &dyn Journal) -> Vec<Placed> {
    let mut at = Position::START;
    let mut all = Vec::new();
    for range in ranges(journal) {
        if range.from <= at && at < range.to {
            all.extend(range.changes.into_iter().filter(|placed| at < placed.position));
            at = range.to;
        }
    }
    all
}

/// What one speaker that never dies says of the same journal.
fn said_in_one_go(journal: &dyn Journal) -> (Vec<Placed>, Digest) {
    let fresh = MemoryJournal::new(Clock::manual(Timestamp(1_000)));
    let entries = journal.read(Topic::Journal, P, Position::START, usize::MAX).unwrap();
    for record in entries.chunk_by(|one, next| one.position.offset == next.position.offset) {
        let record = record.iter().map(|stored| stored.bytes.clone()).collect();
        fresh.append(Topic::Journal, P, record).durable_blocking().unwrap();
    }
    let mut speaker = speaker(&fresh);
    speak_all(&fresh, &mut speaker);
    (taken(&fresh), speaker.situation().digest())
}

fn assert_contiguous(journal: &dyn Journal) {
    let mut at = Position::START;
    for range in ranges(journal) {
        assert!(range.from <= at, "a gap before {}", range.from);
        assert_eq!(range.epoch, journal.epoch());
        at = at.max(range.to);
    }
}

#[test]
fn death_between_any_two_steps_loses_and_doubles_nothing() {
    for seed in 0..40 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let journal = started();
        let mut living = speaker(&journal);
        for number in 0..60 {
            match random.random_range(0..4) {
                0 => {
                    append(&journal, &signal(number));
                }
                1 => {
                    append(&journal, &Entry::Tick);
                }
                2 => drop(living.step(&journal, random.random()).unwrap()),
                _ => living = speaker(&journal),
            }
        }
        speak_all(&journal, &mut living);
        assert_contiguous(&journal);
        let (expected, digest) = said_in_one_go(&journal);
        assert_eq!(taken(&journal), expected, "seed {seed}");
        assert_eq!(living.situation().digest(), digest, "seed {seed}");
    }
}

#[test]
fn two_speakers_at_once_are_harmless() {
    for seed in 0..20 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let journal = started();
        let mut both = [speaker(&journal), speaker(&journal)];
        for number in 0..60 {
            append(&journal, &signal(number));
            let one = &mut both[random.random_range(0..2)];
            drop(one.step(&journal, false).unwrap());
        }
        for one in &mut both {
            speak_all(&journal, one);
        }
        assert_eq!(taken(&journal), said_in_one_go(&journal).0, "seed {seed}");
    }
}

/// Loses what is published, or only the word that it was kept, by chance.
#[derive(Debug)]
struct Flaky {
    inner: MemoryJournal,
    random: std::sync::Mutex<ChaCha8Rng>,
}

impl Journal for Flaky {
    fn append(&self, topic: Topic, partition: Partition, entries: Vec<Bytes>) -> Pending {
        let dice = self.random.lock().unwrap().random_range(0..4);
        if topic != Topic::Changes || 1 < dice {
            return self.inner.append(topic, partition, entries);
        }
        if dice == 0 {
            drop(self.inner.append(topic, partition, entries));
        }
        let (answer, pending) = Pending::pair();
        answer.send(Err(JournalError::Closed)).unwrap();
        pending
    }

    fn read(
        &self,
        topic: Topic,
        partition: Partition,
        after: Position,
        entries_max: usize,
    ) -> Result<Vec<Stored>, JournalError> {
        self.inner.read(topic, partition, after, entries_max)
    }

    fn end(&self, topic: Topic, partition: Partition) -> watch::Receiver<Position> {
        self.inner.end(topic, partition)
    }

    fn start(&self, topic: Topic, partition: Partition) -> Position {
        self.inner.start(topic, partition)
    }

    fn remove_through(&self, topic: Topic, p: Partition, to: Position) -> Result<(), JournalError> {
        self.inner.remove_through(topic, p, to)
    }

    fn epoch(&self) -> Epoch {
        self.inner.epoch()
    }
}

#[test]
fn a_failed_delivery_is_said_again_from_the_end_of_changes() {
    for seed in 0..20 {
        let random = std::sync::Mutex::new(ChaCha8Rng::seed_from_u64(seed));
        let journal = Flaky { inner: started(), random };
        let mut living = speaker(&journal);
        for number in 0..40 {
            append(&journal, &signal(number));
            if let Some(said) = living.step(&journal, false).unwrap()
                && said.durable().is_err()
            {
                living = speaker(&journal);
            }
        }
        speak_all(&journal.inner, &mut living);
        assert_contiguous(&journal);
        assert_eq!(taken(&journal), said_in_one_go(&journal).0, "seed {seed}");
    }
}

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
fn another_digest_at_the_same_position_is_loud() {
    let journal = started();
    let mut living = speaker(&journal);
    append(&journal, &signal(1));
    speak_all(&journal, &mut living);
    let honest = ranges(&journal).pop().unwrap();
    append(&journal, &signal(2));
    let to = *journal.end(Topic::Journal, P).borrow();
    let lie = ChangeRange { from: honest.to, to, digest: Digest::of(&"lie"), ..honest };
    let lie = change_v1::encode(&lie).unwrap();
    journal.append(Topic::Changes, P, vec![lie]).durable_blocking().unwrap();
    let restored = Speaker::restore(&journal, None, (P, 7)).map(|_| ());
    assert!(
        matches!(restored, Err(ProcessorError::Disagreement { position, .. }) if position == to)
    );
}

#[test]
fn a_quarantined_position_is_skipped_by_every_restore() {
    let journal = started();
    append(&journal, &signal(1));
    let bad = append(&journal, &signal(2));
    append(&journal, &signal(3));
    let entry = quarantine_v1::encode(bad).unwrap();
    journal.append(Topic::Quarantine, P, vec![entry]).durable_blocking().unwrap();
    for _ in 0..2 {
        let mut living = speaker(&journal);
        speak_all(&journal, &mut living);
        let tickets: BTreeSet<String> = taken(&journal)
            .into_iter()
            .filter_map(|placed| match placed.change {
                Change::TicketMoved { ticket } => Some(ticket.external_id.clone()),
                _ => None,
            })
            .collect();
        assert_eq!(tickets, BTreeSet::from(["1".to_owned(), "3".to_owned()]));
        assert_eq!(living.situation().position(), Position::new(4, 0));
    }
}

#[test]
fn from_another_cores_entry_on_this_core_neither_applies_nor_speaks() {
    let journal = started();
    append(&journal, &signal(1));
    let at = append(&journal, &Entry::Core(CORE + 1));
    append(&journal, &signal(2));
    for _ in 0..2 {
        let mut living = speaker(&journal);
        speak_all(&journal, &mut living);
        assert!(living.step(&journal, true).unwrap().is_none());
        assert_eq!(living.spoken(), at);
        assert_eq!(living.situation().tickets().count(), 1);
    }
}

#[test]
fn a_reader_ignores_a_gap_and_takes_it_when_it_comes_again() {
    let journal = started();
    let mut living = speaker(&journal);
    for number in 0..3 {
        append(&journal, &signal(number));
        speak_all(&journal, &mut living);
    }
    let ranges = ranges(&journal);
    let mut picture = Picture::default();
    assert_eq!(picture.fold(&ranges[0]), Folded::Taken);
    assert_eq!(picture.fold(&ranges[2]), Folded::Gap);
    assert_eq!(picture.fold(&ranges[1]), Folded::Taken);
    assert_eq!(picture.fold(&ranges[2]), Folded::Taken);
    assert_eq!(picture.position(P), living.spoken());
}
