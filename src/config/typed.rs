//! The configuration as the roles see it: typed, checked, with its units in the names.
//!
//! Built by `check` only; a test builds one with [`Config::for_tests`] and changes a field.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::domain::{Actor, GridCode, Partition, Playbook};

use super::cluster::ClusterSecurity;
use super::group::GroupConfig;
use super::kpi::KpiConfig;
use super::stores::{ArchiveConfig, SnapshotsConfig};

/// Everything a process is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Where the process keeps what it must not lose.
    pub data_dir: PathBuf,
    /// The web server.
    pub http: HttpConfig,
    /// What is logged, and how.
    pub log: LogConfig,
    /// The city's name, plane and outlines.
    pub city: CityConfig,
    /// Which county has which partition.
    pub partitions: PartitionTable,
    /// The journal.
    pub journal: JournalConfig,
    /// Taking signals in.
    pub ingest: IngestConfig,
    /// Detections to episodes.
    pub watch: WatchConfig,
    /// How processes of one role share partitions.
    pub group: GroupConfig,
    /// Folding and publishing.
    pub processor: ProcessorConfig,
    /// What leaves.
    pub outbound: OutboundConfig,
    /// Showing and asking.
    pub gateway: GatewayConfig,
    /// How scores are weighed.
    pub kpi: KpiConfig,
    /// Trying the own road.
    pub canary: CanaryConfig,
    /// Ended cases that left memory.
    pub archive: ArchiveConfig,
    /// Sealed words.
    pub vault: VaultConfig,
    /// Where snapshots lie.
    pub snapshots: SnapshotsConfig,
    /// The rules an empty journal adopts: catalogue, fusion points, limits.
    pub playbook: Arc<Playbook>,
    /// Who may come in, by token.
    pub access: Vec<AccessRow>,
}

/// `[http]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpConfig {
    /// Address and port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// How long a sender waits until what it sent is durable, milliseconds, 100 to 600,000.
    pub answer_within_ms: u64,
}

/// `[log]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConfig {
    /// Text for people, JSON for machines.
    pub format: LogFormat,
    /// A filter such as `info` or `info,liandong::journal=debug`.
    pub level: String,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// `[city]`
#[derive(Debug, Clone, PartialEq)]
pub struct CityConfig {
    /// Where its outlines come from.
    pub profile: CityProfile,
    /// Its name on screens.
    pub name: String,
    /// Latitude of the plane's origin, degrees, -85 to 85.
    pub lat0: f64,
    /// Longitude of the plane's origin, degrees, -180 to 180.
    pub lon0: f64,
    /// The seed of the generated city (profile `liaoyang`).
    pub seed: u64,
}

/// Where a city's outlines come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CityProfile {
    /// Liaoyang's districts, towns and villages by name; outlines generated from the seed.
    Liaoyang,
    /// No outlines: any place on earth is inside, its grid is unknown, its partition is 1.
    Open,
    /// Outlines from a file.
    File(PathBuf),
}

/// `[[partitions]]`: county to partition is a table, never a hash.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PartitionTable {
    /// Each county's partition, 1 and up.
    pub counties: BTreeMap<GridCode, Partition>,
}

impl PartitionTable {
    /// The partition of a city without counties.
    pub const ONLY: Partition = Partition(1);

    /// Every partition, the city's own first.
    #[must_use]
    pub fn all(&self) -> BTreeSet<Partition> {
        let mut all: BTreeSet<_> = self.counties.values().copied().collect();
        if all.is_empty() {
            all.insert(Self::ONLY);
        }
        all.insert(Partition::CITY);
        all
    }

    /// The partition of what lies in `grid`: its county's, or the city's own where it has none.
    #[must_use]
    pub fn of(&self, grid: GridCode) -> Partition {
        grid.county()
            .and_then(|county| self.counties.get(&county))
            .copied()
            .unwrap_or(Partition::CITY)
    }

    /// Whether everything shares one partition (profile `open`).
    #[must_use]
    pub fn is_undivided(&self) -> bool {
        self.counties.is_empty()
    }
}

