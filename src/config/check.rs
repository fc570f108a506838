//! From what is written to what is sound: every fault is noted, none stops the search.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde::de::DeserializeOwned;

use super::cluster::ClusterSecurity;
use super::fault::Faults;
use super::group::group;
use super::kpi::kpi;
use super::load::Written;
use super::playbook::RulesFor;
use super::raw::{Raw, RawArchive, RawCity, RawGateway, RawHttp, RawIngest, RawJournal, RawLog};
use super::raw::{RawOutbound, RawProcessor, RawWatch};
use super::stores::ArchiveConfig;
use super::tables;
use super::typed::{
    CanaryConfig, CityConfig, CityProfile, Config, GatewayConfig, HttpConfig, IngestConfig,
    JournalConfig, JournalKind, LogConfig, LogFormat, OpenReads, OutboundConfig, PartitionTable,
    ProcessorConfig, VaultConfig, WatchConfig,
};
use super::{access_rows, cluster, playbook, stores};

/// The whole number without an upper end.
const ANY: i64 = i64::MAX;

/// Notes faults under their keys, with where each value is from.
#[derive(Debug)]
pub(super) struct Checker<'a> {
    pub(super) faults: &'a mut Faults,
    pub(super) written: &'a Written,
    /// The environment: all variables, ours and others.
    pub(super) environment: &'a [(String, String)],
}

impl Checker<'_> {
    pub(super) fn note(
        &mut self,
        key: &str,
        value: impl std::fmt::Display,
        why: &str,
        right: &str,
    ) {
        let origin = self.written.origin(key);
        self.faults.note(key, value, format!("{why} ({origin})"), right);
    }

    /// `value`, which is to lie within `least..=most`.
    pub(super) fn whole<T: TryFrom<i64>>(
        &mut self,
        key: &str,
        value: i64,
        (least, most): (i64, i64),
    ) -> Option<T> {
        let fits = (least..=most).contains(&value).then(|| T::try_from(value).ok()).flatten();
        if fits.is_none() {
            let right = match most {
                ANY => format!("{least} or more"),
                most => format!("{least} to {most}"),
            };
            self.note(key, value, "is out of range", &right);
        }
        fits
    }

    /// One row of a table of rows.
    pub(super) fn row<T: DeserializeOwned>(&mut self, key: &str, row: &toml::Value) -> Option<T> {
        match row.clone().try_into() {
            Ok(row) => Some(row),
            Err(error) => {
                let why = error.to_string();
                self.note(key, row, why.trim(), "a row as config/default.toml shows it");
                None
            }
        }
    }

    /// What a variable of another's naming says.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        let found = self.environment.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone()).filter(|value| !value.is_empty())
    }

    /// The choice that `value` names.
    pub(super) fn choice<T: Clone>(
        &mut self,
        key: &str,
        value: &str,
        choices: &[(&str, T)],
    ) -> Option<T> {
        let found = choices.iter().find(|(name, _)| *name == value).map(|(_, it)| it.clone());
        if found.is_none() {
            let names: Vec<_> = choices.iter().map(|(name, _)| format!("{name:?}")).collect();
            self.note(key, format!("{value:?}"), "is no choice", &names.join(" or "));
        }
        found
    }
}

