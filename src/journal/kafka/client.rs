//! How the cluster is reached, and what went wrong there.

use std::path::Path;
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

use crate::config::{ClusterLogin, ClusterSecurity, ClusterTls, JournalConfig, LoginMechanism};
use crate::telemetry::{Metrics, Stopwatch};

use super::super::traits::{JournalError, Topic};

/// How long a question to the cluster may take.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(15);
/// Between two questions about what is about to change.
const AGAIN_AFTER: Duration = Duration::from_millis(50);
/// Records and more that one fetch may bring, kilobytes: what one consumer holds in memory.
const FETCHED_KB_MAX: &str = "8192";
/// Records that wait for the brokers, kilobytes: beyond it appends are refused for a while.
const WAITING_KB_MAX: &str = "131072";
/// The largest record: appends of large entries are many entries in one.
pub(super) const RECORD_BYTES_MAX: &str = "67108864";

/// Which cluster, and whose topics on it.
#[derive(Debug, Clone)]
pub struct KafkaOptions {
    /// Addresses of brokers, `host:port`, with commas between.
    pub brokers: String,
    /// What the names of our topics begin with; a full stop follows it.
    pub prefix: String,
    /// How they are spoken to.
    pub security: ClusterSecurity,
    /// Where the library's own statistics go; none where nobody asks for them.
    pub measured: Option<Metrics>,
    /// How long the brokers may gather what is new before they show it, milliseconds; 0 is at once.
    /// Under load it is what keeps a cluster from answering a question a record.
    pub gathers_ms: u64,
    /// Topics that are followed with patience: what is new in them may come a little later, and who
    /// appends to them does not wait until it has.
    pub patient: &'static [Topic],
    /// Topics of which only the city's own partition is followed.
    pub city_only: &'static [Topic],
    /// How long what is appended may gather before it becomes one record a partition, milliseconds;
    /// 0 is at once.
    pub appends_gather_ms: u64,
}

impl KafkaOptions {
    /// A cluster that is spoken to in clear, unmeasured.
    #[must_use]
    pub fn new(brokers: impl Into<String>, prefix: impl Into<String>) -> Self {
        let (brokers, prefix) = (brokers.into(), prefix.into());
        Self {
            brokers,
            prefix,
            security: ClusterSecurity::default(),
            measured: None,
            gathers_ms: 0,
            patient: &[],
            city_only: &[],
            appends_gather_ms: 0,
        }
    }

    /// The cluster that the configuration names.
    #[must_use]
    pub fn of(config: &JournalConfig, measured: Option<Metrics>) -> Self {
        let security = config.security.clone();
        Self {
            security,
            measured,
            gathers_ms: config.gathers_ms,
            appends_gather_ms: config.appends_gather_ms,
            ..Self::new(&config.brokers, &config.topic_prefix)
        }
    }

    /// The name of a topic on the cluster.
    #[must_use]
    pub fn name(&self, topic: Topic) -> String {
        format!("{}.{topic}", self.prefix)
    }

    /// The whole name of a topic or group for others.
    pub(super) fn foreign(&self, name: &str) -> String {
        format!("{}.{name}", self.prefix)
    }

    /// The topic of what is known of the journal itself: its epoch.
    pub(super) fn meta(&self) -> String {
        format!("{}.meta", self.prefix)
    }

    /// What every client is told.
    pub(super) fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.brokers).set("client.id", "liandong");
        secure(&mut config, &self.security);
        config
    }

    /// A consumer of partitions that are assigned by us: it belongs to no group, though the library
    /// wants a name for one.
    pub(super) fn consumer(&self) -> ClientConfig {
        let mut config = self.client();
        config
            .set("group.id", format!("{}.reader", self.prefix))
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("auto.offset.reset", "error")
            .set("check.crcs", "true")
            .set("queued.max.messages.kbytes", FETCHED_KB_MAX)
            .set("fetch.message.max.bytes", RECORD_BYTES_MAX)
            .set("fetch.queue.backoff.ms", "20");
        config
    }

    /// A producer that neither loses, doubles nor reorders, and never gives up by itself.
    pub(super) fn producer(&self) -> ClientConfig {
        let mut config = self.client();
        config
            .set("enable.idempotence", "true")
            .set("acks", "all")
            .set("message.timeout.ms", "0")
            // What may gather has gathered before it is given to the library.
            .set("linger.ms", "0")
            .set("queue.buffering.max.kbytes", WAITING_KB_MAX)
            .set("message.max.bytes", RECORD_BYTES_MAX);
        config
    }
}