/// `[journal]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalConfig {
    /// Which implementation.
    pub kind: JournalKind,
    /// Addresses of the cluster's brokers, with commas between; for [`JournalKind::Kafka`].
    pub brokers: String,
    /// What the names of our topics begin with; for [`JournalKind::Kafka`].
    pub topic_prefix: String,
    /// How long brokers may gather what is new before they show it, milliseconds, 0 to 1,000; for
    /// [`JournalKind::Kafka`].
    pub gathers_ms: u64,
    /// How long what is appended may gather before it becomes one record a partition,
    /// milliseconds, 0 to 100; for [`JournalKind::Kafka`].
    pub appends_gather_ms: u64,
    /// How the cluster is spoken to; for [`JournalKind::Kafka`].
    pub security: ClusterSecurity,
    /// Entries one commit may gather, 1 to 1,000,000.
    pub commit_entries_max: usize,
    /// Microseconds from the start of one commit to that of the next, at least, 0 to 100,000.
    pub commit_every_us: u64,
    /// Hours entries are kept at least, 1 and up; retention never passes the oldest snapshot.
    pub retention_hours: u32,
}

/// Which journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JournalKind {
    /// On this machine's disk, fsynced; one process owns the directory.
    Local,
    /// In memory: gone with the process.
    Memory,
    /// On an Apache Kafka cluster.
    Kafka,
}

/// `[ingest]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngestConfig {
    /// Signals that may wait for their commit at once; beyond it senders get 503, 1 and up.
    pub signals_pending_max: usize,
    /// Detections that may wait at once; beyond it they are shed and counted, 1 and up.
    pub detections_pending_max: usize,
    /// Partitions of raw detections, by camera, 1 to 64. Never changed on a journal in use.
    pub detection_partitions: u16,
    /// Hours raw detections are kept, 1 and up.
    pub detections_kept_hours: u32,
    /// Hours dead letters are kept, 1 and up.
    pub dead_letters_kept_hours: u32,
    /// By whose clocks feeds write times without an offset.
    pub zone: TimeZone,
}

/// `[watch]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchConfig {
    /// How long a hit must go on before it is an episode, milliseconds.
    pub dwell_ms: i64,
    /// Looks in a row without the object that end an episode, 1 and up.
    pub clear_looks: u16,
    /// How often a going episode is said again, milliseconds, 1,000 and up.
    pub update_every_ms: i64,
}

/// `[processor]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessorConfig {
    /// At least how often a range is published, empty ones too, milliseconds, 10 to 10,000.
    pub publish_every_ms: u64,
    /// How often a tick is journalled, milliseconds, 100 to 60,000.
    pub tick_every_ms: u64,
    /// Entries between two snapshots, 1,000 and up.
    pub snapshot_every_entries: u64,
    /// Snapshots kept of each partition, 1 to 100.
    pub snapshots_kept: usize,
}

/// `[outbound]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboundConfig {
    /// Where orders are posted; none keeps them in the changes only.
    pub orders_url: Option<String>,
    /// How long one delivery may take, milliseconds, 100 to 60,000.
    pub timeout_ms: u64,
    /// The longest pause between two tries, milliseconds, 100 and up.
    pub retry_ms_max: u64,
    /// Whether others are told over Kafka; for [`JournalKind::Kafka`].
    pub public_topics: bool,
}

/// `[gateway]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayConfig {
    /// Followers of the changes at once, 1 and up.
    pub followers_max: usize,
    /// Encoded ranges a partition shares in memory, 16 to 65,536; who is further behind reads the
    /// journal.
    pub tail_ranges_max: usize,
    /// Rows one page may have, 1 to 10,000.
    pub page_rows_max: usize,
    /// Who may read without a token.
    pub open_reads: OpenReads,
    /// Changes folded between two kept pictures of a partition, a range counting as one, 1,000 and
    /// up.
    pub snapshot_every_changes: u64,
    /// Pictures kept of each partition, 1 to 100.
    pub snapshots_kept: usize,
}

/// Who may read without a token. Words are never among it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenReads {
    /// Whoever is on this machine.
    Loopback,
    /// Nobody.
    Never,
}

