//! Video's road: raw hits over HTTP, episodes in the county's journal, once whatever crashes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use liandong::config::WatchConfig;
use liandong::domain::{Channel, Partition, Position, Signal, SignalKind, SourceKey, Timestamp};
use liandong::ingest::{Ingest, Watcher, run, watch_rules};
use liandong::journal::{
    Journal, LocalJournal, LocalOptions, MemoryJournal, Ownership, Snapshots, Topic,
};
use liandong::shutdown::stop_pair;
use liandong::telemetry::Clock;

use crate::ingest_room::{NOW, admission, parts, signals};

const RULES: WatchConfig =
    WatchConfig { dwell_ms: 10_000, clear_looks: 2, update_every_ms: 60_000 };

/// Looks of a camera every five seconds: there for `present` looks, then gone.
fn looks(camera: u32, from_ms: i64, present: i64) -> Vec<String> {
    let look = |n: i64| {
        let there = n < present;
        let at = NOW.0 + from_ms + n * 5_000;
        (
            at,
            format!(
                r#"{{"camera":{camera},"item":"G01009","present":{there},"observed_at":{at}}}"#
            ),
        )
    };
    (0..present + 2).map(look).map(|(_, line)| line).collect()
}

/// What became of which episode, by the key of the signal.
fn kinds(journal: &dyn Journal, partition: u16) -> Vec<(SourceKey, SignalKind)> {
    let found = signals(journal, partition);
    found.into_iter().map(|(_, signal)| (signal.source, signal.kind)).collect()
}

#[tokio::test]
async fn an_episode_becomes_signals_of_its_cameras_county() {
    let clock = Clock::manual(NOW);
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::new(clock.clone()));
    let ingest = Ingest::new(parts(Arc::clone(&journal)));
    for (n, line) in looks(2, -600_000, 20).into_iter().enumerate() {
        clock.set(NOW.plus_ms(-600_000 + i64::try_from(n).unwrap() * 5_000));
        ingest.take("detection".parse().unwrap(), line.as_bytes()).await.unwrap();
    }
    let rules = watch_rules(&RULES, &admission().rules.now());
    let mut watcher = Watcher::default();
    let lane = journal.read(Topic::Detections, Partition(2), Position::START, 100).unwrap();
    let episodes = watcher.step(&rules, &admission(), &lane).signals;
    assert!(episodes.iter().all(|(partition, _)| *partition == Partition(2)));
    let signals: Vec<&Signal> = episodes.iter().map(|(_, signal)| signal).collect();
    let about = signals[0].source;
    let kinds: Vec<_> = signals.iter().map(|signal| signal.kind).collect();
    assert_eq!(
        kinds,
        [
            SignalKind::New,
            SignalKind::EpisodeUpdated { about, hits: 15 },
            SignalKind::EpisodeEnded { about, hits: 20 },
        ]
    );
    let opened = signals[0];
    assert_eq!((opened.channel, opened.owes_reply), (Channel::Video, false));
    assert_eq!(
        opened.observed_at,
        NOW.plus_ms(-600_000),
        "since it was there, not since it stayed"
    );
    assert_eq!(opened.place.grid, "211003001001001".parse().ok());
    assert_eq!(opened.external_id, "2/G01009/3.0");
    assert!(opened.words.is_none());
}

#[tokio::test]
async fn looks_folded_again_give_the_same_signals() {
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::new(Clock::manual(NOW)));
    let ingest = Ingest::new(parts(Arc::clone(&journal)));
    let body = [looks(1, -900_000, 30), looks(1, -300_000, 12)].concat().join("\n");
    ingest.take("detection".parse().unwrap(), body.as_bytes()).await.unwrap();
    let lane = journal.read(Topic::Detections, Partition(1), Position::START, 100).unwrap();
    let rules = watch_rules(&RULES, &admission().rules.now());
    let whole = Watcher::default().step(&rules, &admission(), &lane).signals;
    assert!(4 <= whole.len());
    for cut in 0..lane.len() {
        let mut watcher = Watcher::default();
        let mut parted = watcher.step(&rules, &admission(), &lane[..cut]).signals;
        parted.extend(watcher.step(&rules, &admission(), &lane[cut..]).signals);
        assert_eq!(parted, whole, "cut at {cut}");
    }
}

