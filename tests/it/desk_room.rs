//! A gateway on a journal in memory, behind a real web server on this machine.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use liandong::access::Door;
use liandong::archive::{Index, Segments};
use liandong::cli::Server;
use liandong::config::{AccessRow, Config};
use liandong::domain::{
    Actor, Case, CaseId, Change, ChangeRange, Digest, Epoch, Happened, KindCode, OrgCode, Outline,
    OutlineKind, Partition, Place, Placed, Point, Position, PrivacyClass, Role, StageCode, Step,
    Timestamp,
};
use liandong::gateway::{
    CityPages, Gateway, Parts, RuleFiles, beat, follow, keep_index, routes, tell,
};
use liandong::journal::{Journal, MemoryJournal, Needs, Snapshots, Topic};
use liandong::kept::Ranges;
use liandong::shutdown::{Running, Stopper, stop_pair};
use liandong::telemetry::{Clock, Health, Metrics};
use liandong::vault::Vault;
use liandong::wire::change_v1;
use liandong::wire::city_v1::{KnownCity, catalog};
use liandong::wire::projection::Projection;

use crate::schemas::held;
use crate::small_city;

/// The partition of the only county.
pub(crate) const COUNTY: Partition = Partition(1);

/// A gateway that is served.
pub(crate) struct Room {
    pub(crate) address: SocketAddr,
    pub(crate) journal: Arc<MemoryJournal>,
    pub(crate) vault: Arc<Vault>,
    pub(crate) needs: Needs,
    _stopper: Stopper,
    _running: Running,
}

fn row(token: &str, role: Role, scope: &str) -> AccessRow {
    let org = OrgCode("ZHZX".to_owned());
    AccessRow {
        token_digest: Door::digest(token),
        actor: Actor { account: token.to_owned(), role, org },
        scope: scope.parse().ok(),
        loopback_only: false,
    }
}

/// One account of each sort the tests need.
fn config() -> Config {
    let mut config = Config::for_tests();
    config.partitions.counties.insert("211002".parse().unwrap(), COUNTY);
    config.gateway.tail_ranges_max = 16;
    config.gateway.followers_max = 4;
    config.gateway.snapshot_every_changes = 10;
    config.journal.retention_hours = 0;
    config.access = vec![
        row("receiver", Role::Receiver, ""),
        row("leader", Role::ShiftLeader, ""),
        row("other-leader", Role::ShiftLeader, ""),
        row("handler", Role::Handler, ""),
        row("crew", Role::Crew, ""),
        row("stranger", Role::Receiver, "211003"),
        row("town", Role::GridWorker, "211002001"),
        row("county", Role::ShiftLeader, "211002"),
        AccessRow { loopback_only: true, ..row("here", Role::Receiver, "") },
    ];
    config.partitions.counties.insert("211003".parse().unwrap(), Partition(2));
    config
}

/// What pages read of a city of one county and one town.
pub(crate) fn city_pages() -> CityPages {
    let corner = |x_dm, y_dm| Point { x_dm, y_dm };
    let ring = vec![corner(0, 0), corner(9, 0), corner(9, 9)];
    let area = |code: &str| {
        let (code, ring) = (code.parse().unwrap(), ring.clone());
        Outline { code, kind: OutlineKind::Area, ring }
    };
    let known = KnownCity {
        name: "test",
        areas: &[area("211002"), area("211002001")],
        names: &BTreeMap::new(),
        counties: &config().partitions.counties,
        plane: Projection::new(41.0, 123.0),
        synthetic: true,
    };
    let orgs = BTreeMap::from([(OrgCode("CG".to_owned()), "城管执法局".to_owned())]);
    CityPages {
        city: known.city().unwrap(),
        outlines: known.outlines().unwrap(),
        catalog: catalog(&small_city::playbook(1).items, &orgs).unwrap(),
    }
}

fn index(directory: &Path, vault: &Arc<Vault>) -> Arc<Index> {
    let segments = Segments::open(directory).unwrap();
    Arc::new(Index::open(&directory.join("index"), segments, Arc::clone(vault)).unwrap())
}

impl Room {
    /// Opens one on a new journal.
    pub(crate) async fn open() -> Self {
        let clock = Clock::manual(Timestamp(1_000_000));
        let room = Self::begin(Arc::new(MemoryJournal::new(clock)), None).await;
        room.until("/readyz", 200).await;
        room
    }

    /// One on `journal`, which keeps its pictures in `snapshots`; perhaps not ready yet.
    pub(crate) async fn begin(
        journal: Arc<MemoryJournal>,
        snapshots: Option<Arc<Snapshots>>,
    ) -> Self {
        Self::begin_over(journal, snapshots, None).await
    }

    /// One on a new journal that searches the archive under `directory` as well.
    pub(crate) async fn archived(directory: &Path) -> Self {
        let journal = Arc::new(MemoryJournal::new(Clock::manual(Timestamp(1_000_000))));
        let room = Self::begin_over(journal, None, Some(directory)).await;
        room.until("/readyz", 200).await;
        room
    }

