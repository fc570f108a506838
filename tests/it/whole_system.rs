//! The whole system on one thread and virtual time: ingest, watch, processor, outbound and gateway
//! step by step, each of them dying between any two steps.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use liandong::config::Config;
use liandong::domain::{
    Actor, CaseState, ChangeRange, Command, CommandId, Digest, Entry, Look, OrgCode, Partition,
    Position, ReasonCode, Role, UnitId, Verb,
};
use liandong::ingest::{Admission, Route, Watcher, watch_rules};
use liandong::journal::{Journal, MemoryJournal, Topic};
use liandong::kept::RulesInForce;
use liandong::outbound::{Cursor, next_batch, next_crossings};
use liandong::picture::Picture;
use liandong::processor::{Speaker, begin_journal};
use liandong::situation::Situation;
use liandong::situation::invariants::check;
use liandong::telemetry::Clock;
use liandong::wire::feeds::{Feed, detection, signal};
use liandong::wire::{change_v1, entry_v1, look_v1};
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::ingest_room::{NOW, admission};

const PARTITIONS: [Partition; 3] = [Partition(0), Partition(1), Partition(2)];
/// The partition of looks.
const LOOKS: Partition = Partition(0);
const STEPS: u32 = 400;

/// Everything that lives only in memory, and may die at any step.
struct Roles {
    speakers: BTreeMap<Partition, Speaker>,
    watcher: Watcher,
    pictures: Picture,
}

/// What outlives a crash: the journal, the cursors' files, and the receiver of orders.
struct World {
    random: ChaCha8Rng,
    clock: Clock,
    journal: MemoryJournal,
    admission: Admission,
    cursors: BTreeMap<Partition, Cursor>,
    crossing: BTreeMap<Partition, Cursor>,
    acted: BTreeSet<String>,
    delivered: u64,
    sent: u32,
}

impl World {
    fn new(seed: u64) -> Self {
        let clock = Clock::manual(NOW);
        let journal = MemoryJournal::new(clock.clone());
        let mut admission = admission();
        let mut playbook = (*admission.rules.now()).clone();
        playbook.version = 1;
        admission.rules = RulesInForce::of(playbook.into());
        for partition in PARTITIONS {
            begin_journal(&journal, partition, &admission.rules.now()).unwrap();
        }
        Self {
            random: ChaCha8Rng::seed_from_u64(seed),
            clock,
            journal,
            admission,
            cursors: BTreeMap::new(),
            crossing: BTreeMap::new(),
            acted: BTreeSet::new(),
            delivered: 0,
            sent: 0,
        }
    }

    fn append(&self, partition: Partition, entry: &Entry) {
        let entries = vec![entry_v1::encode(entry).unwrap()];
        self.journal.append(Topic::Journal, partition, entries).durable_blocking().unwrap();
    }

    /// A citizen reports, sometimes the same thing twice.
    fn report(&mut self) {
        self.sent += u32::from(self.random.random_ratio(4, 5));
        let (id, now) = (self.sent, self.clock.now().0);
        let lon = 123.001 + f64::from(id % 20) * 0.001;
        let json = format!(
            "{{\"id\":\"{id}\",\"channel\":\"public_app\",\"item\":\"G03031\",\"lat\":41.003,\
             \"lon\":{lon},\"text\":\"路灯不亮\",\"observed_at\":{now}}}"
        );
        for raw in signal::parse(json.as_bytes()) {
            let arrived = (Feed::Signal, self.clock.now());
            let admitted = self.admission.admit(arrived, raw.unwrap()).unwrap();
            let Route::One(partition) = admitted.route else { panic!("a new report has a place") };
            self.append(partition, &Entry::Signal(Box::new(admitted.signal)));
        }
    }

    /// A camera looks.
    fn look(&mut self) {
        let (camera, now) = (self.random.random_range(1..=2), self.clock.now().0);
        let present = self.random.random_ratio(3, 4);
        let json = format!(
            "{{\"camera\":{camera},\"item\":\"G01009\",\"present\":{present},\
             \"observed_at\":{now}}}"
        );
        for raw in detection::parse(json.as_bytes()) {
            let seen = self.admission.look(self.clock.now(), &raw.unwrap()).unwrap();
            let look = vec![look_v1::encode(&Look::Seen(seen)).unwrap()];
            drop(self.journal.append(Topic::Detections, LOOKS, look));
        }
    }

