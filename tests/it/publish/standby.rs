//! Several who know one partition: who speaks, and that it does not matter who does.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use liandong::config::Config;
use liandong::domain::{ChangeRange, Digest, Partition, Position};
use liandong::journal::{Journal, MemoryJournal, Needs, Ownership, Topic};
use liandong::processor::{ProcessorError, ProcessorParts, begin_journal, run};
use liandong::shutdown::{Stopper, stop_pair};
use liandong::telemetry::{Clock, Health, Metrics};
use liandong::wire::change_v1;
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::room::{
    P, append, assert_contiguous, assert_same, playbook, ranges, said_in_one_go, signal, speak_all,
    speaker, started, taken,
};

#[test]
fn what_is_published_meanwhile_is_not_said_again() {
    let journal = started();
    let (mut owner, mut standby) = (speaker(&journal), speaker(&journal));
    for number in 0..6 {
        append(&journal, &signal(number));
        standby.follow(&journal).unwrap();
        if number % 2 == 0 {
            speak_all(&journal, &mut owner);
        }
    }
    // The owner died before it said the last. The standby says that and nothing else.
    speak_all(&journal, &mut standby);
    let last = ranges(&journal).pop().unwrap();
    assert_eq!((last.from, last.to), (Position::new(6, 0), Position::new(7, 0)));
    assert!(last.changes.iter().all(|placed| placed.position == last.to));
    // The owner was but asleep: what it says late joins on, and is taken by nobody twice.
    speak_all(&journal, &mut owner);
    assert_contiguous(&journal);
    assert_eq!(taken(&journal), said_in_one_go(&journal).0);
    assert_eq!(ranges(&journal).pop().unwrap(), last, "it has heard that, and says nothing");
}

#[test]
fn who_hears_another_digest_at_its_own_position_says_nothing_more() {
    let journal = started();
    let (mut owner, mut standby) = (speaker(&journal), speaker(&journal));
    append(&journal, &signal(1));
    standby.follow(&journal).unwrap();
    speak_all(&journal, &mut owner);
    let mut wrong = ranges(&journal).pop().unwrap();
    wrong.digest = Digest::of(&"another");
    wrong.speaker = 99;
    let bytes = change_v1::encode(&wrong).unwrap();
    journal.append(Topic::Changes, P, vec![bytes]).durable_blocking().unwrap();
    let disagrees = |heard| matches!(heard, Err(ProcessorError::Disagreement { .. }));
    assert!(disagrees(standby.follow(&journal).map(drop)));
    assert!(disagrees(owner.step(&journal, true).map(drop)));
}

/// Processors that run, each on a thread of its own, over one journal.
struct Running {
    stopper: Stopper,
    thread: JoinHandle<Result<(), ProcessorError>>,
    owned: watch::Sender<BTreeSet<Partition>>,
}

fn run_one(journal: &Arc<dyn Journal>, standby: Option<u8>, owns: bool) -> Running {
    let parts = ProcessorParts {
        journal: Arc::clone(journal),
        snapshots: None,
        needs: Needs::default(),
        config: Config::for_tests().processor,
        playbook: playbook().into(),
        partitions: vec![P],
        standby,
        retention_hours: 24,
        metrics: Metrics::new().unwrap(),
        health: Health::default(),
        clock: Clock::System,
    };
    let (owned, told) = watch::channel(if owns { BTreeSet::from([P]) } else { BTreeSet::new() });
    let (stopper, stop) = stop_pair();
    let runtime = Handle::current();
    let work = move || run(&parts, Ownership::told(told), &stop, &runtime);
    Running { stopper, thread: thread::spawn(work), owned }
}

/// Waits until `wanted` holds of what was published.
async fn until(journal: &Arc<dyn Journal>, wanted: impl Fn(&[ChangeRange]) -> bool) {
    for _ in 0..2_000 {
        if wanted(&ranges(&**journal)) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it was not published");
}

fn reaches(ranges: &[ChangeRange], position: Position) -> bool {
    ranges.iter().any(|range| position <= range.to)
}

/// A speaker's turn: the owner's is 0.
fn turn(range: &ChangeRange) -> u64 {
    range.speaker >> 56
}

async fn a_standby_speaks_while_the_owner_is_silent(journal: Arc<dyn Journal>) {
    let begun = Arc::clone(&journal);
    tokio::task::spawn_blocking(move || begin_journal(&*begun, P, &playbook()))
        .await
        .unwrap()
        .unwrap();
    let owner = run_one(&journal, None, true);
    until(&journal, |ranges| !ranges.is_empty()).await;
    let standby = run_one(&journal, Some(1), false);
    let append_one = async |number| {
        let journal = Arc::clone(&journal);
        tokio::task::spawn_blocking(move || append(&*journal, &signal(number))).await.unwrap()
    };
    let first = append_one(1).await;
    until(&journal, |ranges| reaches(ranges, first)).await;

    owner.stopper.stop();
    owner.thread.join().unwrap().unwrap();
    let second = append_one(2).await;
    until(&journal, |ranges| reaches(ranges, second)).await;
    let by = |range: &&ChangeRange| second <= range.to;
    assert_eq!(ranges(&*journal).iter().find(by).map(turn), Some(1));
    // Who speaks, ticks.
    let after_a_tick = Position::new(second.offset + 1, 0);
    until(&journal, |ranges| reaches(ranges, after_a_tick)).await;

    let owner = run_one(&journal, None, true);
    let is_owners = |range: &ChangeRange| turn(range) == 0;
    until(&journal, |all| all.iter().rev().take(8).all(is_owners)).await;
    let third = append_one(3).await;
    until(&journal, |ranges| reaches(ranges, third)).await;
    let by = |range: &&ChangeRange| third <= range.to;
    assert_eq!(ranges(&*journal).iter().find(by).map(turn), Some(0));

    // The group may give it to the standby, too, which goes on at once, as the owner.
    owner.owned.send_replace(BTreeSet::new());
    standby.owned.send_replace(BTreeSet::from([P]));
    let fourth = append_one(4).await;
    until(&journal, |ranges| reaches(ranges, fourth)).await;
    for one in [owner, standby] {
        one.stopper.stop();
        one.thread.join().unwrap().unwrap();
    }
    let said = tokio::task::spawn_blocking(move || {
        assert_contiguous(&*journal);
        assert_same(&taken(&*journal), &said_in_one_go(&*journal).0, 0);
    });
    said.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_speaks_while_the_owner_is_silent_in_memory() {
    a_standby_speaks_while_the_owner_is_silent(Arc::new(MemoryJournal::new(Clock::System))).await;
}

#[cfg(feature = "kafka")]
#[tokio::test(flavor = "multi_thread")]
async fn a_standby_speaks_while_the_owner_is_silent_on_a_cluster() {
    let open = || crate::kafka::cluster::open(&crate::kafka::cluster::fresh());
    let journal = tokio::task::spawn_blocking(open).await.unwrap();
    a_standby_speaks_while_the_owner_is_silent(journal).await;
}
