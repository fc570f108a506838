//! Every metric by name: `<role>_<noun>_<unit>[_total]`.
//!
//! Registered once per process and handed to the roles; the page `/metrics` prints them.

use std::sync::Arc;

use prometheus::{
    Encoder, GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge,
    IntGaugeVec, Opts, Registry, TextEncoder,
};

use crate::domain::{Partition, Timestamp};

use super::maker::{Maker, Registered};
use super::stage::Stage;

/// The process's metrics. Cloning shares them.
#[derive(Debug, Clone)]
pub struct Metrics {
    registry: Registry,
    registered: Arc<[Registered]>,
    corridor: HistogramVec,
    /// Signals admitted, by feed.
    pub ingest_signals_total: IntCounterVec,
    /// Raw detections journalled.
    pub ingest_detections_total: IntCounter,
    /// What ingest dropped, by reason; everything dropped is counted.
    pub ingest_dropped_total: IntCounterVec,
    /// Episodes that video became, by what happened to them.
    pub ingest_episodes_total: IntCounterVec,
    /// Records of feeds read from Kafka, by feed and what they became.
    pub ingest_records_total: IntCounterVec,
    /// Entries applied, by partition.
    pub processor_entries_total: IntCounterVec,
    /// Changes published, by partition.
    pub processor_changes_total: IntCounterVec,
    /// The position applied (its offset), by partition.
    pub processor_position_offset: IntGaugeVec,
    /// Open cases, by partition.
    pub processor_cases_open: IntGaugeVec,
    /// Disagreements with a published digest: any is an alarm.
    pub processor_disagreements_total: IntCounter,
    /// Entries set aside because the core panicked on them.
    pub processor_quarantined_total: IntCounter,
    /// Times a standby began to speak because the owner was silent.
    pub processor_takeovers_total: IntCounter,
    /// Times a consumer group gave or took partitions, by role.
    pub journal_rebalances_total: IntCounterVec,
    /// How long a group commit took, fsync included.
    pub journal_commit_seconds: Histogram,
    /// Records durable on the cluster and not shown to readers yet, by topic and partition.
    pub journal_lag_records: IntGaugeVec,
    /// What was fetched from the cluster and is not shown yet.
    pub journal_fetched_bytes: IntGauge,
    /// Appends that the cluster has not confirmed yet.
    pub journal_appends_waiting: IntGauge,
    /// How long a broker took to answer an append, 99 of 100 at the most, by broker.
    pub journal_round_trip_p99_seconds: GaugeVec,
    /// Brokers that the cluster has now, by client: one that died is no longer among them.
    pub journal_brokers: IntGaugeVec,
    /// Brokers that are wanted and not to be reached, by client: reads, appends.
    pub journal_brokers_down: IntGaugeVec,
    /// Connections to brokers that were lost, by client.
    pub journal_connections_lost_total: IntCounterVec,
    /// Tries to deliver an order, by whether they were repeats.
    pub outbound_orders_total: IntCounterVec,
    /// Records written to the topics for others, by topic.
    pub outbound_records_total: IntCounterVec,
    /// Rows written again because an older one had landed after them.
    pub outbound_mended_total: IntCounter,
    /// Cases archived.
    pub archiver_cases_total: IntCounter,
    /// Tries that journal or store did not answer: nothing is archived until the next.
    pub archiver_failures_total: IntCounter,
    /// Archived cases dropped because they are too old.
    pub archiver_expired_total: IntCounter,
    /// Cases that left and that no change had told of: any is an alarm.
    pub archiver_unknown_total: IntCounter,
    /// Archived cases that a search can find here.
    pub gateway_archive_cases: IntGauge,
    /// Rows of registers read here, by register.
    pub gateway_register_rows: IntGaugeVec,
    /// Sheets of registers that were refused for faults: of what they said nothing is kept.
    pub gateway_sheets_refused_total: IntCounter,
    /// How long a search took.
    pub gateway_search_seconds: Histogram,
    /// Ranges a follower ignored, by reason.
    pub gateway_dropped_total: IntCounterVec,
    /// Commands received, by outcome of the door check.
    pub gateway_commands_total: IntCounterVec,
    /// The position of the picture (its offset), by partition.
    pub gateway_position_offset: IntGaugeVec,
    /// Pages connected by socket.
    pub gateway_pages: IntGauge,
    /// Deltas encoded; each is shared by all pages of a view.
    pub gateway_frames_encoded_total: IntCounter,
    /// Deltas sent, one a page.
    pub gateway_frames_sent_total: IntCounter,
    /// Writes they took.
    pub gateway_writes_total: IntCounter,
    /// Snapshot pages encoded; each is shared by all pages of a view.
    pub gateway_snapshot_pages_total: IntCounter,
    /// Times a page that fell behind was sent the rows anew.
    pub gateway_resyncs_total: IntCounter,
    /// Sockets closed, by reason.
    pub gateway_closed_total: IntCounterVec,
    /// How long a canary took from its report to a stage, by stage: pushed, ordered, closed.
    pub canary_road_seconds: HistogramVec,
    /// Canaries that did not come through in time.
    pub canary_lost_total: IntCounter,
}

