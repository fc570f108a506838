//! The configuration as written: strings and numbers, before anything is checked.

use serde::Deserialize;

use super::group::RawGroup;
use super::kpi::RawKpi;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    pub(super) data_dir: String,
    pub(super) access: Vec<toml::Value>,
    pub(super) http: RawHttp,
    pub(super) log: RawLog,
    pub(super) city: RawCity,
    pub(super) journal: RawJournal,
    pub(super) ingest: RawIngest,
    pub(super) watch: RawWatch,
    pub(super) group: RawGroup,
    pub(super) processor: RawProcessor,
    pub(super) outbound: RawOutbound,
    pub(super) gateway: RawGateway,
    pub(super) kpi: RawKpi,
    pub(super) canary: RawCanary,
    pub(super) archive: RawArchive,
    pub(super) vault: RawVault,
    pub(super) snapshots: RawSnapshots,
    pub(super) playbook: RawPlaybook,
    pub(super) partitions: Vec<toml::Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAccess {
    pub(super) token_blake3: String,
    pub(super) account: String,
    pub(super) role: String,
    pub(super) org: String,
    #[serde(default)]
    pub(super) scope: String,
    #[serde(default)]
    pub(super) loopback_only: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawHttp {
    pub(super) listen: String,
    pub(super) answer_within_ms: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLog {
    pub(super) format: String,
    pub(super) level: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCity {
    pub(super) profile: String,
    pub(super) name: String,
    pub(super) lat0: f64,
    pub(super) lon0: f64,
    pub(super) seed: i64,
    pub(super) outlines: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawJournal {
    pub(super) kind: String,
    pub(super) brokers: String,
    pub(super) topic_prefix: String,
    pub(super) gathers_ms: i64,
    pub(super) appends_gather_ms: i64,
    pub(super) security: String,
    pub(super) ca_file: String,
    pub(super) certificate_file: String,
    pub(super) key_file: String,
    pub(super) sasl_mechanism: String,
    pub(super) sasl_username: String,
    pub(super) sasl_password_file: String,
    pub(super) commit_entries_max: i64,
    pub(super) commit_every_us: i64,
    pub(super) retention_hours: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawIngest {
    pub(super) signals_pending_max: i64,
    pub(super) detections_pending_max: i64,
    pub(super) detection_partitions: i64,
    pub(super) detections_kept_hours: i64,
    pub(super) dead_letters_kept_hours: i64,
    pub(super) zone: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWatch {
    pub(super) dwell_ms: i64,
    pub(super) clear_looks: i64,
    pub(super) update_every_ms: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawProcessor {
    pub(super) publish_every_ms: i64,
    pub(super) tick_every_ms: i64,
    pub(super) snapshot_every_entries: i64,
    pub(super) snapshots_kept: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOutbound {
    pub(super) orders_url: String,
    pub(super) timeout_ms: i64,
    pub(super) retry_ms_max: i64,
    pub(super) public_topics: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawGateway {
    pub(super) followers_max: i64,
    pub(super) tail_ranges_max: i64,
    pub(super) page_rows_max: i64,
    pub(super) open_reads: String,
    pub(super) snapshot_every_changes: i64,
    pub(super) snapshots_kept: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCanary {
    pub(super) every_s: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawArchive {
    pub(super) keep_days: i64,
    pub(super) gather_s: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawVault {
    pub(super) dir: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSnapshots {
    pub(super) url: String,
    pub(super) s3_endpoint: String,
    pub(super) s3_region: String,
    pub(super) s3_allow_http: bool,
    pub(super) s3_key_id_file: String,
    pub(super) s3_key_file: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPlaybook {
    pub(super) version: i64,
    pub(super) catalog: String,
    pub(super) fusion: String,
    pub(super) calendar: String,
    pub(super) work_hours: String,
    pub(super) work_days: String,
    pub(super) utc_offset: String,
    pub(super) organisations: String,
    pub(super) ownership: String,
    pub(super) reply_within: String,
    pub(super) dispatch_within: String,
    pub(super) verify_within: String,
    pub(super) check_within: String,
    pub(super) visit_within: String,
    pub(super) contact_within: String,
    pub(super) reopen_hint_within: String,
    pub(super) yellow_permille: i64,
    pub(super) red_permille: i64,
    pub(super) freeze_within: String,
    pub(super) ended_kept: String,
    pub(super) kinds: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPartition {
    pub(super) county: String,
    pub(super) number: i64,
}
