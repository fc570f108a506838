//! A city in one process: journal, processor, outbound, ingest and gateway behind one server, on a
//! clock that the test turns.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use liandong::access::Door;
use liandong::cli::Server;
use liandong::config::{AccessRow, Config, Layers, load};
use liandong::domain::{Actor, Limit, LimitUnit, OrgCode, Partition, Playbook, Role, Timestamp};
use liandong::gateway::{Gateway, Parts, beat, follow, routes, tell};
use liandong::ingest::{Ingest, routes as signal_routes};
use liandong::journal::{Journal, MemoryJournal, Needs, Ownership};
use liandong::kept::{Ranges, RulesInForce};
use liandong::outbound::{Cursors, OutboundParts, Receiver, run as deliver};
use liandong::processor::{ProcessorParts, begin_journal, run as fold};
use liandong::shutdown::{Running, Stop, Stopper, stop_pair};
use liandong::telemetry::{Clock, Health, Metrics};
use liandong::vault::Vault;
use serde_json::{Value, json};
use tokio::runtime::Handle;

use crate::desk_room::city_pages;
use crate::ingest_room;

/// A Monday, 2 March 2026, 09:00 in Liaoyang.
const MORNING: Timestamp = Timestamp(1_772_413_200_000);
/// The county most lives are led in, and the one beside it.
pub(super) const COUNTIES: [(&str, u16); 2] = [("211002", 1), ("211003", 2)];
/// Every account: its name is its token, and it acts for whatever organisation it names.
const ACCOUNTS: [(&str, Role); 11] = [
    ("receiver", Role::Receiver),
    ("dispatcher", Role::Dispatcher),
    ("shift_leader", Role::ShiftLeader),
    ("handler", Role::Handler),
    ("checker", Role::Checker),
    ("agent", Role::Agent),
    ("grid_worker", Role::GridWorker),
    ("supervisor", Role::Supervisor),
    ("leader", Role::Leader),
    ("mediator", Role::Mediator),
    ("town_leader", Role::TownLeader),
];

static OURS: LazyLock<Arc<Playbook>> =
    LazyLock::new(|| load(&Layers::default()).unwrap().config.playbook);

/// The city while it runs.
pub(super) struct City {
    pub(super) address: SocketAddr,
    pub(super) rules: Arc<Playbook>,
    clock: Clock,
    asked: AtomicU64,
    client: reqwest::Client,
    stopper: Stopper,
    running: Option<Running>,
    _cursors: tempfile::TempDir,
}

impl Drop for City {
    /// Every role ends before the runtime does, and before what it writes to is gone.
    fn drop(&mut self) {
        self.stopper.stop();
        let Some(running) = self.running.take() else { return };
        let ended = tokio::task::block_in_place(|| Handle::current().block_on(running.join()));
        assert!(ended || std::thread::panicking(), "every role ends when it is asked to");
    }
}

fn config(rules: &Arc<Playbook>) -> Config {
    let mut config = Config::for_tests();
    for (county, number) in COUNTIES {
        config.partitions.counties.insert(county.parse().unwrap(), Partition(number));
    }
    config.playbook = Arc::clone(rules);
    config.processor.publish_every_ms = 2;
    config.processor.tick_every_ms = 25;
    config.journal.retention_hours = 0;
    config.access = ACCOUNTS
        .into_iter()
        .map(|(name, role)| AccessRow {
            token_digest: Door::digest(name),
            actor: Actor { account: name.to_owned(), role, org: OrgCode("*".to_owned()) },
            scope: None,
            loopback_only: false,
        })
        .collect();
    config
}

/// What every role stands on.
struct Ground {
    config: Arc<Config>,
    journal: Arc<dyn Journal>,
    vault: Arc<Vault>,
    clock: Clock,
    stop: Stop,
}

impl Ground {
    fn ingest(&self) -> Ingest {
        let mut parts = ingest_room::parts(Arc::clone(&self.journal));
        parts.admission.rules = RulesInForce::of(Arc::clone(&self.config.playbook));
        parts.admission.vault = Arc::clone(&self.vault);
        parts.door = Door::new(&self.config);
        parts.clock = self.clock.clone();
        Ingest::new(parts)
    }

    fn gateway(&self, needs: &Needs) -> Gateway {
        Gateway::new(Parts {
            config: Arc::clone(&self.config),
            journal: Arc::clone(&self.journal),
            ranges: Ranges::of(&self.journal),
            snapshots: None,
            needs: needs.clone(),
            vault: Arc::clone(&self.vault),
            registers: None,
            metrics: Metrics::new().unwrap(),
            clock: self.clock.clone(),
            health: Health::default(),
            stop: self.stop.clone(),
            city: city_pages(),
            read_only: false,
            rules: None,
            archive: None,
        })
    }