    /// Somebody moves a case that the picture shows, or enters a unit.
    fn command(&mut self, picture: &Picture) {
        let partition = *PARTITIONS[1..].choose(&mut self.random).unwrap();
        let cases: Vec<_> =
            picture.rows(partition).into_iter().flat_map(|rows| rows.cases.values()).collect();
        let unit = UnitId(u32::from(partition.0) * 100 + self.random.random_range(0..3));
        let lead = OrgCode("lead".into());
        let (role, org, verb) = match cases.choose(&mut self.random) {
            None => {
                let (name, org) = (unit.to_string(), lead.clone());
                (Role::System, "centre".into(), Verb::Enrol { unit, name, org })
            }
            Some(case) => {
                let id = case.id;
                let file = Verb::File { case: id, item: None };
                let dispatch = Verb::Dispatch {
                    case: id,
                    lead: Some(lead.clone()),
                    assists: BTreeSet::new(),
                    units: BTreeSet::from([unit]),
                };
                let (to, reason) = (Partition(3 - partition.0), ReasonCode::NotOurArea);
                let away = Verb::HandOver { case: id, to, reason };
                match case.state {
                    CaseState::Filed if self.random.random_ratio(1, 2) => {
                        (Role::ShiftLeader, "centre".into(), away)
                    }
                    CaseState::Reported => (Role::Receiver, "centre".into(), file),
                    CaseState::Filed => (Role::Dispatcher, "centre".into(), dispatch),
                    CaseState::Dispatched => {
                        (Role::Handler, "lead".into(), Verb::Accept { case: id })
                    }
                    CaseState::Handling => {
                        (Role::Handler, "lead".into(), Verb::Handled { case: id, note: None })
                    }
                    _ => (Role::Checker, "checks".to_owned(), Verb::CheckPass { case: id }),
                }
            }
        };
        let actor = Actor { account: "a".into(), role, org: OrgCode(org) };
        let command = Command {
            id: CommandId(self.random.random()),
            actor,
            expected_version: None,
            verb,
            arrived_at: self.clock.now(),
        };
        self.append(partition, &Entry::Command(Box::new(command)));
    }

    /// Orders leave; the word that they arrived may be lost, and then they leave again.
    fn deliver(&mut self, partition: Partition) {
        let start = Cursor { epoch: self.journal.epoch(), ..Cursor::default() };
        let cursor = self.cursors.get(&partition).copied().unwrap_or(start);
        let Some(batch) = next_batch(&self.journal, partition, cursor).unwrap() else { return };
        for order in &batch.orders {
            self.delivered += 1;
            self.acted.insert(order.id.to_string());
        }
        if self.random.random_ratio(3, 4) {
            self.cursors.insert(partition, batch.after);
        }
    }

    /// Cases leave for other partitions; again, where the word that they are there is lost.
    fn cross(&mut self, partition: Partition) {
        let start = Cursor { epoch: self.journal.epoch(), ..Cursor::default() };
        let cursor = self.crossing.get(&partition).copied().unwrap_or(start);
        let Some(next) =
            next_crossings(&self.journal, (partition, &PARTITIONS.into()), cursor).unwrap()
        else {
            return;
        };
        for (to, entry) in &next.entries {
            self.append(*to, entry);
        }
        if self.random.random_ratio(3, 4) {
            self.crossing.insert(partition, next.after);
        }
    }

    fn ranges(&self, partition: Partition) -> Vec<ChangeRange> {
        let stored =
            self.journal.read(Topic::Changes, partition, Position::START, usize::MAX).unwrap();
        stored.iter().map(|one| change_v1::decode(&one.bytes).unwrap()).collect()
    }
}

impl Roles {
    fn start(world: &World) -> Self {
        let speaker = |partition| {
            (partition, Speaker::restore(&world.journal, None, (partition, 1)).unwrap())
        };
        Self {
            speakers: PARTITIONS.map(speaker).into_iter().collect(),
            watcher: Watcher::default(),
            pictures: Picture::default(),
        }
    }

    /// One step of the watch: looks in, signals of episodes out.
    fn watch(&mut self, world: &World) {
        let after = self.watcher.position;
        let looks = world.journal.read(Topic::Detections, LOOKS, after, 10).unwrap();
        let rules = watch_rules(&Config::for_tests().watch, &world.admission.rules.now());
        for (partition, signal) in self.watcher.step(&rules, &world.admission, &looks).signals {
            world.append(partition, &Entry::Signal(Box::new(signal)));
        }
    }

    /// One step of a processor, which may die before it knows that its range is durable.
    fn speak(&mut self, world: &World, partition: Partition, even_empty: bool) -> bool {
        let speaker = self.speakers.get_mut(&partition).unwrap();
        let said = speaker.step(&world.journal, even_empty).unwrap();
        check(speaker.situation()).unwrap();
        said.is_some()
    }

    /// One step of a gateway.
    fn show(&mut self, world: &World) {
        for partition in PARTITIONS {
            for range in world.ranges(partition) {
                self.pictures.fold(&range);
            }
        }
    }
}

