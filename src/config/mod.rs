//! Configuration: as written, layered, checked.
//!
//! `config/default.toml` ← a named profile or a file ← the environment. **Invariant.** Whoever
//! holds a [`Config`] holds a sound one: every fault was reported at once, before anything started.

mod typed;

pub use typed::{
    AccessRow, CityConfig, CityProfile, Config, GatewayConfig, HttpConfig, IngestConfig,
    JournalConfig, JournalKind, LogConfig, LogFormat, OpenReads, OutboundConfig, PartitionTable,
    ProcessorConfig, VaultConfig, WatchConfig,
};