    /// Begins every journal, and folds them on a thread of its own.
    async fn process(&self, running: &mut Running, needs: &Needs) {
        let partitions = self.config.partitions.all();
        let parts = ProcessorParts {
            journal: Arc::clone(&self.journal),
            snapshots: None,
            needs: needs.clone(),
            config: self.config.processor.clone(),
            playbook: Arc::clone(&self.config.playbook),
            partitions: partitions.iter().copied().collect(),
            standby: None,
            retention_hours: 0,
            metrics: Metrics::new().unwrap(),
            health: Health::default(),
            clock: self.clock.clone(),
        };
        let begin = move || {
            for partition in &parts.partitions {
                begin_journal(&*parts.journal, *partition, &parts.playbook).unwrap();
            }
            parts
        };
        let parts = tokio::task::spawn_blocking(begin).await.unwrap();
        let (stop, runtime) = (self.stop.clone(), Handle::current());
        let ownership = Ownership::all(partitions);
        let work = move || fold(&parts, ownership, &stop, &runtime).unwrap();
        running.spawn_blocking("processor", work);
    }
}

impl City {
    /// Opens one under the rules that are built in.
    pub(super) async fn open() -> Self {
        Self::under(Arc::clone(&OURS)).await
    }

    /// Opens one under `rules`.
    pub(super) async fn under(rules: Arc<Playbook>) -> Self {
        let clock = Clock::manual(MORNING);
        let (stopper, stop) = stop_pair();
        let config = Arc::new(config(&rules));
        let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::new(clock.clone()));
        let vault = Arc::new(Vault::ephemeral([7; 32]));
        let ground = Ground { config, journal, vault, clock: clock.clone(), stop: stop.clone() };
        let (needs, mut running) = (Needs::default(), Running::default());
        ground.process(&mut running, &needs).await;

        let cursors = tempfile::tempdir().unwrap();
        let outbound = OutboundParts {
            journal: Arc::clone(&ground.journal),
            cursors: Cursors::open(cursors.path()).unwrap(),
            needs: needs.clone(),
            receiver: Receiver::Partitions(ground.config.partitions.all()),
        };
        let gateway = ground.gateway(&needs);
        for partition in ground.config.partitions.all() {
            let (gateway, stop) = (gateway.clone(), stop.clone());
            running.spawn("gateway", async move { follow(gateway, partition).await.unwrap() });
            let outbound = outbound.clone();
            let road = async move { deliver(outbound, partition, stop).await.unwrap() };
            running.spawn("outbound", road);
        }
        let (beating, telling) = (gateway.clone(), gateway.clone());
        running.spawn("gateway", async move { beat(beating).await.unwrap() });
        running.spawn("gateway", async move { tell(telling, (0, 1)).await.unwrap() });
        let server = Server::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let address = server.address();
        let router = routes(gateway).merge(signal_routes(ground.ingest()));
        running.spawn("http", async move { server.serve(router, stop).await.unwrap() });
        Self {
            address,
            rules,
            clock,
            asked: AtomicU64::new(1),
            client: reqwest::Client::new(),
            stopper,
            running: Some(running),
            _cursors: cursors,
        }
    }

    /// What time it is there.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Lets `time` pass, such as `2h`.
    pub(super) fn pass(&self, time: &str) {
        self.clock.set(self.now().plus_ms(limit(time).natural_ms()));
    }

    /// When `time` is over, counted from `since`, by the city's calendar.
    pub(super) fn after(&self, since: Timestamp, time: &str) -> Timestamp {
        self.rules.calendar.after(since, limit(time))
    }

    /// A number nobody had before.
    pub(super) fn number(&self) -> u64 {
        self.asked.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) async fn get(&self, road: &str) -> Value {
        let url = format!("http://{}{road}", self.address);
        let asked = self.client.get(url).bearer_auth("shift_leader").send().await.unwrap();
        assert_eq!(asked.status(), 200, "{road}");
        asked.json().await.unwrap()
    }

    pub(super) async fn post(&self, road: &str, token: &str, body: &Value) -> (u16, Value) {
        let url = format!("http://{}{road}", self.address);
        let asked = self.client.post(url).bearer_auth(token).json(body).send().await.unwrap();
        (asked.status().as_u16(), asked.json().await.unwrap())
    }

    /// Reports something by HTTP, so many metres east of the others.
    pub(super) async fn report(&self, channel: &str, item: &str, east: u32) {
        let number = self.number();
        let report = json!({
            "id": format!("report-{number}"),
            "channel": channel,
            "item": item,
            "observed_at": self.now(),
            "lat": 41.004,
            "lon": 123.001 + f64::from(east) / 84_000.0,
            "text": "请来看看",
        });
        let (status, told) = self.post("/api/v1/signals?feed=signal", "receiver", &report).await;
        assert_eq!(status, 202, "{told}");
    }

    /// The partitions of the counties.
    pub(super) fn partitions() -> BTreeSet<u16> {
        COUNTIES.into_iter().map(|(_, number)| number).collect()
    }
}

/// A limit as the tables write it.
pub(super) fn limit(text: &str) -> Limit {
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap();
    let (amount, unit) = text.split_at(digits);
    let unit = match unit {
        "m" => LimitUnit::Minutes,
        "h" => LimitUnit::Hours,
        "d" => LimitUnit::Days,
        "wh" => LimitUnit::WorkingHours,
        "wd" => LimitUnit::WorkingDays,
        other => panic!("{other} is no unit"),
    };
    Limit { amount: amount.parse().unwrap(), unit }
}
