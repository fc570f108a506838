//! Feeds over Kafka: what is good is journalled, what is not is a dead letter, and on it goes.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use crypto_box::PublicKey;
use crypto_box::aead::OsRng;
use futures::executor::block_on;
use liandong::domain::{Partition, Position};
use liandong::ingest::{Ingest, IngestParts, read_feeds};
use liandong::journal::kafka::{ForeignRecord, ForeignWriter, KafkaOptions};
use liandong::journal::{MemoryJournal, Needs, Topic};
use liandong::outbound::{PublicParts, run_letters};
use liandong::shutdown::{Running, Stopper, stop_pair};
use liandong::telemetry::Clock;
use liandong::wire::dead_letter_v2::{self, DeadLetter};
use liandong::wire::projection::Projection;
use liandong::wire::public::DEAD_LETTERS;

use rdkafka::ClientConfig;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};

use super::cluster::fresh;
use super::foreign::all;
use super::others::{hold, schema};
use crate::ingest_room::{NOW, parts, signals};

struct Reading {
    stopper: Stopper,
    running: Running,
}

impl Reading {
    fn begin(options: &KafkaOptions, parts: &IngestParts) -> Self {
        let (stopper, stop) = stop_pair();
        let mut running = Running::default();
        let (ingest, options) = (Ingest::new(parts.clone()), options.clone());
        let runtime = tokio::runtime::Handle::current();
        running.spawn_blocking("ingest", move || {
            read_feeds(&ingest, &options, (&stop, &runtime)).unwrap();
        });
        Self { stopper, running }
    }

    async fn end(self) {
        self.stopper.stop();
        assert!(self.running.join().await);
    }
}

fn signal(id: &str, more: &str) -> String {
    let at = NOW.0;
    format!(
        r#"{{"id":"{id}","channel":"grid","observed_at":{at},"lat":41.001,"lon":123.001{more}}}"#
    )
}

fn letters(parts: &IngestParts) -> Vec<DeadLetter> {
    let read = parts.journal.read(Topic::DeadLetters, Partition::CITY, Position::START, 10_000);
    read.unwrap().iter().map(|stored| dead_letter_v2::decode(&stored.bytes).unwrap()).collect()
}

fn put(writer: &ForeignWriter, topic: &str, value: impl Into<Bytes>) {
    let record = ForeignRecord { value: Some(value.into()), ..ForeignRecord::default() };
    block_on(writer.write(topic, 1, &record).durable()).unwrap();
}

/// As [`put`], by a producer that sends whatever the topic takes.
fn put_large(options: &KafkaOptions, topic: &str, value: &[u8]) {
    let producer: BaseProducer = ClientConfig::new()
        .set("bootstrap.servers", &options.brokers)
        .set("message.max.bytes", "20000000")
        .create()
        .unwrap();
    let name = format!("{}.{topic}", options.prefix);
    let record = BaseRecord::<(), _>::to(&name).partition(1).payload(value);
    producer.send(record).map_err(|(error, _)| error).unwrap();
    producer.flush(Duration::from_secs(30)).unwrap();
}