/// From half a millisecond to ten seconds.
const LATENCY_BUCKETS: [f64; 14] =
    [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

impl Metrics {
    /// Registers them all.
    ///
    /// # Errors
    /// Where two metrics share a name: a mistake in this file.
    #[expect(clippy::too_many_lines, reason = "a table: one metric after another")]
    pub fn new() -> Result<Self, prometheus::Error> {
        let mut make = Maker::default();
        let latency = |name: &str, help: &str| {
            HistogramOpts::new(name, help).buckets(LATENCY_BUCKETS.to_vec())
        };
        let corridor = HistogramVec::new(
            latency("corridor_latency_seconds", "From a signal's arrival to each stage"),
            &["stage"],
        )?;
        make.register(&corridor)?;
        let canary_road_seconds = HistogramVec::new(
            latency("canary_road_seconds", "From a canary's report to each stage"),
            &["stage"],
        )?;
        make.register(&canary_road_seconds)?;
        let journal_commit_seconds = Histogram::with_opts(latency(
            "journal_commit_seconds",
            "One group commit, fsync included",
        ))?;
        make.register(&journal_commit_seconds)?;
        let gateway_search_seconds =
            Histogram::with_opts(latency("gateway_search_seconds", "One search"))?;
        make.register(&gateway_search_seconds)?;
        let journal_round_trip_p99_seconds = GaugeVec::new(
            Opts::new("journal_round_trip_p99_seconds", "How long a broker takes for an append"),
            &["broker"],
        )?;
        make.register(&journal_round_trip_p99_seconds)?;
        Ok(Self {
            ingest_signals_total: make.counters(
                "ingest_signals_total",
                "Signals admitted, by feed",
                &["feed"],
            )?,
            ingest_detections_total: make
                .counter("ingest_detections_total", "Raw detections journalled")?,
            ingest_dropped_total: make.counters(
                "ingest_dropped_total",
                "What ingest dropped, by reason",
                &["reason"],
            )?,
            ingest_episodes_total: make.counters(
                "ingest_episodes_total",
                "Episodes that video became, by what happened to them",
                &["what"],
            )?,
            ingest_records_total: make.counters(
                "ingest_records_total",
                "Records of feeds read from Kafka, by what they became",
                &["feed", "outcome"],
            )?,
            processor_entries_total: make.counters(
                "processor_entries_total",
                "Entries applied",
                &["partition"],
            )?,
            processor_changes_total: make.counters(
                "processor_changes_total",
                "Changes published",
                &["partition"],
            )?,
            processor_position_offset: make
                .gauges("processor_position_offset", "Offset of the position applied")?,
            processor_cases_open: make.gauges("processor_cases_open", "Open cases")?,
            processor_disagreements_total: make.counter(
                "processor_disagreements_total",
                "Digests that differ from a published one: any is an alarm",
            )?,
            processor_quarantined_total: make.counter(
                "processor_quarantined_total",
                "Entries set aside because the core panicked on them",
            )?,
            processor_takeovers_total: make.counter(
                "processor_takeovers_total",
                "Times a standby began to speak because the owner was silent",
            )?,
            journal_lag_records: make.gauges_by(
                "journal_lag_records",
                "Records durable on the cluster and not shown yet",
                &["topic", "partition"],
            )?,
            journal_fetched_bytes: make
                .gauge("journal_fetched_bytes", "Fetched from the cluster and not shown yet")?,
            journal_appends_waiting: make
                .gauge("journal_appends_waiting", "Appends the cluster has not confirmed yet")?,
            journal_round_trip_p99_seconds,
            journal_brokers: make.gauges_by(
                "journal_brokers",
                "Brokers that the cluster has now",
                &["client"],
            )?,
            journal_brokers_down: make.gauges_by(
                "journal_brokers_down",
                "Brokers that are wanted and not to be reached",
                &["client"],
            )?,
            journal_connections_lost_total: make.counters(
                "journal_connections_lost_total",
                "Connections to brokers that were lost",
                &["client"],
            )?,
            journal_rebalances_total: make.counters(
                "journal_rebalances_total",
                "Times that a consumer group gave or took partitions, by role",
                &["role"],
            )?,
            outbound_orders_total: make.counters(
                "outbound_orders_total",
                "Tries to deliver an order, by whether repeated",
                &["repeated"],
            )?,
            outbound_records_total: make.counters(
                "outbound_records_total",
                "Records written to the topics for others",
                &["topic"],
            )?,
            outbound_mended_total: make.counter(
                "outbound_mended_total",
                "Rows written again because an older one had landed after them",
            )?,
            archiver_cases_total: make.counter("archiver_cases_total", "Cases archived")?,
            archiver_failures_total: make
                .counter("archiver_failures_total", "Tries at archiving that failed")?,
            archiver_expired_total: make
                .counter("archiver_expired_total", "Archived cases dropped: too old")?,
            archiver_unknown_total: make
                .counter("archiver_unknown_total", "Cases that left and nobody had told of")?,
            gateway_archive_cases: make
                .gauge("gateway_archive_cases", "Archived cases that a search can find")?,
            gateway_register_rows: make.gauges_by(
                "gateway_register_rows",
                "Rows of registers read, by register",
                &["register"],
            )?,
            gateway_sheets_refused_total: make.counter(
                "gateway_sheets_refused_total",
                "Sheets of registers refused for faults",
            )?,
            gateway_search_seconds,
            gateway_dropped_total: make.counters(
                "gateway_dropped_total",
                "What a follower ignored, by reason",
                &["reason"],
            )?,
            gateway_commands_total: make.counters(
                "gateway_commands_total",
                "Commands at the door, by outcome",
                &["outcome"],
            )?,
            gateway_position_offset: make
                .gauges("gateway_position_offset", "Offset of the picture's position")?,
            gateway_pages: make.gauge("gateway_pages", "Pages connected by socket")?,
            gateway_frames_encoded_total: make
                .counter("gateway_frames_encoded_total", "Deltas encoded, each shared")?,
            gateway_frames_sent_total: make
                .counter("gateway_frames_sent_total", "Deltas sent, one a page")?,
            gateway_writes_total: make
                .counter("gateway_writes_total", "Writes that deltas took, one a page or more")?,
            gateway_snapshot_pages_total: make
                .counter("gateway_snapshot_pages_total", "Snapshot pages encoded, each shared")?,
            gateway_resyncs_total: make
                .counter("gateway_resyncs_total", "Times a slow page was sent its rows anew")?,
            gateway_closed_total: make.counters(
                "gateway_closed_total",
                "Sockets closed, by reason",
                &["reason"],
            )?,
            canary_road_seconds,
            canary_lost_total: make
                .counter("canary_lost_total", "Canaries that did not come through in time")?,
            journal_commit_seconds,
            corridor,
            registered: make.registered.into(),
            registry: make.registry,
        })
    }

    /// Notes that signals which arrived at `arrived` have reached `stage` at `now`.
    pub fn corridor_each(
        &self,
        stage: Stage,
        arrived: impl IntoIterator<Item = Timestamp>,
        now: Timestamp,
    ) {
        // It gives what it gathered to the shared one where it is dropped.
        let gathered = self.corridor.with_label_values(&[stage.label()]).local();
        for arrived in arrived {
            let ms = u64::try_from(now.ms_since(arrived)).unwrap_or_default();
            gathered.observe(std::time::Duration::from_millis(ms).as_secs_f64());
        }
    }

    /// The label of a partition.
    #[must_use]
    pub fn partition_label(partition: Partition) -> String {
        partition.to_string()
    }

    /// Every metric there is, for those who hold dashboards and rules against it.
    #[must_use]
    pub fn registered(&self) -> &[Registered] {
        &self.registered
    }

    /// All metrics in Prometheus's text format.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = Vec::new();
        if let Err(error) = TextEncoder::new().encode(&self.registry.gather(), &mut text) {
            tracing::error!(%error, "metrics could not be rendered");
        }
        String::from_utf8(text).unwrap_or_default()
    }
}
