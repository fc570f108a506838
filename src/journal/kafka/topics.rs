//! The topics on a cluster, ours and those for others: what they should be, what they are, and
//! making them.

use std::collections::BTreeMap;

use futures::executor::block_on;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::message::Message as _;
use rdkafka::metadata::MetadataTopic;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::{Offset, TopicPartitionList};

use crate::domain::{Epoch, Partition, Timestamp};
use crate::telemetry::Stopwatch;
use crate::wire::public::{Spread, TOPICS};

use super::super::incarnation::new_epoch;
use super::super::traits::{JournalError, Topic};
use super::client::{ANSWER_WITHIN, KafkaOptions, RECORD_BYTES_MAX, broken, watermarks};
use super::reach::reach;

const EPOCH_KEY: &str = "epoch";
const DAY_MS: &str = "86400000";
const WEEK_MS: &str = "604800000";
const FOR_EVER: &str = "-1";

/// Partitions of each topic: as many as the highest partition number and one.
pub type PartitionCounts = BTreeMap<Topic, usize>;

/// A topic as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicPlan {
    /// Its name on the cluster.
    pub name: String,
    /// How many partitions.
    pub partitions: usize,
    /// Its settings, where they are not the cluster's own.
    pub settings: BTreeMap<&'static str, String>,
    /// Whether it is there already.
    pub state: TopicState,
}

/// What the cluster has of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TopicState {
    /// Nothing.
    Missing,
    /// It, with so many partitions.
    There {
        /// How many.
        partitions: usize,
    },
}

/// What [`apply`] would make.
///
/// # Errors
/// Where the cluster cannot be reached.
pub fn plan(
    options: &KafkaOptions,
    counts: &PartitionCounts,
) -> Result<Vec<TopicPlan>, JournalError> {
    reach(options)?;
    let asking: BaseConsumer = options.consumer().create().map_err(|it| broken(&it))?;
    let metadata = asking.fetch_metadata(None, ANSWER_WITHIN).map_err(|it| broken(&it))?;
    let state_of = |name: &str| {
        let found = metadata.topics().iter().find(|topic| topic.name() == name);
        found.map_or(TopicState::Missing, |topic| TopicState::There {
            partitions: topic.partitions().len(),
        })
    };
    let ours = counts.iter().map(|(topic, partitions)| {
        let name = options.name(*topic);
        let state = state_of(&name);
        TopicPlan { name, partitions: *partitions, settings: settings(*topic), state }
    });
    let name = options.meta();
    let state = state_of(&name);
    let compacted = [("cleanup.policy", "compact".to_owned())].into();
    let meta = TopicPlan { name, partitions: 1, settings: compacted, state };
    let foreign = TOPICS.iter().map(|topic| {
        let name = options.foreign(topic.name);
        let state = state_of(&name);
        let settings = topic.settings().into_iter().collect();
        TopicPlan { name, partitions: spread(topic.spread, counts), settings, state }
    });
    Ok(ours.chain([meta]).chain(foreign).collect())
}

/// How many partitions a topic for others has, where ours have `counts`.
fn spread(spread: Spread, counts: &PartitionCounts) -> usize {
    let of = |topic| counts.get(&topic).copied().unwrap_or(1);
    match spread {
        Spread::Counties => of(Topic::Journal),
        Spread::Cameras => of(Topic::Detections),
        Spread::One => 1,
    }
}

/// What we hold to ourselves is removed by us, behind snapshots; what is read once, by its age.
fn settings(topic: Topic) -> BTreeMap<&'static str, String> {
    let kept = match topic {
        Topic::Journal | Topic::Changes | Topic::Quarantine => FOR_EVER,
        Topic::Detections => DAY_MS,
        Topic::DeadLetters => WEEK_MS,
    };
    let given = [
        ("cleanup.policy", "delete"),
        ("message.timestamp.type", "LogAppendTime"),
        ("retention.ms", kept),
        ("max.message.bytes", RECORD_BYTES_MAX),
    ];
    given.into_iter().map(|(key, value)| (key, value.to_owned())).collect()
}