/// `[canary]`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CanaryConfig {
    /// Seconds from one canary to the next, 1 to 3,600; none sends none.
    pub every_s: Option<u64>,
}

/// `[vault]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultConfig {
    /// Where the keys lie; under the data directory unless told.
    pub dir: PathBuf,
}

/// One row of `[[access]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRow {
    /// The BLAKE3 digest of the token; the token itself is written nowhere.
    pub token_digest: [u8; 32],
    /// Whom it stands for.
    pub actor: Actor,
    /// Where: everything under this prefix; none is the whole city.
    pub scope: Option<GridCode>,
    /// Whether it is good on this machine only (known tokens of a demonstration).
    pub loopback_only: bool,
}

impl Config {
    /// A city of no outlines on a journal in memory, listening on a free port of this machine.
    #[must_use]
    pub fn for_tests() -> Self {
        Self {
            data_dir: PathBuf::from("data"),
            http: HttpConfig {
                listen: SocketAddr::from(([127, 0, 0, 1], 0)),
                answer_within_ms: 10_000,
            },
            log: LogConfig { format: LogFormat::Text, level: "info".to_owned() },
            city: CityConfig {
                profile: CityProfile::Open,
                name: "test".to_owned(),
                lat0: 0.0,
                lon0: 0.0,
                seed: 1,
            },
            partitions: PartitionTable::default(),
            journal: JournalConfig {
                kind: JournalKind::Memory,
                brokers: String::new(),
                topic_prefix: "liandong".to_owned(),
                gathers_ms: 0,
                appends_gather_ms: 6,
                security: ClusterSecurity::default(),
                commit_entries_max: 4_096,
                commit_every_us: 0,
                retention_hours: 24,
            },
            ingest: IngestConfig {
                signals_pending_max: 10_000,
                detections_pending_max: 100_000,
                detection_partitions: 4,
                detections_kept_hours: 24,
                dead_letters_kept_hours: 168,
                zone: TimeZone::UTC,
            },
            watch: WatchConfig { dwell_ms: 10_000, clear_looks: 2, update_every_ms: 60_000 },
            group: GroupConfig::plain(),
            processor: ProcessorConfig {
                publish_every_ms: 100,
                tick_every_ms: 1_000,
                snapshot_every_entries: 1_000_000,
                snapshots_kept: 3,
            },
            outbound: OutboundConfig {
                orders_url: None,
                timeout_ms: 5_000,
                retry_ms_max: 30_000,
                public_topics: true,
            },
            gateway: GatewayConfig {
                followers_max: 1_000,
                tail_ranges_max: 1_024,
                page_rows_max: 1_000,
                open_reads: OpenReads::Loopback,
                snapshot_every_changes: 500_000,
                snapshots_kept: 2,
            },
            kpi: KpiConfig::plain(),
            canary: CanaryConfig { every_s: None },
            archive: ArchiveConfig { keep_days: 1_096, gather_s: 60 },
            vault: VaultConfig { dir: PathBuf::from("data/vault") },
            snapshots: SnapshotsConfig::Directory(PathBuf::from("data/snapshots")),
            playbook: Arc::new(Playbook { version: 1, ..Playbook::default() }),
            access: Vec::new(),
        }
    }

    /// Where the journal lies.
    #[must_use]
    pub fn journal_dir(&self) -> PathBuf {
        self.data_dir.join("journal")
    }

    /// The folder that the processes of a cluster share: the one their vault lies in.
    #[must_use]
    pub fn shared_dir(&self) -> &Path {
        self.vault.dir.parent().unwrap_or(&self.data_dir)
    }

    /// Where outbound keeps its cursor: where whoever owns a partition next finds it.
    #[must_use]
    pub fn outbound_dir(&self) -> PathBuf {
        self.found_again_in().join("outbound")
    }

    /// Where what one process leaves is found by whoever owns its partition next.
    #[must_use]
    pub fn found_again_in(&self) -> &Path {
        match self.journal.kind {
            JournalKind::Kafka => self.shared_dir(),
            JournalKind::Local | JournalKind::Memory => &self.data_dir,
        }
    }
}
