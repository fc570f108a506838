//! A journal whose process is killed at random moments: what was acknowledged is there.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;
use liandong::domain::{Partition, Position};
use liandong::journal::{Journal, LocalJournal, LocalOptions, Stored, Topic};
use liandong::telemetry::Clock;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const DIRECTORY: &str = "JOURNAL_KILL_DIRECTORY";
const ROUND: &str = "JOURNAL_KILL_ROUND";
const CHILD: &str = "journal_kill::child_that_appends_until_it_is_killed";
const ROUNDS: u32 = 20;
const THREADS: u16 = 6;
/// Entries of this partition are removed as the child goes.
const REMOVED: Partition = Partition(2);
/// No child goes on for ever, whatever became of its parent.
const APPENDS_MAX: u32 = 50_000;

/// Two threads share a partition, so that their entries share records.
fn lane_of(thread: u16) -> (Topic, Partition) {
    let topic = if thread.is_multiple_of(2) { Topic::Journal } else { Topic::Detections };
    (topic, Partition(thread / 2 + u16::from(thread == 5)))
}

fn open(directory: &Path) -> std::sync::Arc<LocalJournal> {
    LocalJournal::open(directory, LocalOptions::default(), Clock::System, None).unwrap()
}

/// Appends as `thread` does; writes a line once an append is acknowledged.
fn append_for_ever(journal: &LocalJournal, round: &str, thread: u16) {
    let (topic, partition) = lane_of(thread);
    for number in 0..APPENDS_MAX {
        let count = number % 3 + 1;
        let entry = |index| Bytes::from(format!("{round} {thread} {number} {index}/{count}"));
        let pending = journal.append(topic, partition, (0..count).map(entry).collect());
        let first = pending.durable_blocking().unwrap().first;
        // A parent that is gone closes the pipe, which ends this.
        writeln!(std::io::stdout().lock(), "acknowledged {round} {thread} {number} {first}")
            .unwrap();
        if partition == REMOVED && number % 20 == 19 {
            let before = Position::new(first.offset.saturating_sub(10), u32::MAX);
            journal.remove_through(topic, partition, before).unwrap();
        }
    }
}

#[test]
#[ignore = "the other test runs it, and kills it"]
#[expect(clippy::disallowed_methods, reason = "a parent tells its child what to do")]
fn child_that_appends_until_it_is_killed() {
    let (Ok(directory), Ok(round)) = (std::env::var(DIRECTORY), std::env::var(ROUND)) else {
        return;
    };
    let journal = open(Path::new(&directory));
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (journal, round) = (&journal, &round);
            scope.spawn(move || append_for_ever(journal, round, thread));
        }
    });
}

/// A child that is killed at the latest when this is dropped.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It may be gone already.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn start_child(directory: &Path, round: u32) -> Killed {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", CHILD, "--ignored", "--nocapture"])
        .env(DIRECTORY, directory)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .spawn();
    Killed(child.unwrap())
}

/// What one line acknowledges: who appended, and where the first entry stands.
type Acknowledged = ((u32, u16, u32), Position);

fn parse(line: &str) -> Option<Acknowledged> {
    // A killed child may leave half a line: it has no end, and is not counted.
    let words: Vec<_> = line.strip_suffix('\n')?.split(' ').collect();
    let ["acknowledged", round, thread, number, first] = words[..] else { return None };
    let key = (round.parse().unwrap(), thread.parse().unwrap(), number.parse().unwrap());
    Some((key, first.parse().unwrap()))
}

/// Reads what the child writes on a thread; says when it acknowledged something.
fn listen(child: &mut Child) -> (Receiver<()>, JoinHandle<Vec<Acknowledged>>) {
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let (began, has_begun) = sync_channel(1);
    let listener = std::thread::spawn(move || {
        let mut began = Some(began);
        let mut heard = Vec::new();
        let mut line = String::new();
        while 0 < lines.read_line(&mut line).unwrap() {
            heard.extend(parse(&line));
            line.clear();
            if !heard.is_empty()
                && let Some(began) = began.take()
            {
                began.send(()).unwrap();
            }
        }
        heard
    });
    (has_begun, listener)
}