/// Makes what is missing, each partition `replicas` times, and gives the journal its epoch where it
/// has none. What is there is left as it is.
///
/// # Errors
/// Where the cluster cannot be reached, or refuses.
pub fn apply(
    options: &KafkaOptions,
    counts: &PartitionCounts,
    (replicas, now): (i32, Timestamp),
) -> Result<Vec<TopicPlan>, JournalError> {
    let plans = plan(options, counts)?;
    let admin: AdminClient<DefaultClientContext> =
        options.client().create().map_err(|it| broken(&it))?;
    let missing = plans.iter().filter(|plan| plan.state == TopicState::Missing);
    let new: Vec<_> = missing
        .map(|plan| {
            let count = i32::try_from(plan.partitions).unwrap_or(i32::MAX);
            let topic = NewTopic::new(&plan.name, count, TopicReplication::Fixed(replicas));
            plan.settings.iter().fold(topic, |topic, (key, value)| topic.set(key, value))
        })
        .collect();
    if !new.is_empty() {
        let within = AdminOptions::new().operation_timeout(Some(ANSWER_WITHIN));
        let made = block_on(admin.create_topics(&new, &within)).map_err(|it| broken(&it))?;
        for result in made {
            match result {
                // Another made it meanwhile.
                Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
                Err((name, code)) => {
                    return Err(JournalError::Storage(format!("Kafka: topic {name}: {code}")));
                }
            }
        }
    }
    let asking: BaseConsumer = options.consumer().create().map_err(|it| broken(&it))?;
    if newest_epoch(options, &asking)?.is_none() {
        give_epoch(options, now)?;
    }
    Ok(plans)
}

fn give_epoch(options: &KafkaOptions, now: Timestamp) -> Result<(), JournalError> {
    let epoch = new_epoch(now)?;
    let producer: BaseProducer = options.producer().create().map_err(|it| broken(&it))?;
    let (name, value) = (options.meta(), epoch.0.to_be_bytes());
    let record = BaseRecord::to(&name).partition(0).key(EPOCH_KEY).payload(&value[..]);
    producer.send(record).map_err(|(error, _)| broken(&error))?;
    producer.flush(ANSWER_WITHIN).map_err(|error| broken(&error))
}

/// The journal's epoch.
pub(super) fn epoch_of(
    options: &KafkaOptions,
    asking: &BaseConsumer,
) -> Result<Epoch, JournalError> {
    let name = options.meta();
    let missing = || {
        let why = format!("Kafka: {name} has no epoch: make the topics (`liandong topics apply`)");
        JournalError::Storage(why)
    };
    if partition_numbers(asking, &name)?.is_empty() {
        return Err(missing());
    }
    newest_epoch(options, asking)?.ok_or_else(missing)
}

/// The newest epoch of the topic of meta; none where there is none.
fn newest_epoch(
    options: &KafkaOptions,
    asking: &BaseConsumer,
) -> Result<Option<Epoch>, JournalError> {
    let name = options.meta();
    let ends = watermarks(asking, &[(name.clone(), 0)])?;
    let (low, next) = ends.first().copied().unwrap_or_default();
    let mut assigned = TopicPartitionList::new();
    assigned
        .add_partition_offset(&name, 0, Offset::Offset(low))
        .and_then(|()| asking.assign(&assigned))
        .map_err(|error| broken(&error))?;
    let (mut epoch, mut at) = (None, low);
    let waited = Stopwatch::start();
    while at < next && waited.elapsed() < ANSWER_WITHIN {
        let Some(message) = asking.poll(ANSWER_WITHIN) else { break };
        let message = message.map_err(|error| broken(&error))?;
        at = message.offset().saturating_add(1);
        let value = message.payload().and_then(|bytes| bytes.try_into().ok());
        if message.key() == Some(EPOCH_KEY.as_bytes()) {
            epoch = value.map(|bytes| Epoch(u64::from_be_bytes(bytes))).or(epoch);
        }
    }
    Ok(epoch)
}

/// The partitions a topic has.
pub(super) fn partitions_of(
    options: &KafkaOptions,
    asking: &BaseConsumer,
    topic: Topic,
) -> Result<Vec<Partition>, JournalError> {
    let name = options.name(topic);
    let partitions = partition_numbers(asking, &name)?;
    if partitions.is_empty() {
        let why = format!("Kafka: {name} is not there: make the topics (`liandong topics apply`)");
        return Err(JournalError::Storage(why));
    }
    Ok(partitions)
}

/// The partitions of what is called `name` on the cluster; none where nothing is.
fn partition_numbers(asking: &BaseConsumer, name: &str) -> Result<Vec<Partition>, JournalError> {
    let metadata = asking.fetch_metadata(Some(name), ANSWER_WITHIN).map_err(|it| broken(&it))?;
    let found = metadata.topics().iter().find(|topic| topic.name() == name);
    let numbers = found.into_iter().flat_map(MetadataTopic::partitions);
    Ok(numbers.filter_map(|it| u16::try_from(it.id()).ok().map(Partition)).collect())
}
