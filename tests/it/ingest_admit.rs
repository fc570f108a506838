//! Admitting: places, partitions, time, words, cameras.

use std::sync::Arc;

use liandong::config::{Faults, PartitionTable, catalog};
use liandong::domain::time::{DAY_MS, HOUR_MS};
use liandong::domain::{
    CameraId, Channel, Evidence, Outline, OutlineKind, Partition, Place, Playbook, Point, Purpose,
    SignalKind, Timestamp,
};
use liandong::ingest::{Admission, Admitted, Places, Projection, Route, source_key};
use liandong::kept::RulesInForce;
use liandong::vault::Vault;
use liandong::wire::feeds::{Feed, RawDetection, RawKind, RawPlace, RawSignal};
use liandong::wire::problem::ProblemKind;

const NOW: Timestamp = Timestamp(1_782_865_800_000);
const GRID: &str = "211002001001001";

fn admission(outlines: Vec<Outline>) -> Admission {
    let items = catalog::read(catalog::BUILT_IN, "", &mut Faults(Vec::new()));
    let mut partitions = PartitionTable::default();
    if !outlines.is_empty() {
        partitions.counties.insert("211002".parse().unwrap(), Partition(3));
    }
    let place = Place { point: None, grid: GRID.parse().ok() };
    Admission {
        places: Arc::new(Places::new(outlines)),
        projection: Projection::new(41.0, 123.0),
        cameras: Arc::new([(CameraId(7), place)].into_iter().collect()),
        rules: RulesInForce::of(Arc::new(Playbook { items, ..Playbook::default() })),
        partitions,
        vault: Arc::new(Vault::ephemeral([1; 32])),
    }
}

fn city() -> Admission {
    let corners = [(0, 0), (10_000, 0), (10_000, 10_000), (0, 10_000)];
    let ring = corners.map(|(x_dm, y_dm)| Point { x_dm, y_dm }).to_vec();
    admission(vec![Outline { code: GRID.parse().unwrap(), kind: OutlineKind::Base, ring }])
}

fn raw() -> RawSignal {
    RawSignal {
        index: 4,
        span: 10..20,
        id: "A-1".into(),
        quoted: None,
        kind: RawKind::New,
        channel: Channel::Grid,
        item: "G01009".parse().ok(),
        observed_at: NOW,
        place: RawPlace { degrees: Some((41.001, 123.001)), grid: None },
        text: "垃圾, 电话13800138000".into(),
        address: String::new(),
        contact: None,
        sealed_contact: None,
        owes_reply: None,
        purpose: Purpose::Real,
        due: None,
        named: None,
    }
}

fn admit(city: &Admission, raw: RawSignal) -> Result<Admitted, ProblemKind> {
    city.admit((Feed::Signal, NOW), raw).map_err(|problem| {
        assert_eq!((problem.index, problem.span), (Some(4), 10..20));
        problem.kind
    })
}