/// Plays a seed to its end; returns the world, and the digest of all that was published.
fn play(seed: u64) -> (World, Roles, Digest) {
    let mut world = World::new(seed);
    let mut roles = Roles::start(&world);
    for _ in 0..STEPS {
        let partition = *PARTITIONS.choose(&mut world.random).unwrap();
        match world.random.random_range(0..13) {
            0..3 => world.report(),
            3 => world.look(),
            4 => roles.watch(&world),
            5 | 6 => drop(roles.speak(&world, partition, false)),
            7 => world.deliver(partition),
            8 => roles.show(&world),
            9 => world.command(&roles.pictures),
            11 => world.cross(partition),
            10 => {
                world.clock.set(world.clock.now().plus_ms(world.random.random_range(0..5_000)));
                world.append(partition, &Entry::Tick);
            }
            _ => roles = Roles::start(&world),
        }
    }
    roles.watch(&world);
    // A departure, its arrival, and the receipt.
    for partition in [PARTITIONS, PARTITIONS, PARTITIONS].concat() {
        while roles.speak(&world, partition, false) {}
        for _ in 0..40 {
            world.cross(partition);
        }
    }
    for partition in PARTITIONS {
        while roles.speak(&world, partition, false) {}
        for _ in 0..40 {
            world.deliver(partition);
        }
    }
    roles.show(&world);
    let said: Vec<Vec<ChangeRange>> = PARTITIONS.iter().map(|p| world.ranges(*p)).collect();
    let digest = Digest::of(&said);
    (world, roles, digest)
}

#[test]
fn nothing_is_lost_or_doubled_whatever_dies() {
    let mut fused = 0;
    for seed in 0..25 {
        let (world, roles, _) = play(seed);
        let mut orders = BTreeSet::new();
        for partition in PARTITIONS {
            let mut fresh = Situation::new(partition);
            let mut effects = liandong::situation::Effects::default();
            let entries =
                world.journal.read(Topic::Journal, partition, Position::START, usize::MAX).unwrap();
            for stored in entries {
                let entry = entry_v1::decode(&stored.bytes).unwrap();
                let at = (stored.position, stored.at);
                liandong::situation::apply(&mut fresh, &mut effects, at, entry);
                orders.extend(effects.orders.iter().map(|order| order.id.to_string()));
            }
            let living = roles.speakers.get(&partition).unwrap();
            assert_eq!(living.situation(), &fresh, "seed {seed}: the live fold is a fresh fold");
            assert_eq!(roles.pictures.digest(partition), fresh.digest(), "seed {seed}");
            let shown = roles.pictures.rows(partition).map_or(0, |rows| rows.cases.len());
            assert_eq!(shown, fresh.cases().count(), "seed {seed}: the picture agrees");
            fused += fresh.tickets().count() - fresh.cases().count();
        }
        assert_eq!(world.acted, orders, "seed {seed}: each order acted on, and once");
        assert!(world.acted.len() as u64 <= world.delivered);
    }
    assert!(0 < fused, "some reports were joined");
}

#[test]
fn a_case_that_leaves_arrives_once_whatever_dies() {
    let mut left = 0;
    for seed in 0..25 {
        let (_, roles, _) = play(seed);
        let all = |partition: &Partition| roles.speakers.get(partition).unwrap().situation();
        let cases: Vec<_> =
            PARTITIONS.iter().flat_map(|partition| all(partition).cases()).collect();
        let gone: Vec<_> = cases.iter().filter_map(|case| case.handed_to).collect();
        let distinct: BTreeSet<_> = gone.iter().copied().collect();
        assert_eq!(distinct.len(), gone.len(), "seed {seed}: each became a case of its own");
        for case in &cases {
            assert_eq!(case.handover, None, "seed {seed}: nothing is on its way for ever");
            let handed = case.state == CaseState::HandedOver;
            assert_eq!(handed, case.handed_to.is_some(), "seed {seed}");
        }
        for became in gone {
            assert!(cases.iter().any(|case| case.id == became), "seed {seed}: {became} is there");
        }
        left += distinct.len();
    }
    assert!(10 < left, "some cases left: {left}");
}

#[test]
fn one_seed_twice_is_the_same_to_the_byte() {
    let published = |seed: u64| {
        let (world, _, digest) = play(seed);
        let bytes: Vec<Bytes> = world
            .journal
            .read(Topic::Changes, Partition(1), Position::START, usize::MAX)
            .unwrap()
            .into_iter()
            .map(|stored| stored.bytes)
            .collect();
        (bytes, digest)
    };
    assert_eq!(published(3), published(3));
    assert_ne!(published(3).1, published(4).1);
}

#[test]
fn an_erasure_changes_no_digest() {
    let (world, roles, digest) = play(5);
    // A ticket that went to another partition is there under the same key.
    let words: BTreeMap<_, _> = roles
        .pictures
        .all_rows()
        .flat_map(|(_, rows)| rows.tickets.values())
        .filter_map(|ticket| ticket.words.clone())
        .map(|sealed| (sealed.key, sealed))
        .collect();
    assert!(!words.is_empty());
    let vault = &world.admission.vault;
    for sealed in words.values() {
        assert!(vault.open_words(sealed).unwrap().contains("路灯"));
        vault.erase(sealed.key).unwrap();
        assert!(vault.open_words(sealed).is_err(), "the words are gone");
    }
    let again = Roles::start(&world);
    for partition in PARTITIONS {
        let (before, after) = (roles.speakers.get(&partition), again.speakers.get(&partition));
        assert_eq!(before.unwrap().situation(), after.unwrap().situation());
    }
    let said: Vec<Vec<ChangeRange>> = PARTITIONS.iter().map(|p| world.ranges(*p)).collect();
    assert_eq!(Digest::of(&said), digest);
}
