//! What the fold makes of looks: dwell, dedupe, clearing, silence, limits, replay.

use proptest::prelude::*;

use liandong::domain::{CameraId, Detection, Look, Position, Timestamp};

use liandong::watch::{EpisodeStep, Watch, WatchRules};
use liandong::wire::watch_v1;

fn rules() -> WatchRules {
    let allowed = ["G01009".parse().unwrap(), "G02011".parse().unwrap()].into_iter().collect();
    WatchRules { allowed, silence_ms: 30_000, ..WatchRules::default() }
}

fn look(camera: u32, item: &str, present: bool, at_ms: i64) -> Look {
    Look::Seen(Detection {
        camera: CameraId(camera),
        item: item.parse().unwrap(),
        present,
        count: 1,
        observed_at: Timestamp(at_ms),
        arrived_at: Timestamp(at_ms),
    })
}

/// A fold, and how many looks it took.
#[derive(Default)]
struct Watched {
    watch: Watch,
    folded: u64,
}

impl Watched {
    fn at(&mut self, at_ms: i64, look: &Look) -> Vec<EpisodeStep> {
        self.folded += 1;
        self.watch.fold(&rules(), (Position::new(self.folded, 0), Timestamp(at_ms)), look)
    }

    fn hit(&mut self, at_ms: i64) -> Vec<EpisodeStep> {
        self.at(at_ms, &look(1, "G01009", true, at_ms))
    }

    fn miss(&mut self, at_ms: i64) -> Vec<EpisodeStep> {
        self.at(at_ms, &look(1, "G01009", false, at_ms))
    }
}

fn words(steps: &[EpisodeStep]) -> Vec<String> {
    let word = |step: &EpisodeStep| match step {
        EpisodeStep::Opened { since, .. } => format!("opened since {}", since.0),
        EpisodeStep::Updated { hits, .. } => format!("updated {hits}"),
        EpisodeStep::Ended { hits, seen_at, .. } => format!("ended {hits} at {}", seen_at.0),
    };
    steps.iter().map(word).collect()
}

#[test]
fn what_stays_becomes_one_episode_and_ends_when_it_is_gone() {
    let mut camera = Watched::default();
    assert_eq!(words(&camera.hit(1_000)), [""; 0]);
    assert_eq!(words(&camera.hit(10_999)), [""; 0], "a millisecond short of the dwell");
    let opened = camera.hit(11_000);
    assert_eq!(words(&opened), ["opened since 1000"]);
    assert_eq!(opened[0].episode().opened, Position::new(3, 0));
    assert_eq!(words(&camera.hit(30_000)), [""; 0], "said once");
    assert_eq!(words(&camera.hit(55_000)), [""; 0]);
    assert_eq!(words(&camera.hit(71_000)), ["updated 6"]);
    assert_eq!(words(&camera.miss(72_000)), [""; 0], "one look may be blocked");
    assert_eq!(words(&camera.hit(73_000)), [""; 0]);
    assert_eq!(words(&camera.miss(74_000)), [""; 0], "misses count in a row only");
    assert_eq!(words(&camera.miss(75_000)), ["ended 7 at 73000"]);
    assert_eq!(camera.watch.sights(), 0);
    assert_eq!(words(&camera.miss(76_000)), [""; 0]);
}

#[test]
fn what_passes_by_is_none() {
    let mut camera = Watched::default();
    for start in [0, 20_000, 40_000] {
        assert!(camera.hit(start).is_empty() && camera.hit(start + 9_000).is_empty());
        assert!(camera.miss(start + 10_000).is_empty() && camera.miss(start + 11_000).is_empty());
    }
    assert!(camera.hit(60_000).is_empty(), "one look is never enough, however long ago");
}

#[test]
fn silence_ends_it_by_any_look_or_tick() {
    let mut camera = Watched::default();
    camera.hit(0);
    assert_eq!(camera.hit(10_000).len(), 1);
    assert!(camera.at(39_999, &Look::Tick).is_empty());
    assert_eq!(words(&camera.at(40_000, &Look::Tick)), ["ended 2 at 10000"]);
    assert!(camera.at(90_000, &Look::Tick).is_empty(), "once");
    camera.hit(100_000);
    let other = look(2, "G01009", true, 200_000);
    assert!(camera.at(200_000, &other).is_empty(), "a sight that was no episode goes quietly");
    assert_eq!(camera.watch.sights(), 1);
}

