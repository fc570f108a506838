//! Clients that are not ours: Kafka's own console tools, and kcat or Python's.
//!
//! They read what others are told, and feed a whole `liandong all` on a real broker.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use liandong::journal::kafka::{ForeignFound, KafkaOptions};
use liandong::wire::public::{CASE_CHANGES, SITUATION};
use serde_json::Value;

use super::cluster::{fresh, unmade};
use super::foreign::all;
use super::others::{City, hold, is_said, key, said, schema};
use crate::desk_room::{case, moved};

/// A record as another client prints it: key and value.
type Printed = (String, Option<String>);

/// The jars of Kafka itself; `dev/kafka/broker.sh run` says where they are.
#[expect(clippy::disallowed_methods, reason = "where the jars are, is the test run's to say")]
fn jars() -> String {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("scratch/kafka/libs");
    let libs = std::env::var("LIANDONG_TEST_KAFKA_JARS").map_or(beside, PathBuf::from);
    assert!(libs.is_dir(), "no jars of Kafka: `make kafkalaws` fetches them");
    format!("{}/*", libs.display())
}

fn java(tool: &str, options: &KafkaOptions, topic: &str) -> Command {
    let mut command = Command::new("java");
    command.args(["-cp", &jars(), &format!("org.apache.kafka.tools.{tool}")]);
    command.args(["--bootstrap-server", &options.brokers]);
    command.args(["--topic", &format!("{}.{topic}", options.prefix)]);
    command
}

