//! Configuration: as written, layered, checked.
//!
//! `config/default.toml` ← a named profile or a file ← the environment ← arguments.
//! **Invariant.** Whoever holds a [`Config`] holds a sound one: every fault was reported at once,
//! before anything started.

mod access_rows;
mod calendar;
pub mod catalog;
mod check;
mod cluster;
mod fault;
mod group;
mod kinds;
mod kpi;
mod load;
mod organisations;
mod ownership;
mod playbook;
mod raw;
mod secret;
mod sound;
mod stores;
mod tables;
mod tsv;
mod typed;

pub use cluster::{ClusterLogin, ClusterSecurity, ClusterTls, LoginMechanism};
pub use fault::{Fault, Faults};
pub use group::{GroupConfig, GroupKind};
pub use kpi::KpiConfig;
pub use load::{Layers, Origin, Written};
pub use secret::Secret;
pub use sound::{Sound, load, load_city};
pub use stores::{ArchiveConfig, S3Config, S3Credentials, SnapshotsConfig};
pub use typed::{
    AccessRow, CanaryConfig, CityConfig, CityProfile, Config, GatewayConfig, HttpConfig,
    IngestConfig, JournalConfig, JournalKind, LogConfig, LogFormat, OpenReads, OutboundConfig,
    PartitionTable, ProcessorConfig, VaultConfig, WatchConfig,
};