#[test]
fn a_shorter_silence_counts_from_the_next_look_on() {
    let mut camera = Watched::default();
    camera.hit(0);
    assert_eq!(camera.hit(10_000).len(), 1);
    let shorter = WatchRules { silence_ms: 5_000, ..rules() };
    let at = (Position::new(3, 0), Timestamp(20_000));
    assert!(camera.watch.fold(&shorter, at, &look(1, "G01009", true, 20_000)).is_empty());
    assert!(camera.at(24_999, &Look::Tick).is_empty());
    assert_eq!(words(&camera.at(25_000, &Look::Tick)), ["ended 3 at 20000"]);
}

#[test]
fn cameras_and_items_are_apart() {
    let mut cameras = Watched::default();
    for at in [0, 12_000] {
        for (camera, item) in [(1, "G01009"), (1, "G02011"), (2, "G01009")] {
            let steps = cameras.at(at, &look(camera, item, true, at));
            assert_eq!(steps.len(), usize::from(at != 0), "{camera} {item} {at}");
        }
    }
}

#[test]
fn what_no_camera_may_report_is_ignored_and_counted() {
    let mut camera = Watched::default();
    for at in [0, 20_000, 40_000] {
        assert!(camera.at(at, &look(1, "G01001", true, at)).is_empty());
    }
    assert_eq!(camera.watch.ignored().not_allowed, 3);
    assert_eq!(camera.watch.sights(), 0);
}

#[test]
fn sights_have_a_limit_that_is_counted() {
    let rules = WatchRules { sights_max: 2, ..rules() };
    let mut watch = Watch::default();
    for camera in 1..=4 {
        let at = (Position::new(u64::from(camera), 0), Timestamp(0));
        watch.fold(&rules, at, &look(camera, "G01009", true, 0));
    }
    assert_eq!((watch.sights(), watch.ignored().full), (2, 2));
}

#[test]
fn a_clock_that_is_ahead_opens_nothing_early() {
    let mut camera = Watched::default();
    assert!(camera.at(0, &look(1, "G01009", true, 0)).is_empty());
    assert!(camera.at(1_000, &look(1, "G01009", true, 3_000_000)).is_empty());
    assert!(camera.at(10_000, &look(1, "G01009", true, 0)).is_empty(), "and late news adds none");
    assert_eq!(camera.hit(10_000).len(), 1);
}

proptest! {
    /// Whatever the looks: an episode opens once, ends once, after it opened; two folds agree; and
    /// a fold that was put away in between goes on as if it had not been.
    #[test]
    fn episodes_open_once_and_end_once(
        looks in proptest::collection::vec(
            (0..3_u32, 0..3_usize, any::<bool>(), 0..20_000_i64, -50_000..50_000_i64), 1..200),
        cut in 0..200_usize,
    ) {
        let items = ["G01009", "G02011", "G01001"];
        let (mut one, mut two) = (Watched::default(), Watched::default());
        let mut now = 1_000_000;
        let mut open = std::collections::BTreeSet::new();
        let mut ended = std::collections::BTreeSet::new();
        for (index, (camera, item, present, later, skew)) in looks.iter().enumerate() {
            now += later;
            let seen = look(*camera, items[*item], *present, now + skew);
            let steps = one.at(now, &seen);
            if index == cut {
                two.watch = watch_v1::decode(&watch_v1::encode(&two.watch).unwrap()).unwrap();
            }
            prop_assert_eq!(&steps, &two.at(now, &seen));
            let stored = |watched: &Watched| watch_v1::encode(&watched.watch).unwrap();
            prop_assert_eq!(stored(&one), stored(&two));
            for step in steps {
                let id = step.episode();
                match step {
                    EpisodeStep::Opened { .. } => prop_assert!(open.insert(id)),
                    EpisodeStep::Updated { .. } => prop_assert!(open.contains(&id)),
                    EpisodeStep::Ended { .. } => {
                        prop_assert!(open.contains(&id) && ended.insert(id));
                    }
                }
            }
        }
        one.at(now + 30_000, &Look::Tick);
        prop_assert_eq!(one.watch.sights(), 0);
    }
}