/// The sound configuration; none where anything was noted.
pub(super) fn check(raw: &Raw, check: &mut Checker<'_>) -> Option<Config> {
    let data_dir = path(check, "data_dir", &raw.data_dir);
    let http = http(check, &raw.http);
    let log = log(check, &raw.log);
    let city = city(check, &raw.city);
    let partitions = tables::partitions(check, &raw.partitions);
    whole_city(check, city.as_ref(), partitions.as_ref());
    let journal = journal(check, &raw.journal);
    let ingest = ingest(check, &raw.ingest);
    let watch = watch(check, &raw.watch);
    let group = group(check, &raw.group);
    let processor = processor(check, &raw.processor);
    let outbound = outbound(check, &raw.outbound);
    let gateway = gateway(check, &raw.gateway);
    let kpi = kpi(check, &raw.kpi);
    let canary = check.whole("canary.every_s", raw.canary.every_s, (0, 3_600));
    let archive = archive(check, &raw.archive);
    let rules_for = RulesFor {
        partitions: partitions.as_ref(),
        built_in: city.as_ref().is_some_and(|city| city.profile == CityProfile::Liaoyang),
    };
    let playbook = playbook::build(check, &raw.playbook, rules_for);
    let access = access(check, &raw.access, partitions.as_ref());
    if let (Some(rows), Some(playbook)) = (&access, &playbook) {
        access_rows::of_the_city(check, rows, &playbook.organisations);
    }
    let data_dir = data_dir?;
    let snapshots = stores::snapshots(check, &raw.snapshots, &data_dir);
    let vault = match raw.vault.dir.as_str() {
        "" => VaultConfig { dir: data_dir.join("vault") },
        dir => VaultConfig { dir: PathBuf::from(dir) },
    };
    Some(Config {
        data_dir,
        http: http?,
        log: log?,
        city: city?,
        partitions: partitions?,
        journal: journal?,
        ingest: ingest?,
        watch: watch?,
        group: group?,
        processor: processor?,
        outbound: outbound?,
        gateway: gateway?,
        kpi: kpi?,
        canary: CanaryConfig { every_s: canary.filter(|every_s| 0 < *every_s) },
        archive: archive?,
        vault,
        snapshots: snapshots?,
        playbook: Arc::new(playbook?),
        access: access?,
    })
}

fn archive(check: &mut Checker<'_>, raw: &RawArchive) -> Option<ArchiveConfig> {
    let keep_days = check.whole("archive.keep_days", raw.keep_days, (1, 36_500));
    let gather_s = check.whole("archive.gather_s", raw.gather_s, (1, 3_600));
    Some(ArchiveConfig { keep_days: keep_days?, gather_s: gather_s? })
}

fn access(
    check: &mut Checker<'_>,
    raw: &[toml::Value],
    partitions: Option<&PartitionTable>,
) -> Option<Vec<super::typed::AccessRow>> {
    let none = PartitionTable::default();
    access_rows::rows(check, raw, partitions.unwrap_or(&none))
}

/// A city without outlines has no counties, and one with outlines has.
fn whole_city(
    check: &mut Checker<'_>,
    city: Option<&CityConfig>,
    partitions: Option<&PartitionTable>,
) {
    let (Some(city), Some(partitions)) = (city, partitions) else { return };
    let open = city.profile == CityProfile::Open;
    if open && !partitions.is_undivided() {
        let count = format!("{} rows", partitions.counties.len());
        check.note("partitions", count, "the open city has no counties", "partitions = []");
    }
    if !open && partitions.is_undivided() {
        check.note("partitions", "[]", "no county has a partition", "a row for each county");
    }
}

fn path(check: &mut Checker<'_>, key: &str, value: &str) -> Option<PathBuf> {
    if value.is_empty() {
        check.note(key, "\"\"", "is empty", "a directory such as \"data\"");
        return None;
    }
    Some(PathBuf::from(value))
}

fn http(check: &mut Checker<'_>, raw: &RawHttp) -> Option<HttpConfig> {
    let answer = check.whole("http.answer_within_ms", raw.answer_within_ms, (100, 600_000));
    let Ok(listen) = raw.listen.parse() else {
        let right = "an address with its port, such as \"127.0.0.1:8080\" or \"[::]:8080\"";
        check.note("http.listen", format!("{:?}", raw.listen), "is no address", right);
        return None;
    };
    Some(HttpConfig { listen, answer_within_ms: answer? })
}

