//! A real broker (`make kafkalaws` starts one), and journals of their own on it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use liandong::domain::Timestamp;
use liandong::journal::Topic;
use liandong::journal::kafka::{KafkaJournal, KafkaOptions, TopicState, apply, plan};
use liandong::telemetry::Clock;

/// What the run of the tests says of its broker.
#[expect(clippy::disallowed_methods, reason = "where the broker is, is the test run's to say")]
pub(crate) fn told(variable: &str) -> String {
    let why = |error| panic!("{variable}: {error}; `make kafkalaws` starts a broker and says it");
    std::env::var(variable).unwrap_or_else(why)
}

/// Whether this run has said that it has no broker; `make unit` does so aloud.
pub(crate) fn skipped() -> bool {
    std::env::var_os("LIANDONG_SKIP_KAFKA").is_some()
}

/// What no other test's topics begin with.
pub(crate) fn prefix() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("test-{}-{number}", std::process::id())
}

/// A name of topics that no other test has, on the run's broker.
pub(crate) fn unmade() -> KafkaOptions {
    KafkaOptions::new(told("LIANDONG_TEST_BROKERS"), prefix())
}

/// Topics of a name that no other test has, made.
pub(crate) fn fresh() -> KafkaOptions {
    let options = unmade();
    let counts = Topic::ALL.map(|topic| (topic, 5)).into();
    let before = plan(&options, &counts).unwrap();
    assert!(before.iter().all(|topic| topic.state == TopicState::Missing));
    apply(&options, &counts, (1, Timestamp(1))).unwrap();
    options
}

pub(crate) fn open(options: &KafkaOptions) -> Arc<KafkaJournal> {
    KafkaJournal::open(options, &Topic::ALL, Clock::System).unwrap()
}
