//! A partition whose changes are published, and what a reader takes of them.

use liandong::domain::{
    ChangeRange, Channel, Digest, Entry, Evidence, Partition, Place, Placed, Playbook, Point,
    Position, Purpose, Signal, SignalKind, SourceKey, Timestamp,
};
use liandong::journal::{Journal, MemoryJournal, Topic};
use liandong::processor::{Speaker, begin_journal};
use liandong::telemetry::Clock;
use liandong::wire::{change_v1, entry_v1};

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
        due: None,
    }))
}

pub(crate) fn append(journal: &dyn Journal, entry: &Entry) -> Position {
    let entries = vec![entry_v1::encode(entry).unwrap()];
    journal.append(Topic::Journal, P, entries).durable_blocking().unwrap().first
}

pub(crate) fn playbook() -> Playbook {
    Playbook { version: 1, ..Playbook::default() }
}

pub(crate) fn started() -> MemoryJournal {
    let journal = MemoryJournal::new(Clock::manual(Timestamp(1_000)));
    assert!(begin_journal(&journal, P, &playbook()).unwrap());
    assert!(!begin_journal(&journal, P, &playbook()).unwrap());
    journal
}

/// Seeds that a law is held to on a cluster, where each wants topics of its own.
#[cfg(feature = "kafka")]
const SEEDS_ON_A_CLUSTER: u64 = 3;

/// Holds a law on a journal that was begun: for each seed in memory, for a few on a cluster.
pub(crate) fn on_each(seeds: u64, law: impl Fn(&dyn Journal, u64)) {
    for seed in 0..seeds {
        law(&started(), seed);
    }
    #[cfg(feature = "kafka")]
    for seed in 0..seeds.min(SEEDS_ON_A_CLUSTER) {
        if crate::kafka::cluster::skipped() {
            return;
        }
        let journal = crate::kafka::cluster::open(&crate::kafka::cluster::fresh());
        assert!(begin_journal(&*journal, P, &playbook()).unwrap());
        law(&*journal, seed);
    }
}

pub(crate) fn speaker(journal: &dyn Journal) -> Speaker {
    Speaker::restore(journal, None, (P, 7)).unwrap()
}

/// Speaks until nothing is left.
pub(crate) fn speak_all(journal: &dyn Journal, speaker: &mut Speaker) {
    while let Some(said) = speaker.step(journal, false).unwrap() {
        said.durable().unwrap();
    }
}

pub(crate) fn ranges(journal: &dyn Journal) -> Vec<ChangeRange> {
    let stored = journal.read(Topic::Changes, P, Position::START, usize::MAX).unwrap();
    stored.iter().map(|one| change_v1::decode(&one.bytes).unwrap()).collect()
}

/// What a reader takes from all ranges: each change once, by the range rule.
pub(crate) fn taken(journal: &dyn Journal) -> Vec<Placed> {
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
pub(crate) fn said_in_one_go(journal: &dyn Journal) -> (Vec<Placed>, Digest) {
    let clock = Clock::manual(Timestamp(1_000));
    let fresh = MemoryJournal::new(clock.clone());
    let entries = journal.read(Topic::Journal, P, Position::START, usize::MAX).unwrap();
    for record in entries.chunk_by(|one, next| one.position.offset == next.position.offset) {
        clock.set(record[0].at);
        let record = record.iter().map(|stored| stored.bytes.clone()).collect();
        fresh.append(Topic::Journal, P, record).durable_blocking().unwrap();
    }
    let mut speaker = speaker(&fresh);
    speak_all(&fresh, &mut speaker);
    (taken(&fresh), speaker.situation().digest())
}

pub(crate) fn assert_contiguous(journal: &dyn Journal) {
    let mut at = Position::START;
    for range in ranges(journal) {
        assert!(range.from <= at, "a gap before {}", range.from);
        assert_eq!(range.epoch, journal.epoch());
        at = at.max(range.to);
    }
}

/// The first change that differs is enough to see.
pub(crate) fn assert_same(taken: &[Placed], expected: &[Placed], seed: u64) {
    for (one, other) in taken.iter().zip(expected) {
        assert_eq!(one, other, "seed {seed}");
    }
    assert_eq!(taken.len(), expected.len(), "seed {seed}");
}