    async fn begin_over(
        journal: Arc<MemoryJournal>,
        snapshots: Option<Arc<Snapshots>>,
        archive: Option<&Path>,
    ) -> Self {
        // Everything that is journalled lies a moment back.
        let clock = Clock::manual(Timestamp(1_000_001));
        let needs = Needs::default();
        let (stopper, stop) = stop_pair();
        let vault = Arc::new(Vault::ephemeral([7; 32]));
        let read = Arc::clone(&journal) as Arc<dyn Journal>;
        let gateway = Gateway::new(Parts {
            config: Arc::new(config()),
            journal: Arc::clone(&read),
            ranges: Ranges::of(&read),
            snapshots,
            needs: needs.clone(),
            archive: archive.map(|directory| index(directory, &vault)),
            vault: Arc::clone(&vault),
            registers: None,
            metrics: Metrics::new().unwrap(),
            clock,
            health: Health::default(),
            stop: stop.clone(),
            city: city_pages(),
            read_only: false,
            rules: Some(RuleFiles::new(|| Ok(small_city::playbook(2)))),
        });
        let mut running = Running::default();
        for partition in config().partitions.all() {
            let gateway = gateway.clone();
            running.spawn("gateway", async move { follow(gateway, partition).await.unwrap() });
        }
        let beating = gateway.clone();
        running.spawn("gateway", async move { beat(beating).await.unwrap() });
        let indexing = gateway.clone();
        running.spawn("gateway", async move { keep_index(indexing).await.unwrap() });
        let telling = gateway.clone();
        running.spawn("gateway", async move { tell(telling, (0, 1)).await.unwrap() });
        let server = Server::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let address = server.address();
        let router = routes(gateway);
        running.spawn("http", async move { server.serve(router, stop).await.unwrap() });
        Self { address, journal, vault, needs, _stopper: stopper, _running: running }
    }

    /// The address of a road.
    pub(crate) fn url(&self, road: &str) -> String {
        format!("http://{}{road}", self.address)
    }

    /// The status and body of what lies at `road`.
    pub(crate) async fn get(&self, road: &str, token: Option<&str>) -> (u16, serde_json::Value) {
        let request = reqwest::Client::new().get(self.url(road));
        let (status, body) = Self::answer(match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        })
        .await;
        held::answered("GET", road, (status, &body));
        (status, body)
    }

    /// The status and body of what a post brings.
    pub(crate) async fn post(
        &self,
        road: &str,
        token: &str,
        body: &str,
    ) -> (u16, serde_json::Value) {
        let request = reqwest::Client::new().post(self.url(road)).body(body.to_owned());
        let (status, answer) = Self::answer(request.bearer_auth(token)).await;
        held::posted(road, body, status);
        held::answered("POST", road, (status, &answer));
        (status, answer)
    }

    async fn answer(request: reqwest::RequestBuilder) -> (u16, serde_json::Value) {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text)))
    }

    /// Waits until `road` answers `status`.
    pub(crate) async fn until(&self, road: &str, status: u16) -> serde_json::Value {
        for _ in 0..500 {
            let (found, body) = self.get(road, Some("leader")).await;
            if found == status {
                return body;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{road} never answered {status}");
    }

    /// Publishes changes of the county at the next offsets, one an entry, as one range.
    pub(crate) async fn publish(&self, from: u64, changes: Vec<Change>) -> Position {
        self.publish_of(COUNTY, from, changes).await
    }

    /// As [`Room::publish`], of any partition.
    pub(crate) async fn publish_of(
        &self,
        partition: Partition,
        from: u64,
        changes: Vec<Change>,
    ) -> Position {
        let to = Position::new(from + u64::try_from(changes.len()).unwrap(), 0);
        let placed = changes.into_iter().zip(from + 1..).map(|(change, offset)| Placed {
            position: Position::new(offset, 0),
            at: Timestamp(1_000_000),
            index: 0,
            change,
        });
        let start = if from == 0 { Position::START } else { Position::new(from, 0) };
        let range = ChangeRange {
            partition,
            epoch: Epoch(1),
            from: start,
            to: if from == to.offset { start } else { to },
            at: Timestamp(1_000_000),
            speaker: 1,
            core: 1,
            digest: Digest::default(),
            elsewhere: false,
            changes: placed.collect(),
            orders: Vec::new(),
        };
        let bytes = change_v1::encode(&range).unwrap();
        self.journal.append(Topic::Changes, partition, vec![bytes]).durable().await.unwrap();
        range.to
    }
}

/// A reported case.
pub(crate) fn case(number: u64, grid: &str, privacy: PrivacyClass) -> Case {
    Case {
        item: "G01001".parse().ok(),
        privacy,
        place: Place { point: None, grid: grid.parse().ok() },
        tickets: 1,
        ..Case::begun(
            CaseId { partition: COUNTY, number },
            KindCode::CITY_EVENT,
            StageCode::of("reported"),
            Timestamp(1),
        )
    }
}

/// The change that a case moved.
pub(crate) fn moved(case: Case) -> Change {
    let step = Step { what: Happened::Filed, by: None, command: None, at: Timestamp(1) };
    Change::CaseMoved { case: Arc::new(case), step: Arc::new(step) }
}
