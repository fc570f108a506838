//! A room for ingest's tests: a small city, a journal in memory, a listener on this machine.

use std::net::SocketAddr;
use std::sync::Arc;

use liandong::access::{CANARY_ACCOUNT, Door};
use liandong::config::{AccessRow, Config, Faults, PartitionTable, catalog};
use liandong::domain::{
    Actor, CameraId, Entry, OrgCode, Outline, OutlineKind, Partition, Place, Playbook, Point,
    Position, Role, Signal, Timestamp,
};
use liandong::ingest::{Admission, Ingest, IngestParts, Places, Projection, routes};
use liandong::journal::{Journal, MemoryJournal, Topic};
use liandong::kept::RulesInForce;
use liandong::telemetry::{Clock, Metrics};
use liandong::vault::Vault;
use liandong::wire::entry_v1;

/// When it is in the room.
pub(crate) const NOW: Timestamp = Timestamp(1_782_865_800_000);
/// The grids of the room's city, each a kilometre square, from its origin to the east.
pub(crate) const GRIDS: [(&str, u16); 2] = [("211002001001001", 1), ("211003001001001", 2)];

/// The room's city: two counties of one grid each around 41° N, 123° E, and a camera in each.
pub(crate) fn admission() -> Admission {
    let mut partitions = PartitionTable::default();
    let mut outlines = Vec::new();
    let mut cameras = Vec::new();
    for (code, number) in GRIDS {
        let code: liandong::domain::GridCode = code.parse().unwrap();
        partitions.counties.insert(code.county().unwrap(), Partition(number));
        let west = i32::from(number - 1) * 10_000;
        let corners = [(west, 0), (west + 10_000, 0), (west + 10_000, 10_000), (west, 10_000)];
        let ring = corners.map(|(x_dm, y_dm)| Point { x_dm, y_dm }).to_vec();
        outlines.push(Outline { code, kind: OutlineKind::Base, ring });
        cameras.push((CameraId(u32::from(number)), Place { point: None, grid: Some(code) }));
    }
    let items = catalog::read(catalog::BUILT_IN, "", &mut Faults(Vec::new()));
    Admission {
        places: Arc::new(Places::new(outlines)),
        projection: Projection::new(41.0, 123.0),
        cameras: Arc::new(cameras.into_iter().collect()),
        rules: RulesInForce::of(Arc::new(Playbook { items, ..Playbook::default() })),
        partitions,
        vault: Arc::new(Vault::ephemeral([1; 32])),
    }
}

/// Ingest's parts in the room, on `journal`.
pub(crate) fn parts(journal: Arc<dyn Journal>) -> IngestParts {
    let mut config = Config::for_tests();
    let actor = |role| Actor { account: "a".into(), role, org: OrgCode("ZHZX".into()) };
    let row = |(token, role)| AccessRow {
        token_digest: Door::digest(token),
        actor: actor(role),
        scope: None,
        loopback_only: false,
    };
    config.access = [("leader", Role::ShiftLeader), ("crew", Role::Crew)].map(row).to_vec();
    let mut canary = row(("canary", Role::ShiftLeader));
    canary.actor.account = CANARY_ACCOUNT.into();
    config.access.push(canary);
    IngestParts {
        answer_within: std::time::Duration::from_secs(10),
        journal,
        admission: admission(),
        door: Door::new(&config),
        config: config.ingest,
        clock: Clock::manual(NOW),
        metrics: Metrics::new().unwrap(),
    }
}

/// Ingest behind a listener.
pub(crate) struct Room {
    pub(crate) url: String,
    pub(crate) ingest_parts: IngestParts,
    pub(crate) client: reqwest::Client,
    serving: tokio::task::JoinHandle<()>,
}

impl Drop for Room {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Room {
    /// A room on a journal in memory.
    pub(crate) async fn open() -> Self {
        Self::with(parts(Arc::new(MemoryJournal::new(Clock::manual(NOW))))).await
    }

    /// A room of these parts.
    #[expect(clippy::disallowed_methods, reason = "a test joins what it spawns when it is dropped")]
    pub(crate) async fn with(parts: IngestParts) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router =
            routes(Ingest::new(parts.clone())).into_make_service_with_connect_info::<SocketAddr>();
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, ingest_parts: parts, client: reqwest::Client::new(), serving }
    }

    /// Posts a body of a feed: the status and the answer.
    pub(crate) async fn post(
        &self,
        feed: &str,
        body: impl Into<reqwest::Body>,
    ) -> (u16, serde_json::Value) {
        self.post_as(None, feed, body).await
    }

    /// As [`Room::post`], with a token.
    pub(crate) async fn post_as(
        &self,
        token: Option<&str>,
        feed: &str,
        body: impl Into<reqwest::Body>,
    ) -> (u16, serde_json::Value) {
        let request = self
            .client
            .post(format!("{}/api/v1/signals?feed={feed}", self.url))
            .header("content-type", "application/json")
            .body(body);
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// The signals in a partition's journal.
    pub(crate) fn signals(&self, partition: u16) -> Vec<(Position, Signal)> {
        signals(self.ingest_parts.journal.as_ref(), partition)
    }

    /// How often something was dropped for `reason`.
    pub(crate) fn dropped(&self, reason: &str) -> u64 {
        self.ingest_parts.metrics.ingest_dropped_total.with_label_values(&[reason]).get()
    }

    /// How many entries a topic's partition holds.
    pub(crate) fn held(&self, topic: Topic, partition: u16) -> usize {
        let journal = &self.ingest_parts.journal;
        journal.read(topic, Partition(partition), Position::START, 100_000).unwrap().len()
    }
}

/// The signals in a partition's journal.
pub(crate) fn signals(journal: &dyn Journal, partition: u16) -> Vec<(Position, Signal)> {
    let stored =
        journal.read(Topic::Journal, Partition(partition), Position::START, 100_000).unwrap();
    let signal = |stored: liandong::journal::Stored| match entry_v1::decode(&stored.bytes).unwrap()
    {
        Entry::Signal(signal) => (stored.position, *signal),
        other => panic!("no signal: {other:?}"),
    };
    stored.into_iter().map(signal).collect()
}