#[test]
fn a_report_gets_its_grid_its_partition_and_sealed_words() {
    let city = city();
    let admitted = admit(&city, raw()).unwrap();
    assert_eq!(admitted.route, Route::One(Partition(3)));
    assert_eq!(admitted.signal.place.grid, GRID.parse().ok());
    assert_eq!(admitted.signal.place.point, Some(Point { x_dm: 839, y_dm: 1_112 }));
    let words = city.vault.open_words(admitted.signal.words.as_ref().unwrap()).unwrap();
    assert_eq!(words, r#"{"text":"垃圾, 电话***"}"#);
    assert_eq!(admit(&city, raw()).unwrap(), admitted, "admitting is repeatable");
}

#[test]
fn a_source_key_is_of_its_feed_and_identifier() {
    let key = source_key(Feed::Signal, "A-1");
    assert_eq!(key.to_string(), "695bb2973058bcd28c42db1cbcdb2770");
    assert_ne!(key, source_key(Feed::Hotline, "A-1"));
    assert_ne!(key, source_key(Feed::Signal, "A-2"));
}

#[test]
fn time_has_two_ends() {
    let at = |ms| admit(&city(), RawSignal { observed_at: NOW.plus_ms(ms), ..raw() });
    assert!(at(-7 * DAY_MS).is_ok() && at(HOUR_MS).is_ok());
    assert_eq!(at(-7 * DAY_MS - 1), Err(ProblemKind::TooLate));
    assert_eq!(at(HOUR_MS + 1), Err(ProblemKind::InFuture));
    for end in [i64::MIN, i64::MAX] {
        let observed_at = Timestamp(end);
        assert!(admit(&city(), RawSignal { observed_at, ..raw() }).is_err());
    }
}

#[test]
fn who_is_owed_a_reply_waits_for_a_person_and_others_are_dead_letters() {
    let nowhere = RawSignal { place: RawPlace::default(), ..raw() };
    assert_eq!(admit(&city(), nowhere.clone()), Err(ProblemKind::NoPlace));
    let asked = RawSignal { owes_reply: Some(true), ..nowhere.clone() };
    assert_eq!(admit(&city(), asked).unwrap().route, Route::One(Partition::CITY));
    for channel in [Channel::Hotline, Channel::PublicApp, Channel::Petition, Channel::Business] {
        let owed = admit(&city(), RawSignal { channel, ..nowhere.clone() }).unwrap();
        assert!(owed.signal.owes_reply, "{channel:?}");
    }
}

#[test]
fn a_place_is_within_the_city_or_named_by_a_known_grid() {
    let at = |degrees, grid: Option<&str>| {
        let place = RawPlace { degrees, grid: grid.map(str::to_owned) };
        admit(&city(), RawSignal { place, ..raw() })
    };
    let far = Some((42.0, 123.0));
    assert_eq!(at(far, None), Err(ProblemKind::Outside));
    assert_eq!(at(far, Some(GRID)).unwrap().route, Route::One(Partition(3)));
    assert_eq!(at(None, Some("211002")).unwrap().route, Route::One(Partition(3)));
    assert_eq!(at(None, Some("211002001001002")), Err(ProblemKind::UnknownGrid));
    assert_eq!(at(None, Some("somewhere")), Err(ProblemKind::UnknownGrid));
}

#[test]
fn in_an_open_city_any_place_on_earth_is_inside() {
    let open = admission(Vec::new());
    let place = RawPlace { degrees: Some((-41.0, -57.0)), grid: Some("211002".into()) };
    let admitted = admit(&open, RawSignal { place, ..raw() }).unwrap();
    assert_eq!(admitted.route, Route::One(PartitionTable::ONLY));
    assert_eq!(admitted.signal.place.grid, None);
    assert!(admitted.signal.place.point.is_some());
}

#[test]
fn a_word_about_an_earlier_signal_goes_wherever_that_may_be() {
    let kind = RawKind::Urge { about: "A-0".into() };
    let place = RawPlace::default();
    let urge = admit(&city(), RawSignal { kind, place, ..raw() }).unwrap();
    assert_eq!(urge.route, Route::Every);
    let about = source_key(Feed::Signal, "A-0");
    assert_eq!(urge.signal.kind, SignalKind::Urge { about });
}

#[test]
fn a_destroyed_key_drops_the_words_and_keeps_the_signal() {
    let city = city();
    let key = Vault::key_for(source_key(Feed::Signal, "A-1"));
    assert!(city.vault.erase(key).unwrap());
    let admitted = admit(&city, raw()).unwrap();
    assert_eq!(admitted.signal.words, None);
    assert_eq!(admitted.signal.evidence, Evidence::default());
    let other = admit(&city, RawSignal { id: "A-2".into(), ..raw() }).unwrap();
    assert!(other.signal.words.is_some());
}

#[test]
fn a_camera_says_only_what_the_catalogue_lets_it() {
    let hit = |camera, item: &str, ms| {
        let raw = RawDetection {
            index: 0,
            camera: CameraId(camera),
            item: item.parse().unwrap(),
            present: true,
            count: 1,
            observed_at: NOW.plus_ms(ms),
        };
        city().look(NOW, &raw).map_err(|problem| problem.kind)
    };
    assert!(hit(7, "G01009", 0).is_ok());
    assert_eq!(hit(7, "G01001", 0), Err(ProblemKind::NotForVideo));
    assert_eq!(hit(7, "Z99999", 0), Err(ProblemKind::UnknownItem));
    assert_eq!(hit(8, "G01009", 0), Err(ProblemKind::UnknownCamera));
    assert_eq!(hit(7, "G01009", -HOUR_MS - 1), Err(ProblemKind::TooLate));
}