fn output(mut command: Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{command:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

/// Lines of a key and a value, `null` where there is none.
fn printed(text: &str) -> Vec<Printed> {
    let line = |line: &str| {
        let (key, value) = line.split_once('\t').unwrap();
        (key.to_owned(), (value != "null" && !value.is_empty()).then(|| value.to_owned()))
    };
    text.lines().map(line).collect()
}

/// What Kafka's own consumer prints of the first `count` records.
fn read_by_java(options: &KafkaOptions, topic: &str, count: usize) -> Vec<Printed> {
    let mut command = java("consumer.ConsoleConsumer", options, topic);
    command.args(["--from-beginning", "--timeout-ms", "30000", "--max-messages"]);
    command.args([&count.to_string(), "--formatter-property", "print.key=true"]);
    printed(&output(command))
}

/// What a client that is neither ours nor Kafka's prints: kcat, or Python's; none where neither is.
fn read_by_another(options: &KafkaOptions, topic: &str) -> Option<Vec<Printed>> {
    let name = format!("{}.{topic}", options.prefix);
    let has = |tool: &str, asked: &[&str]| {
        let run = Command::new(tool).args(asked).stdin(Stdio::null()).output();
        run.is_ok_and(|output| output.status.success())
    };
    if has("kcat", &["-V"]) {
        let mut command = Command::new("kcat");
        command.args(["-C", "-q", "-e", "-o", "beginning", "-b", &options.brokers, "-t", &name]);
        return Some(printed(&output({
            command.args(["-f", "%k\t%s\n"]);
            command
        })));
    }
    if has("python3", &["-c", "import confluent_kafka"]) {
        let mut command = Command::new("python3");
        command.args(["-c", PYTHON, &options.brokers, &name]);
        return Some(printed(&output(command)));
    }
    None
}

/// Reads a topic to the end of each of its partitions.
const PYTHON: &str = r#"
import sys
from confluent_kafka import Consumer, KafkaError, OFFSET_BEGINNING, TopicPartition
brokers, topic = sys.argv[1:]
consumer = Consumer({"bootstrap.servers": brokers, "group.id": "x", "enable.partition.eof": True})
left = set(consumer.list_topics(topic, 10).topics[topic].partitions)
consumer.assign([TopicPartition(topic, it, OFFSET_BEGINNING) for it in left])
while left:
    record = consumer.poll(10)
    assert record is not None
    if record.error():
        assert record.error().code() == KafkaError._PARTITION_EOF
        left.discard(record.partition())
    else:
        value = record.value()
        print(record.key().decode(), "null" if value is None else value.decode(), sep="\t")
"#;

fn sorted(mut printed: Vec<Printed>) -> Vec<Printed> {
    printed.sort();
    printed
}

fn ours(found: &[ForeignFound]) -> Vec<Printed> {
    let text = |bytes: &bytes::Bytes| String::from_utf8(bytes.to_vec()).unwrap();
    found.iter().map(|found| (key(found), found.record.value.as_ref().map(text))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn other_clients_read_what_others_are_told() {
    let mut city = City::new(fresh());
    let telling = city.tell();
    for number in 1..=5 {
        let row = case(number, "211002001001", liandong::domain::PrivacyClass::None);
        city.publish(vec![moved(row)], Vec::new());
    }
    let archived = liandong::domain::Change::CaseArchived { case: "1-2".parse().unwrap() };
    city.publish(vec![archived], Vec::new());
    city.until(CASE_CHANGES, 6).await;
    city.until(SITUATION, 6).await;
    telling.end().await;
    for topic in [SITUATION, CASE_CHANGES] {
        let found = all(&city.options, topic, 1);
        let schema = schema(topic);
        let by_java = read_by_java(&city.options, topic, found.len());
        assert_eq!(by_java, ours(&found), "{topic}");
        for (_, value) in &by_java {
            if let Some(value) = value {
                hold(&schema, value.as_bytes());
            }
        }
        match read_by_another(&city.options, topic) {
            Some(read) => assert_eq!(sorted(read), sorted(ours(&found)), "{topic}"),
            None => println!("NOT RUN: no kcat, and no confluent_kafka of Python"),
        }
    }
}

/// A whole server on the cluster, ended with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn liandong(options: &KafkaOptions, words: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_liandong"));
    command
        .args(words)
        .args(["--profile", "open", "--data-dir", "."])
        .current_dir(folder)
        .env_remove("LIANDONG_TEST_BROKERS")
        .env_remove("LIANDONG_TEST_KAFKA_JARS")
        .env("LIANDONG_HTTP__LISTEN", "127.0.0.1:0")
        .env("LIANDONG_CANARY__EVERY_S", "0")
        .env("LIANDONG_JOURNAL__KIND", "kafka")
        .env("LIANDONG_JOURNAL__BROKERS", &options.brokers)
        .env("LIANDONG_JOURNAL__TOPIC_PREFIX", &options.prefix);
    command
}

/// The rows of `situation`, once there are `count`.
fn until_rows(options: &KafkaOptions, count: usize) -> Vec<Value> {
    for _ in 0..300 {
        let rows: Vec<_> = (0..2)
            .flat_map(|partition| all(options, SITUATION, partition))
            .filter(is_said)
            .collect();
        if count <= super::others::compacted(&rows).len() {
            return rows.iter().map(said).collect();
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("no {count} rows come");
}

#[test]
fn another_client_feeds_a_whole_server_and_the_case_appears() {
    let options = unmade();
    let folder = tempfile::tempdir().unwrap();
    let made = output(liandong(&options, &["topics", "apply"], folder.path()));
    assert!(made.contains("feed.open311") && made.contains("compression.type=uncompressed"));
    let mut server = liandong(&options, &["all"], folder.path());
    let log = std::fs::File::create(folder.path().join("log")).unwrap();
    let _server = Server(server.stdout(Stdio::null()).stderr(log).spawn().unwrap());

    let at = jiff::Timestamp::now().to_string();
    let request = |id: u32| {
        format!(
            "{{\"service_request_id\":{id},\"requested_datetime\":\"{at}\",\"lat\":42.3,\
             \"long\":-71.0{id},\"service_name\":\"Illegal Parking\",\"description\":\"secret\"}}"
        )
    };
    let mut command = java("ConsoleProducer", &options, "feed.open311");
    let mut producer = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let line = format!("{}\nnonsense\n{}\n", request(1), request(2));
    producer.stdin.take().unwrap().write_all(line.as_bytes()).unwrap();
    assert!(producer.wait().unwrap().success());

    let schema = schema(SITUATION);
    for row in until_rows(&options, 2) {
        hold(&schema, row.to_string().as_bytes());
        assert!(row["case"].is_string() && row["item"] == "G02008", "{row}");
        assert!(!row.to_string().contains("secret"));
    }
    let letters = || all(&options, "dead-letters", 0);
    for _ in 0..100 {
        if !letters().is_empty() {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let letter = said(&letters()[0]);
    assert_eq!((&letter["reason"], &letter["feed"]), (&"malformed_json".into(), &"open311".into()));
    let read = read_by_java(&options, SITUATION, 2);
    assert_eq!(read.len(), 2);
}
