//! A disk that takes no more: the fold goes on, and no broken snapshot is left.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use liandong::config::{Config, SnapshotsConfig};
use liandong::domain::{Epoch, Playbook, Position, Timestamp};
use liandong::journal::{Journal as _, MemoryJournal, Needs, Ownership, Snapshots, Topic};
use liandong::processor::{ProcessorParts, run, take_snapshot};
use liandong::shutdown::stop_pair;
use liandong::telemetry::{Clock, Health, Metrics};

use crate::publish::room::{P, append, ranges, signal};

const DIRECTORY: &str = "FULL_DISK_DIRECTORY";
const CHILD: &str = "snapshots::full_disk::child_that_folds_and_keeps_what_it_can";
const SIGNALS: u32 = 300;
/// Entries between two snapshots: several are tried while the signals come.
const SNAPSHOT_EVERY: u64 = 50;

fn parts(directory: &Path) -> (Arc<MemoryJournal>, ProcessorParts) {
    let clock = Clock::manual(Timestamp(1_000));
    let journal = Arc::new(MemoryJournal::of_epoch(clock.clone(), Epoch(9)));
    let shared = SnapshotsConfig::Shared(directory.to_owned());
    let mut config = Config::for_tests().processor;
    config.snapshot_every_entries = SNAPSHOT_EVERY;
    config.publish_every_ms = 10;
    let parts = ProcessorParts {
        journal: Arc::<MemoryJournal>::clone(&journal),
        snapshots: Some(Arc::new(Snapshots::in_store(&shared, "situation").unwrap())),
        needs: Needs::default(),
        config,
        playbook: Arc::new(Playbook { version: 1, ..Playbook::default() }),
        partitions: vec![P],
        standby: None,
        retention_hours: 24,
        metrics: Metrics::new().unwrap(),
        health: Health::default(),
        clock,
    };
    (journal, parts)
}

/// Whether a thread of this process takes a snapshot beside the fold.
fn is_taking_one() -> bool {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let names =
        threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("comm")).ok());
    names.map(|name| name.trim().to_owned()).any(|name| name == "snapshot")
}

/// Whether `position` has been spoken of.
fn wait_for_change_of(journal: &MemoryJournal, position: Position) {
    while ranges(journal).last().is_none_or(|range| range.to < position) {
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
#[ignore = "the other test runs it, with room on its disk and without"]
#[expect(clippy::disallowed_methods, reason = "a parent tells its child what to do")]
fn child_that_folds_and_keeps_what_it_can() {
    let Ok(directory) = std::env::var(DIRECTORY) else { return };
    let (journal, parts) = parts(Path::new(&directory));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (stopper, stop) = stop_pair();
    let (folding, handle) = (parts.clone(), runtime.handle().clone());
    let fold = std::thread::spawn(move || {
        let all = Ownership::all(BTreeSet::from([P]));
        run(&folding, all, &stop, &handle)
    });
    for number in 0..SIGNALS {
        let position = append(&*journal, &signal(number));
        if number % 50 == 49 {
            wait_for_change_of(&journal, position);
        }
    }
    let snapshots = parts.snapshots.as_ref().unwrap();
    let taken = take_snapshot(&*journal, snapshots, P, (3, Timestamp(0)));
    let position = append(&*journal, &signal(SIGNALS));
    wait_for_change_of(&journal, position);
    stopper.stop();
    fold.join().unwrap().unwrap();
    // A processor that stops does not wait for the snapshot that is being taken beside it.
    while is_taking_one() {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(journal.start(Topic::Journal, P), Position::START);
    println!("taken: {}", taken.is_ok());
}

/// The child's word on whether a snapshot could be taken, and the files it left.
fn fold_with(room: Option<u32>, directory: &Path) -> (String, Vec<String>) {
    let binary = std::env::current_exe().unwrap();
    let mut shell = Command::new("bash");
    let limit = room.map_or(String::new(), |kib| format!("trap '' XFSZ; ulimit -f {kib};"));
    shell.arg("-c").arg(format!("{limit} exec \"$@\"")).arg("bash").arg(binary);
    shell.args(["--exact", CHILD, "--ignored", "--nocapture"]).env(DIRECTORY, directory);
    let out = shell.output().unwrap();
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(out.status.success(), "{said}{}", String::from_utf8_lossy(&out.stderr));
    let word = said.lines().find_map(|line| line.split("taken: ").nth(1)).unwrap().to_owned();
    let folder = directory.join(format!("situation-{P}-{}", Epoch(9)));
    let files = std::fs::read_dir(folder).map(|files| {
        files.map(|file| file.unwrap().file_name().to_string_lossy().into_owned()).collect()
    });
    (word, files.unwrap_or_default())
}

#[test]
fn a_full_disk_costs_the_snapshot_and_nothing_else() {
    let (wide, narrow) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (word, files) = fold_with(None, wide.path());
    assert_eq!(word, "true");
    assert!(!files.is_empty() && files.iter().all(|name| !name.contains('#')), "{files:?}");
    let (word, files) = fold_with(Some(1), narrow.path());
    assert_eq!((word.as_str(), files.len()), ("false", 0), "{files:?}");
}
