//! A real broker (`make kafkalaws` starts one), and journals of their own on it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use liandong::domain::Timestamp;
use liandong::journal::Topic;
use liandong::journal::kafka::{KafkaJournal, KafkaOptions, TopicState, apply, plan};
use liandong::telemetry::Clock;

/// A name of topics that no other test has.
#[expect(clippy::disallowed_methods, reason = "where the broker is, is the test run's to say")]
pub(crate) fn unmade() -> KafkaOptions {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let Ok(brokers) = std::env::var("LIANDONG_TEST_BROKERS") else {
        panic!("no broker: `make kafkalaws` starts one");
    };
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let prefix = format!("test-{}-{number}", std::process::id());
    KafkaOptions { brokers, prefix }
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
