//! Brokers that speak TLS, and know whom they speak with.

use std::path::PathBuf;

use bytes::Bytes;
use liandong::config::{Layers, load};
use liandong::domain::{Partition, Position, Timestamp};
use liandong::journal::kafka::{KafkaJournal, KafkaOptions, apply};
use liandong::journal::{Journal as _, Topic};
use liandong::telemetry::Clock;

use super::cluster::{prefix, told};

const P: Partition = Partition(2);

/// A file of the keys that the broker was started with.
fn key(name: &str) -> String {
    PathBuf::from(told("LIANDONG_TEST_TLS_DIR")).join(name).to_string_lossy().into_owned()
}

/// The cluster as a configuration names it: by variables, as an operator would.
fn configured(brokers: &str, settings: &[(&str, String)]) -> KafkaOptions {
    let variable = |(name, value): (&str, String)| (format!("LIANDONG_JOURNAL__{name}"), value);
    let fixed =
        [("KIND", "kafka".to_owned()), ("BROKERS", told(brokers)), ("TOPIC_PREFIX", prefix())];
    let environment = fixed.into_iter().chain(settings.iter().cloned()).map(variable).collect();
    let sound = load(&Layers { environment, ..Layers::default() }).unwrap();
    KafkaOptions::of(&sound.config.journal, None)
}

/// By name and password.
fn by_password(mechanism: &str, ca: &str, password_file: &str) -> KafkaOptions {
    let settings = [
        ("SECURITY", "sasl_ssl".to_owned()),
        ("CA_FILE", key(ca)),
        ("SASL_MECHANISM", mechanism.to_owned()),
        ("SASL_USERNAME", "liandong".to_owned()),
        ("SASL_PASSWORD_FILE", password_file.to_owned()),
    ];
    configured("LIANDONG_TEST_TLS_BROKERS", &settings)
}

fn make_topics(options: &KafkaOptions) -> Result<(), String> {
    let counts = Topic::ALL.map(|topic| (topic, 3)).into();
    apply(options, &counts, (1, Timestamp(1))).map(|_| ()).map_err(|error| error.to_string())
}

/// Why `open` is refused. Brokers that are too busy to say anything in time are asked again:
/// whether they answer at all is not what is tried here.
fn refused(open: impl Fn() -> Result<(), String>) -> String {
    let mut tries = (0..4).map(|_| open().unwrap_err());
    let is_silence = |refused: &str| refused.contains("Local: Broker transport failure");
    tries.find(|refused| !is_silence(refused)).unwrap()
}

/// Appends and reads it back.
fn works(options: &KafkaOptions) {
    make_topics(options).unwrap();
    let journal = KafkaJournal::open(options, &Topic::ALL, Clock::System).unwrap();
    let entries = vec![Bytes::from_static(b"sealed"), Bytes::from_static(b"twice")];
    journal.append(Topic::Journal, P, entries).durable_blocking().unwrap();
    let found = journal.read(Topic::Journal, P, Position::START, 9).unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(found[1].bytes, "twice");
}

#[test]
fn a_password_opens_either_way_of_proving_it() {
    for mechanism in ["SCRAM-SHA-512", "PLAIN"] {
        works(&by_password(mechanism, "ca.pem", &key("password")));
    }
}

#[test]
fn a_certificate_opens_where_the_brokers_ask_for_one() {
    let with = [
        ("SECURITY", "ssl".to_owned()),
        ("CA_FILE", key("ca.pem")),
        ("CERTIFICATE_FILE", key("client.pem")),
        ("KEY_FILE", key("client.key")),
    ];
    works(&configured("LIANDONG_TEST_MTLS_BROKERS", &with));
    let without = configured("LIANDONG_TEST_MTLS_BROKERS", &with[..2]);
    let refused = refused(|| make_topics(&without));
    assert!(refused.contains("certificate"), "{refused}");
}

#[test]
fn a_wrong_password_is_told_at_once_by_whatever_opens() {
    let wrong = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(wrong.path(), "quite wrong\n").unwrap();
    let wrong = wrong.path().to_str().unwrap();
    for mechanism in ["SCRAM-SHA-512", "PLAIN"] {
        let options = by_password(mechanism, "ca.pem", wrong);
        let opened = || KafkaJournal::open(&options, &Topic::ALL, Clock::System);
        let opened = || opened().map(|_| ()).map_err(|error| error.to_string());
        for refused in [refused(opened), refused(|| make_topics(&options))] {
            let low = refused.to_lowercase();
            assert!(low.contains("authentication"), "{refused}");
            assert!(refused.contains(&told("LIANDONG_TEST_TLS_BROKERS")), "{refused}");
        }
        assert!(!format!("{options:?}").contains("quite wrong"), "{options:?}");
    }
}

#[test]
fn who_vouches_for_the_brokers_must_be_believed() {
    let options = by_password("SCRAM-SHA-512", "other-ca.pem", &key("password"));
    let refused = refused(|| make_topics(&options));
    assert!(refused.contains("certificate verify failed"), "{refused}");
}