fn log(check: &mut Checker<'_>, raw: &RawLog) -> Option<LogConfig> {
    let formats = [("text", LogFormat::Text), ("json", LogFormat::Json)];
    let format = check.choice("log.format", &raw.format, &formats);
    let level = raw.level.parse::<tracing_subscriber::filter::Targets>();
    if let Err(error) = &level {
        let right = "such as \"info\" or \"info,liandong::journal=debug\"";
        check.note("log.level", format!("{:?}", raw.level), &error.to_string(), right);
    }
    level.ok()?;
    Some(LogConfig { format: format?, level: raw.level.clone() })
}

pub(super) fn city(check: &mut Checker<'_>, raw: &RawCity) -> Option<CityConfig> {
    let outlines = PathBuf::from(&raw.outlines);
    let profiles = [
        ("liaoyang", CityProfile::Liaoyang),
        ("open", CityProfile::Open),
        ("file", CityProfile::File(outlines)),
    ];
    let profile = check.choice("city.profile", &raw.profile, &profiles);
    if raw.profile == "file" && !Path::new(&raw.outlines).is_file() {
        let why = "the profile \"file\" reads its outlines there, and there is no file";
        check.note("city.outlines", format!("{:?}", raw.outlines), why, "a file of outlines");
    }
    let sound_lat = raw.lat0.abs() <= 85.0;
    if !sound_lat {
        check.note("city.lat0", raw.lat0, "is out of range", "-85 to 85 degrees");
    }
    let sound_lon = raw.lon0.abs() <= 180.0;
    if !sound_lon {
        check.note("city.lon0", raw.lon0, "is out of range", "-180 to 180 degrees");
    }
    let seed = check.whole("city.seed", raw.seed, (0, ANY));
    (sound_lat && sound_lon).then_some(())?;
    let (lat0, lon0) = (raw.lat0, raw.lon0);
    Some(CityConfig { profile: profile?, name: raw.name.clone(), lat0, lon0, seed: seed? })
}

fn journal(check: &mut Checker<'_>, raw: &RawJournal) -> Option<JournalConfig> {
    let kinds = [
        ("local", JournalKind::Local),
        ("memory", JournalKind::Memory),
        ("kafka", JournalKind::Kafka),
    ];
    let kind = check.choice("journal.kind", &raw.kind, &kinds);
    let (named, security) = match kind {
        Some(JournalKind::Kafka) => (cluster::named(check, raw), cluster::security(check, raw)),
        _ => (true, Some(ClusterSecurity::default())),
    };
    let entries = (1, 1_000_000);
    let commit = check.whole("journal.commit_entries_max", raw.commit_entries_max, entries);
    let every = check.whole("journal.commit_every_us", raw.commit_every_us, (0, 100_000));
    let hours = check.whole("journal.retention_hours", raw.retention_hours, (1, ANY));
    let gathers = check.whole("journal.gathers_ms", raw.gathers_ms, (0, 1_000));
    let appends = check.whole("journal.appends_gather_ms", raw.appends_gather_ms, (0, 100));
    named.then_some(())?;
    Some(JournalConfig {
        kind: kind?,
        brokers: raw.brokers.clone(),
        topic_prefix: raw.topic_prefix.clone(),
        gathers_ms: gathers?,
        appends_gather_ms: appends?,
        security: security?,
        commit_entries_max: commit?,
        commit_every_us: every?,
        retention_hours: hours?,
    })
}

fn ingest(check: &mut Checker<'_>, raw: &RawIngest) -> Option<IngestConfig> {
    let key = |name: &str| format!("ingest.{name}");
    let signals = check.whole(&key("signals_pending_max"), raw.signals_pending_max, (1, ANY));
    let looks = check.whole(&key("detections_pending_max"), raw.detections_pending_max, (1, ANY));
    let parts = check.whole(&key("detection_partitions"), raw.detection_partitions, (1, 64));
    let kept = check.whole(&key("detections_kept_hours"), raw.detections_kept_hours, (1, ANY));
    let dead = check.whole(&key("dead_letters_kept_hours"), raw.dead_letters_kept_hours, (1, ANY));
    let zone = zone(check, &raw.zone);
    Some(IngestConfig {
        signals_pending_max: signals?,
        detections_pending_max: looks?,
        detection_partitions: parts?,
        detections_kept_hours: kept?,
        dead_letters_kept_hours: dead?,
        zone: zone?,
    })
}

