//! Publishing by ranges: exactly once by position, whatever dies in between.

use std::collections::BTreeSet;

use bytes::Bytes;
use liandong::domain::{Change, ChangeRange, Digest, Entry, Epoch, Partition, Position};
use liandong::journal::{Journal, JournalError, MemoryJournal, Pending, Stored, Topic};
use liandong::picture::{Folded, Picture};
use liandong::processor::{ProcessorError, Speaker};
use liandong::situation::CORE;
use liandong::wire::{change_v1, quarantine_v1};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::sync::watch;

use super::room::{
    P, append, assert_contiguous, assert_same, on_each, ranges, said_in_one_go, signal, speak_all,
    speaker, started, taken,
};

#[test]
fn death_between_any_two_steps_loses_and_doubles_nothing() {
    on_each(40, |journal, seed| {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut living = speaker(journal);
        for number in 0..60 {
            match random.random_range(0..4) {
                0 => {
                    append(journal, &signal(number));
                }
                1 => {
                    append(journal, &Entry::Tick);
                }
                2 => drop(living.step(journal, random.random()).unwrap()),
                _ => living = speaker(journal),
            }
        }
        // What the last one said may be on its way still: nobody waited for it.
        living = speaker(journal);
        speak_all(journal, &mut living);
        assert_contiguous(journal);
        let (expected, digest) = said_in_one_go(journal);
        assert_same(&taken(journal), &expected, seed);
        assert_eq!(living.situation().digest(), digest, "seed {seed}");
    });
}

#[test]
fn two_speakers_at_once_are_harmless() {
    on_each(20, |journal, seed| {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut both = [speaker(journal), speaker(journal)];
        for number in 0..60 {
            append(journal, &signal(number));
            let one = &mut both[random.random_range(0..2)];
            drop(one.step(journal, false).unwrap());
        }
        let [one, other] = &mut both;
        for one in [one, other, &mut speaker(journal)] {
            speak_all(journal, one);
        }
        assert_same(&taken(journal), &said_in_one_go(journal).0, seed);
    });
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