/// Waits until `count` records were read.
async fn until_read(parts: &IngestParts, feed: &str, count: u64) {
    let counted = &parts.metrics.ingest_records_total;
    let read = || -> u64 {
        ["taken", "refused"].iter().map(|it| counted.with_label_values(&[feed, it]).get()).sum()
    };
    for _ in 0..300 {
        if count <= read() {
            assert_eq!(read(), count);
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{} of {count} records were read", read());
}

/// Values no sender should ever send, and why each is refused.
fn poison() -> Vec<(Vec<u8>, &'static str)> {
    let text = |text: String| text.into_bytes();
    vec![
        (Vec::new(), "empty"),
        (b"\xff\xfe\x00{".to_vec(), "not_utf8"),
        (text("[".repeat(200_000) + &"]".repeat(200_000)), "too_deep"),
        (text("{\"a\":".repeat(50_000)), "too_deep"),
        (text(signal("x", "").replace("41.001", "NaN")), "malformed_json"),
        (text(signal("x", "").replace("41.001", "1e999")), "malformed_json"),
        (text("null".to_owned()), "wrong_value"),
        (text("{}".to_owned()), "missing_field"),
        (text(signal("x", ",\"canary\":true")), "not_allowed"),
        (text(signal("x", "").replace("41.001", "12.5")), "outside"),
        (vec![b'x'; 10 * 1_024 * 1_024], "body_too_large"),
        (text(format!("[{}]", vec!["{}"; 1_001].join(","))), "too_many"),
        (text(signal("x", ",\"contact\":{\"phone\":\"13800138000\"}")), "contact_in_clear"),
        (text("{\"contact\":{\"phone\":\"13800138000\"},".to_owned()), "contact_in_clear"),
        (text(signal("x", ",\"sealed_contact\":\"AAAA\"")), "sealed_contact"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn no_record_stops_a_partition() {
    let (options, parts) = (fresh(), parts(Arc::new(MemoryJournal::new(Clock::manual(NOW)))));
    let writer = ForeignWriter::open(&options).unwrap();
    let bad = poison();
    put(&writer, "feed.signal", signal("first", ""));
    for (value, _) in &bad {
        put_large(&options, "feed.signal", value);
    }
    // A tombstone is nothing, too.
    let gone = ForeignRecord::default();
    block_on(writer.write("feed.signal", 1, &gone).durable()).unwrap();
    put(&writer, "feed.signal", format!("[{},{{}},{}]", signal("a", ""), signal("b", "")));
    let reading = Reading::begin(&options, &parts);
    let count = u64::try_from(bad.len()).unwrap() + 3;
    until_read(&parts, "signal", count).await;
    let ids: Vec<_> =
        signals(&*parts.journal, 1).into_iter().map(|(_, signal)| signal.external_id).collect();
    assert_eq!(ids, ["first", "a", "b"]);
    let letters = letters(&parts);
    let reasons: Vec<_> = letters.iter().map(|letter| letter.reason.as_str()).collect();
    let mut wanted: Vec<_> = bad.iter().map(|(_, reason)| *reason).collect();
    wanted.extend(["empty", "missing_field"]);
    assert_eq!(reasons, wanted);
    let topic = format!("{}.feed.signal", options.prefix);
    for (offset, letter) in (1..).zip(&letters) {
        let origin = letter.origin.as_ref().unwrap();
        let place = (origin.topic.as_str(), origin.partition, origin.offset);
        assert_eq!(place, (topic.as_str(), 1, offset), "{}", letter.reason);
        let open = letter.raw.as_ref().map(|raw| parts.admission.vault.open_words(raw).unwrap());
        assert!(!open.is_some_and(|text| text.contains("13800138000")), "{}", letter.reason);
    }
    reading.end().await;
    // Everything is done: who reads now reads nothing again.
    let reading = Reading::begin(&options, &parts);
    put(&writer, "feed.signal", signal("last", ""));
    until_read(&parts, "signal", count + 1).await;
    assert_eq!(signals(&*parts.journal, 1).len(), 4);
    reading.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_contact_is_opened_and_sealed_again_under_the_tickets_key() {
    let (options, parts) = (fresh(), parts(Arc::new(MemoryJournal::new(Clock::manual(NOW)))));
    let writer = ForeignWriter::open(&options).unwrap();
    let key = PublicKey::from_bytes(parts.admission.vault.public_key());
    let sealed = key.seal(&mut OsRng, br#"{"name":"\u738b","phone":"13800138000"}"#).unwrap();
    let sealed = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, sealed);
    put(&writer, "feed.signal", signal("a", &format!(",\"sealed_contact\":\"{sealed}\"")));
    put(
        &writer,
        "feed.hotline",
        format!(
            r#"{{"工单编号":"LY1","受理时间":{},"诉求内容":"积水","sealed_contact":"{sealed}"}}"#,
            NOW.0
        ),
    );
    let reading = Reading::begin(&options, &parts);
    until_read(&parts, "signal", 1).await;
    until_read(&parts, "hotline", 1).await;
    assert!(letters(&parts).is_empty());
    for partition in [0, 1] {
        let (_, found) = signals(&*parts.journal, partition).remove(0);
        let words = parts.admission.vault.open_words(&found.words.unwrap()).unwrap();
        assert!(words.contains("13800138000") && words.contains('王'), "{words}");
    }
    reading.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn looks_of_cameras_come_too_and_not_a_byte_of_a_refused_one_is_kept() {
    let (options, parts) = (fresh(), parts(Arc::new(MemoryJournal::new(Clock::manual(NOW)))));
    let writer = ForeignWriter::open(&options).unwrap();
    let look =
        |more: &str| format!(r#"{{"camera":1,"item":"G01009","observed_at":{}{more}}}"#, NOW.0);
    put(&writer, "feed.detection", format!("[{},{}]", look(""), look(",\"count\":2")));
    put(&writer, "feed.detection", look(",\"face\":\"secret\""));
    put(&writer, "feed.detection", "{\"camera\":");
    let reading = Reading::begin(&options, &parts);
    until_read(&parts, "detection", 3).await;
    let looks = parts.journal.read(Topic::Detections, Partition(1), Position::START, 9).unwrap();
    assert_eq!(looks.len(), 2);
    let letters = letters(&parts);
    let reasons: Vec<_> = letters.iter().map(|letter| letter.reason.as_str()).collect();
    assert_eq!(reasons, ["person_field", "malformed_json"]);
    assert!(letters.iter().all(|letter| letter.raw.is_none() && letter.origin.is_some()));
    reading.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn others_read_the_dead_letters_each_once() {
    let (options, parts) = (fresh(), parts(Arc::new(MemoryJournal::new(Clock::manual(NOW)))));
    let writer = Arc::new(ForeignWriter::open(&options).unwrap());
    let reading = Reading::begin(&options, &parts);
    let telling = || {
        let (stopper, stop) = stop_pair();
        let mut running = Running::default();
        let parts = PublicParts {
            journal: Arc::clone(&parts.journal),
            options: options.clone(),
            writer: Arc::clone(&writer),
            needs: Needs::default(),
            plane: Projection::new(41.0, 123.0),
            metrics: parts.metrics.clone(),
        };
        running.spawn("outbound", async move { run_letters(parts, stop).await.unwrap() });
        (stopper, running)
    };
    let told = parts.metrics.outbound_records_total.with_label_values(&[DEAD_LETTERS]);
    for round in 1..=3_u64 {
        let (stopper, running) = telling();
        put(&writer, "feed.open311", "{\"service_request_id\":\"secret\"}");
        put(&writer, "feed.open311", "{\"phone\":\"13800138000\"}");
        until_read(&parts, "open311", 2 * round).await;
        while told.get() < 2 * round {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        stopper.stop();
        assert!(running.join().await);
    }
    let found = all(&options, DEAD_LETTERS, 0);
    assert_eq!((found.len(), told.get()), (6, 6));
    let schema = schema(DEAD_LETTERS);
    for (index, found) in found.iter().enumerate() {
        let value = found.record.value.as_ref().unwrap();
        hold(&schema, value);
        let letter: serde_json::Value = serde_json::from_slice(value).unwrap();
        let origin = &letter["origin"];
        assert_eq!(origin["topic"], format!("{}.feed.open311", options.prefix));
        assert_eq!(origin["offset"], index);
        assert_eq!(letter["sealed"].is_null(), letter["reason"] == "contact_in_clear");
        assert!(!String::from_utf8_lossy(value).contains("secret"));
    }
    assert_eq!(found[0].record.header("ce_type"), Some("liandong.dead_letter.v1"));
    reading.end().await;
}