/// Runs the role on a directory until `done`, then stops it and lets it end.
async fn run_until(
    journal: &Arc<dyn Journal>,
    directory: &std::path::Path,
    done: impl Fn() -> bool,
) {
    let snapshots = Arc::new(Snapshots::open(&directory.join("watch"), "watch").unwrap());
    let ingest = Ingest::new(parts(Arc::clone(journal)));
    let (stopper, stop) = stop_pair();
    let runtime = tokio::runtime::Handle::current();
    let role = tokio::task::spawn_blocking(move || {
        let all = Ownership::all((0..4).map(Partition).collect());
        run(&ingest, (&RULES, Some(snapshots)), all, (&stop, &runtime))
    });
    for _ in 0..200 {
        if done() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    stopper.stop();
    role.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_role_goes_on_where_it_stopped_and_says_nothing_new_twice() {
    let directory = tempfile::tempdir().unwrap();
    let clock = Clock::manual(NOW);
    let open = || {
        let path = directory.path().join("journal");
        let options = LocalOptions::default();
        LocalJournal::open(&path, options, clock.clone(), None).unwrap()
    };
    let (first, second) = {
        let mut all = looks(1, -200_000, 20);
        let rest = all.split_off(10);
        (all.join("\n"), rest.join("\n"))
    };
    let feed = "detection".parse().unwrap();
    {
        let journal: Arc<dyn Journal> = open();
        Ingest::new(parts(Arc::clone(&journal))).take(feed, first.as_bytes()).await.unwrap();
        let watched = Arc::clone(&journal);
        run_until(&journal, directory.path(), || !kinds(watched.as_ref(), 1).is_empty()).await;
        assert_eq!(kinds(journal.as_ref(), 1).len(), 1);
    }
    let journal: Arc<dyn Journal> = open();
    Ingest::new(parts(Arc::clone(&journal))).take(feed, second.as_bytes()).await.unwrap();
    let watched = Arc::clone(&journal);
    let ended = |kinds: Vec<(SourceKey, SignalKind)>| {
        kinds.iter().any(|(_, kind)| matches!(kind, SignalKind::EpisodeEnded { .. }))
    };
    run_until(&journal, directory.path(), || ended(kinds(watched.as_ref(), 1))).await;
    let kinds = kinds(journal.as_ref(), 1);
    let mut times: BTreeMap<SourceKey, usize> = BTreeMap::new();
    for (source, _) in &kinds {
        *times.entry(*source).or_default() += 1;
    }
    assert!(times.values().all(|times| *times == 1), "{kinds:?}");
    let about = kinds[0].0;
    assert_eq!(kinds.last().unwrap().1, SignalKind::EpisodeEnded { about, hits: 20 });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_longer_kept_leaves_and_time_passes_by_ticks() {
    let directory = tempfile::tempdir().unwrap();
    let clock = Clock::manual(NOW.plus_ms(-25 * 3_600_000));
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::new(clock.clone()));
    let old = bytes::Bytes::from_static(b"old");
    for topic in [Topic::Detections, Topic::DeadLetters] {
        let pending = journal.append(topic, Partition::CITY, vec![old.clone()]);
        pending.durable().await.unwrap();
    }
    clock.set(NOW);
    let watched = Arc::clone(&journal);
    let ticked = || 2 <= watched.end(Topic::Detections, Partition(3)).borrow().offset;
    run_until(&journal, directory.path(), ticked).await;
    assert!(ticked(), "no tick came");
    assert_eq!(journal.start(Topic::Detections, Partition::CITY).offset, 1);
    assert_eq!(journal.start(Topic::DeadLetters, Partition::CITY), Position::START, "kept 7 d");
    let stored = journal.read(Topic::Detections, Partition::CITY, Position::new(1, 9), 10).unwrap();
    assert!(stored.iter().all(|look| look.at >= Timestamp(NOW.0)));
}
