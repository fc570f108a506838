//! What the library counts of itself stands among our metrics.

use std::time::Duration;

use bytes::Bytes;
use liandong::domain::Partition;
use liandong::journal::kafka::KafkaJournal;
use liandong::journal::{Journal as _, Topic};
use liandong::telemetry::{Clock, Metrics};

use super::cluster::fresh;

/// The value of the line that begins so.
fn value(metrics: &Metrics, series: &str) -> Option<f64> {
    let text = metrics.render();
    let value = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    value.map(|value| value.parse().unwrap())
}

#[test]
fn a_cluster_in_use_is_measured() {
    let metrics = Metrics::new().unwrap();
    let mut options = fresh();
    options.measured = Some(metrics.clone());
    let journal = KafkaJournal::open(&options, &Topic::ALL, Clock::System).unwrap();
    let round_trip = "journal_round_trip_p99_seconds{broker=\"1\"}";
    // The library tells every ten seconds; the second time it has seen appends for certain.
    while value(&metrics, round_trip).is_none() {
        let entries = vec![Bytes::from_static(b"entry")];
        journal.append(Topic::Journal, Partition(2), entries).durable_blocking().unwrap();
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(value(&metrics, round_trip).unwrap().is_finite());
    let lag = "journal_lag_records{partition=\"2\",topic=\"journal\"}";
    while value(&metrics, lag) != Some(0.0) {
        std::thread::sleep(Duration::from_millis(100));
    }
    for client in ["reads", "appends"] {
        assert_eq!(
            value(&metrics, &format!("journal_brokers_down{{client=\"{client}\"}}")),
            Some(0.0)
        );
        let lost = format!("journal_connections_lost_total{{client=\"{client}\"}}");
        assert_eq!(value(&metrics, &lost), Some(0.0));
    }
    // One may have been under way when the library looked.
    assert!(value(&metrics, "journal_appends_waiting").unwrap() <= 1.0);
    assert_eq!(value(&metrics, "journal_fetched_bytes"), Some(0.0));
}