fn run_and_kill(directory: &Path, round: u32, random: &mut ChaCha8Rng) -> Vec<Acknowledged> {
    let mut child = start_child(directory, round);
    let (has_begun, listener) = listen(&mut child.0);
    has_begun.recv_timeout(Duration::from_mins(2)).unwrap();
    std::thread::sleep(Duration::from_millis(random.random_range(0..150)));
    drop(child);
    listener.join().unwrap()
}

/// All that is kept of a lane: readable from its start to its end, by pages, without a hole.
fn read_all(journal: &LocalJournal, (topic, partition): (Topic, Partition)) -> Vec<Stored> {
    let mut after = journal.start(topic, partition);
    let mut all: Vec<Stored> = Vec::new();
    loop {
        let page = journal.read(topic, partition, after, 1_000).unwrap();
        let Some(last) = page.last() else { break };
        after = last.position;
        all.extend(page);
    }
    assert_eq!(after, *journal.end(topic, partition).borrow());
    for pair in all.windows(2) {
        assert!(pair[0].position < pair[1].position && pair[0].at <= pair[1].at);
    }
    all
}

/// Holds one lane against what was acknowledged; returns how many appends it holds.
fn check_lane(
    journal: &LocalJournal,
    lane: (Topic, Partition),
    acknowledged: &BTreeMap<(u32, u16, u32), Position>,
) -> usize {
    let mut found: BTreeMap<(u32, u16, u32), Vec<(Position, String)>> = BTreeMap::new();
    let mut last_of: BTreeMap<(u32, u16), u32> = BTreeMap::new();
    for stored in read_all(journal, lane) {
        let text = String::from_utf8(stored.bytes.to_vec()).unwrap();
        let words: Vec<_> = text.split(' ').collect();
        let (round, thread) = (words[0].parse().unwrap(), words[1].parse().unwrap());
        let number = words[2].parse().unwrap();
        let before = last_of.insert((round, thread), number);
        assert!(before.is_none_or(|before| before <= number), "out of order: {text}");
        let entries = found.entry((round, thread, number)).or_default();
        entries.push((stored.position, words[3].to_owned()));
    }
    let start = journal.start(lane.0, lane.1);
    for (key, entries) in &found {
        let count = key.2 % 3 + 1;
        let expected: Vec<_> = (0..count).map(|index| format!("{index}/{count}")).collect();
        let indices: Vec<_> = entries.iter().map(|(_, index)| index.clone()).collect();
        assert_eq!(indices, expected, "an append is there whole and once: {key:?}");
    }
    let ours = |key: &(u32, u16, u32)| lane_of(key.1) == lane;
    for (key, first) in acknowledged.iter().filter(|(key, first)| ours(key) && start < **first) {
        let entries = found.get(key).unwrap_or_else(|| panic!("{key:?} at {first} is lost"));
        assert_eq!(entries[0].0, *first, "{key:?} stands where it was said to");
    }
    found.len()
}

#[test]
fn what_was_acknowledged_survives_being_killed() {
    let mut noise = [0; 8];
    getrandom::fill(&mut noise).unwrap();
    let seed = u64::from_be_bytes(noise);
    println!("seed {seed}");
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let directory = tempfile::tempdir().unwrap();
    let lanes: BTreeSet<_> = (0..THREADS).map(lane_of).collect();
    let mut acknowledged = BTreeMap::new();
    let mut epochs = BTreeSet::new();
    for round in 0..ROUNDS {
        let heard = run_and_kill(directory.path(), round, &mut random);
        assert!(!heard.is_empty());
        acknowledged.extend(heard);
        let journal = open(directory.path());
        epochs.insert(journal.epoch());
        let kept: usize = lanes.iter().map(|lane| check_lane(&journal, *lane, &acknowledged)).sum();
        println!("round {round}: {} acknowledged, {kept} kept", acknowledged.len());
    }
    assert_eq!(epochs.len(), 1, "a killed journal is the same journal");
}
