//! Configuration: as written, layered, checked.
//!
//! `config/default.toml` ← a named profile or a file ← the environment ← arguments.
//! **Invariant.** Whoever holds a [`Config`] holds a sound one: every fault was reported at once,
//! before anything started.

mod access_rows;
pub mod catalog;
mod check;
mod fault;
mod group;
mod load;
mod playbook;
mod raw;
mod sound;
mod tables;
mod typed;

pub use fault::{Fault, Faults};
pub use group::{GroupConfig, GroupKind};
pub use load::{Layers, Origin, Written};
pub use sound::{Sound, load, load_city};
pub use typed::{
    AccessRow, CanaryConfig, CityConfig, CityProfile, Config, GatewayConfig, HttpConfig,
    IngestConfig, JournalConfig, JournalKind, LogConfig, LogFormat, OpenReads, OutboundConfig,
    PartitionTable, ProcessorConfig, VaultConfig, WatchConfig,
};