fn zone(check: &mut Checker<'_>, name: &str) -> Option<TimeZone> {
    let found = TimeZone::get(name).ok();
    if found.is_none() {
        let right = "a name of the IANA time zone database, such as Asia/Shanghai";
        check.note("ingest.zone", name, "is no time zone", right);
    }
    found
}

fn watch(check: &mut Checker<'_>, raw: &RawWatch) -> Option<WatchConfig> {
    let dwell = check.whole("watch.dwell_ms", raw.dwell_ms, (0, 3_600_000));
    let looks = check.whole("watch.clear_looks", raw.clear_looks, (1, 1_000));
    let update = check.whole("watch.update_every_ms", raw.update_every_ms, (1_000, 86_400_000));
    Some(WatchConfig { dwell_ms: dwell?, clear_looks: looks?, update_every_ms: update? })
}

fn processor(check: &mut Checker<'_>, raw: &RawProcessor) -> Option<ProcessorConfig> {
    let key = |name: &str| format!("processor.{name}");
    let publish = check.whole(&key("publish_every_ms"), raw.publish_every_ms, (10, 10_000));
    let tick = check.whole(&key("tick_every_ms"), raw.tick_every_ms, (100, 60_000));
    let every = raw.snapshot_every_entries;
    let every = check.whole(&key("snapshot_every_entries"), every, (1_000, ANY));
    let kept = check.whole(&key("snapshots_kept"), raw.snapshots_kept, (1, 100));
    Some(ProcessorConfig {
        publish_every_ms: publish?,
        tick_every_ms: tick?,
        snapshot_every_entries: every?,
        snapshots_kept: kept?,
    })
}

fn outbound(check: &mut Checker<'_>, raw: &RawOutbound) -> Option<OutboundConfig> {
    let url = raw.orders_url.as_str();
    let sound = url.is_empty() || url.strip_prefix("http://").is_some_and(|rest| !rest.is_empty());
    if !sound {
        let right = "an address such as \"http://127.0.0.1:9000/orders\", or \"\"";
        check.note("outbound.orders_url", format!("{url:?}"), "cannot be posted to", right);
    }
    let timeout = check.whole("outbound.timeout_ms", raw.timeout_ms, (100, 60_000));
    let retry = check.whole("outbound.retry_ms_max", raw.retry_ms_max, (100, 3_600_000));
    sound.then_some(())?;
    let orders_url = (!url.is_empty()).then(|| url.to_owned());
    Some(OutboundConfig {
        orders_url,
        timeout_ms: timeout?,
        retry_ms_max: retry?,
        public_topics: raw.public_topics,
    })
}

fn gateway(check: &mut Checker<'_>, raw: &RawGateway) -> Option<GatewayConfig> {
    let followers = check.whole("gateway.followers_max", raw.followers_max, (1, 100_000));
    let tail = check.whole("gateway.tail_ranges_max", raw.tail_ranges_max, (16, 65_536));
    let rows = check.whole("gateway.page_rows_max", raw.page_rows_max, (1, 10_000));
    let choices = [("loopback", OpenReads::Loopback), ("never", OpenReads::Never)];
    let open_reads = check.choice("gateway.open_reads", &raw.open_reads, &choices);
    let every = raw.snapshot_every_changes;
    let every = check.whole("gateway.snapshot_every_changes", every, (1_000, ANY));
    let kept = check.whole("gateway.snapshots_kept", raw.snapshots_kept, (1, 100));
    Some(GatewayConfig {
        followers_max: followers?,
        tail_ranges_max: tail?,
        page_rows_max: rows?,
        open_reads: open_reads?,
        snapshot_every_changes: every?,
        snapshots_kept: kept?,
    })
}