/// Tells a client how brokers are spoken to.
fn secure(config: &mut ClientConfig, security: &ClusterSecurity) {
    let protocol = match (&security.tls, &security.login) {
        (None, None) => return,
        (Some(_), None) => "ssl",
        (None, Some(_)) => "sasl_plaintext",
        (Some(_), Some(_)) => "sasl_ssl",
    };
    config.set("security.protocol", protocol);
    let path = |path: &Path| path.to_string_lossy().into_owned();
    if let Some(ClusterTls { ca_file, own }) = &security.tls {
        if let Some(ca_file) = ca_file {
            config.set("ssl.ca.location", path(ca_file));
        }
        if let Some((certificate, key)) = own {
            config.set("ssl.certificate.location", path(certificate));
            config.set("ssl.key.location", path(key));
        }
    }
    if let Some(ClusterLogin { mechanism, username, password }) = &security.login {
        let mechanism = match mechanism {
            LoginMechanism::Plain => "PLAIN",
            LoginMechanism::ScramSha256 => "SCRAM-SHA-256",
            LoginMechanism::ScramSha512 => "SCRAM-SHA-512",
        };
        config.set("sasl.mechanism", mechanism).set("sasl.username", username);
        config.set("sasl.password", password.reveal());
    }
}

/// Kafka's offsets of the first record that each partition keeps, and of the next it will get, all
/// asked for at once. A topic that was just made, or whose leader has just moved, is waited for.
pub(super) fn watermarks(
    asking: &BaseConsumer,
    partitions: &[(String, i32)],
) -> Result<Vec<(i64, i64)>, JournalError> {
    let waited = Stopwatch::start();
    loop {
        let ends = offsets(asking, partitions, Offset::Beginning)
            .and_then(|low| Ok((low, offsets(asking, partitions, Offset::End)?)));
        match ends {
            Ok((low, next)) => return Ok(low.into_iter().zip(next).collect()),
            Err(error) if moves(&error) && waited.elapsed() < ANSWER_WITHIN => {
                std::thread::sleep(AGAIN_AFTER);
            }
            Err(error) => return Err(broken(&error)),
        }
    }
}

/// Where `what`, the beginning or the end, is in each partition. To Kafka these two are times.
fn offsets(
    asking: &BaseConsumer,
    partitions: &[(String, i32)],
    what: Offset,
) -> KafkaResult<Vec<i64>> {
    let mut asked = TopicPartitionList::new();
    for (topic, partition) in partitions {
        asked.add_partition_offset(topic, *partition, what)?;
    }
    let found = asking.offsets_for_times(asked, ANSWER_WITHIN)?;
    let offset = |(topic, partition): &(String, i32)| {
        let partition = found.find_partition(topic, *partition);
        let unknown = KafkaError::OffsetFetch(RDKafkaErrorCode::UnknownPartition);
        let partition = partition.ok_or(unknown)?;
        partition.error()?;
        match partition.offset() {
            Offset::Offset(offset) => Ok(offset),
            // An empty partition ends where it begins.
            Offset::End | Offset::Beginning => Ok(0),
            _ => Err(KafkaError::OffsetFetch(RDKafkaErrorCode::LeaderNotAvailable)),
        }
    };
    partitions.iter().map(offset).collect()
}

/// Whether a partition is about to have a leader that answers: a topic that was just made may have
/// one that does not know yet that it leads, and a broker hears later than others who does.
fn moves(error: &KafkaError) -> bool {
    use RDKafkaErrorCode::{
        FencedLeaderEpoch, LeaderNotAvailable, NotLeaderForPartition, OffsetNotAvailable,
        ReplicaNotAvailable, UnknownLeaderEpoch, UnknownPartition, UnknownTopicOrPartition,
    };
    let moving = [
        FencedLeaderEpoch,
        LeaderNotAvailable,
        NotLeaderForPartition,
        OffsetNotAvailable,
        ReplicaNotAvailable,
        UnknownLeaderEpoch,
        UnknownPartition,
        UnknownTopicOrPartition,
    ];
    error.rdkafka_error_code().is_some_and(|code| moving.contains(&code))
}

/// What the cluster said, as the journal says it: clusters come back.
pub(super) fn broken(error: &KafkaError) -> JournalError {
    JournalError::Away(format!("Kafka: {error}"))
}
