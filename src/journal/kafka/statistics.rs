//! What the library counts of itself, as our metrics.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use rdkafka::consumer::ConsumerContext;
use rdkafka::statistics::{Broker, Partition, Statistics};
use rdkafka::{ClientConfig, ClientContext};

use crate::telemetry::Metrics;

use super::client::KafkaOptions;

/// How often the library tells, milliseconds.
const EVERY_MS: &str = "10000";
/// The states of a broker that is well, or that nothing is wanted of.
const WELL: [&str; 3] = ["UP", "UPDATE", "INIT"];
/// Millionths of a second in one.
const US: f64 = 1_000_000.0;

/// A client whose statistics become metrics, where any are kept.
#[derive(Debug)]
pub(super) struct Counted {
    client: &'static str,
    /// What the names of our topics begin with, the full stop included.
    prefix: String,
    metrics: Option<Metrics>,
    /// Connections lost so far, by broker: the library counts from its start on.
    lost: Mutex<HashMap<String, i64>>,
}

impl Counted {
    /// The client that follows what is written all the time.
    pub(super) fn reads(options: &KafkaOptions) -> Self {
        Self::of(options, "reads")
    }

    /// The client that follows what hardly ever comes, or may come later.
    pub(super) fn reads_later(options: &KafkaOptions) -> Self {
        Self::of(options, "reads_later")
    }

    /// The client that appends.
    pub(super) fn appends(options: &KafkaOptions) -> Self {
        Self::of(options, "appends")
    }

    fn of(options: &KafkaOptions, client: &'static str) -> Self {
        let (prefix, metrics) = (format!("{}.", options.prefix), options.measured.clone());
        Self { client, prefix, metrics, lost: Mutex::default() }
    }

    /// Asks the library to tell, where anybody listens.
    pub(super) fn ask(&self, config: &mut ClientConfig) {
        if self.metrics.is_some() {
            config.set("statistics.interval.ms", EVERY_MS);
        }
    }

    /// Notes what the library told.
    pub(super) fn note(&self, told: &Statistics) {
        let Some(metrics) = &self.metrics else { return };
        // Those below 0 are addresses that were given, not brokers yet.
        let brokers = || told.brokers.values().filter(|broker| 0 <= broker.nodeid);
        let down = brokers().filter(|broker| !WELL.contains(&broker.state.as_str())).count();
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        metrics.journal_brokers_down.with_label_values(&[self.client]).set(number(down));
        // One that died is soon forgotten by the others, and so by us.
        metrics.journal_brokers.with_label_values(&[self.client]).set(number(brokers().count()));
        let lost = metrics.journal_connections_lost_total.with_label_values(&[self.client]);
        lost.inc_by(self.newly_lost(brokers()));
        if self.client == "appends" {
            let waiting = i64::try_from(told.msg_cnt).unwrap_or(i64::MAX);
            metrics.journal_appends_waiting.set(waiting);
            metrics.journal_round_trip_p99_seconds.reset();
            brokers().for_each(|broker| round_trip(metrics, broker));
        } else {
            self.note_lanes(metrics, told);
        }
    }

    fn newly_lost<'a>(&self, brokers: impl Iterator<Item = &'a Broker>) -> u64 {
        let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
        let more = |broker: &Broker| {
            let now = broker.disconnects.unwrap_or(0);
            let before = lost.insert(broker.name.clone(), now).unwrap_or(0);
            u64::try_from(now.saturating_sub(before)).unwrap_or(0)
        };
        brokers.map(more).sum()
    }

    /// How far the reader of each lane is behind, and what it has fetched and not yet shown.
    fn note_lanes(&self, metrics: &Metrics, told: &Statistics) {
        let mut fetched = 0_u64;
        for (name, topic) in &told.topics {
            let Some(topic_label) = name.strip_prefix(&self.prefix) else { continue };
            for partition in topic.partitions.values().filter(|it| 0 <= it.partition) {
                fetched = fetched.saturating_add(partition.fetchq_size);
                let Some(lag) = lag_of(partition) else { continue };
                let label = partition.partition.to_string();
                metrics.journal_lag_records.with_label_values(&[topic_label, &label]).set(lag);
            }
        }
        if self.client == "reads" {
            metrics.journal_fetched_bytes.set(i64::try_from(fetched).unwrap_or(i64::MAX));
        }
    }
}

/// Records of a partition that are durable and not shown; none before its end is known.
fn lag_of(partition: &Partition) -> Option<i64> {
    // Of what has never brought a record, the next that it asks for is all that is known.
    let shown = if partition.app_offset < 0 { partition.next_offset } else { partition.app_offset };
    let known = 0 <= partition.hi_offset && 0 <= shown;
    known.then(|| partition.hi_offset.saturating_sub(shown).max(0))
}

/// How long a broker takes to answer an append. A reader's question is held by the broker until
/// there is something to tell, so of that the time says nothing.
fn round_trip(metrics: &Metrics, broker: &Broker) {
    let Some(window) = broker.rtt.as_ref().filter(|window| 0 < window.cnt) else { return };
    let node = broker.nodeid.to_string();
    let seconds = u32::try_from(window.p99).map_or(f64::INFINITY, f64::from) / US;
    metrics.journal_round_trip_p99_seconds.with_label_values(&[&node]).set(seconds);
}

impl ClientContext for Counted {
    fn stats(&self, statistics: Statistics) {
        self.note(&statistics);
    }
}

impl ConsumerContext for Counted {}
