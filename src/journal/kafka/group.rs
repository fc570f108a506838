//! A consumer group that says which partitions are this process's, and does nothing else.
//!
//! It takes no records: what is assigned is paused, and read by the journal's own tail. So a
//! partition that moves costs no fetch, and the cursor stays a position.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext, Rebalance};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::topic_partition_list::{TopicPartitionList, TopicPartitionListElem};

use crate::domain::Partition;
use crate::telemetry::Metrics;

use super::super::traits::{JournalError, Topic};
use super::client::{KafkaOptions, broken};

/// What one look at the group takes in, at most.
const SERVED_MAX: usize = 100;

/// How members of a group are told of their partitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupProtocol {
    /// `Consumer` where the brokers have it (Kafka 4.0 and later), else `Classic`.
    Auto,
    /// The brokers decide (KIP-848). How long a member may be silent is set on the brokers.
    Consumer,
    /// The members decide (cooperative-sticky).
    Classic,
}

/// A group of processes, and how one of them takes part.
#[derive(Debug, Clone)]
pub struct GroupOptions {
    /// Its role: the group is called after it.
    pub role: &'static str,
    /// The topic whose partitions are given to members.
    pub topic: Topic,
    /// How members are told.
    pub protocol: GroupProtocol,
    /// How long a member of a classic group may be silent, milliseconds.
    pub session_ms: u64,
    /// The member's own name, which keeps its partitions over a restart (classic groups only).
    pub instance: Option<String>,
}

/// One member.
pub struct Group {
    kafka: KafkaOptions,
    options: GroupOptions,
    metrics: Metrics,
    consumer: BaseConsumer<Members>,
    owned: BTreeSet<Partition>,
}

impl std::fmt::Debug for Group {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Group").field("options", &self.options).finish_non_exhaustive()
    }
}

/// Hears what is given and taken.
struct Members {
    owned: Mutex<BTreeSet<Partition>>,
    role: &'static str,
    metrics: Metrics,
}

impl ClientContext for Members {}

impl ConsumerContext for Members {
    fn pre_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        let mut owned = self.owned.lock().unwrap_or_else(PoisonError::into_inner);
        match rebalance {
            Rebalance::Assign(given) => owned.extend(numbers(given)),
            Rebalance::Revoke(taken) => {
                let taken: BTreeSet<_> = numbers(taken).collect();
                owned.retain(|partition| !taken.contains(partition));
            }
            Rebalance::Error(error) => tracing::warn!(role = self.role, %error, "no rebalance"),
        }
        self.metrics.journal_rebalances_total.with_label_values(&[self.role]).inc();
    }

    fn post_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Assign(given) = rebalance
            && let Err(error) = consumer.pause(given)
        {
            tracing::warn!(role = self.role, %error, "partitions are fetched in vain");
        }
    }
}

fn numbers(partitions: &TopicPartitionList) -> impl Iterator<Item = Partition> {
    let numbers: Vec<_> =
        partitions.elements().iter().map(TopicPartitionListElem::partition).collect();
    numbers.into_iter().filter_map(|number| u16::try_from(number).ok().map(Partition))
}

impl Group {
    /// Joins.
    ///
    /// # Errors
    /// Where the settings are refused.
    pub fn join(
        kafka: &KafkaOptions,
        options: GroupOptions,
        metrics: Metrics,
    ) -> Result<Self, JournalError> {
        let first = match options.protocol {
            GroupProtocol::Auto | GroupProtocol::Consumer => GroupProtocol::Consumer,
            GroupProtocol::Classic => GroupProtocol::Classic,
        };
        let consumer = member(kafka, &options, first, metrics.clone())?;
        let owned = BTreeSet::new();
        Ok(Self { kafka: kafka.clone(), options, metrics, consumer, owned })
    }

    /// The partitions that are this member's now. Asked at least every few minutes, or the group
    /// takes it for hung.
    pub fn poll(&mut self) -> &BTreeSet<Partition> {
        for _ in 0..SERVED_MAX {
            match self.consumer.poll(Duration::ZERO) {
                None => break,
                Some(Ok(_)) => {}
                Some(Err(error)) if self.must_be_classic(&error) => self.become_classic(),
                Some(Err(error)) => {
                    tracing::warn!(role = self.options.role, %error, "the group is not reached");
                }
            }
        }
        let owned = self.consumer.context().owned.lock().unwrap_or_else(PoisonError::into_inner);
        if *owned != self.owned {
            self.owned.clone_from(&owned);
        }
        drop(owned);
        &self.owned
    }

    fn must_be_classic(&self, error: &KafkaError) -> bool {
        use RDKafkaErrorCode::{UnsupportedFeature, UnsupportedVersion};
        let unsupported = [UnsupportedFeature, UnsupportedVersion];
        self.options.protocol == GroupProtocol::Auto
            && error.rdkafka_error_code().is_some_and(|code| unsupported.contains(&code))
    }

    fn become_classic(&mut self) {
        tracing::info!(role = self.options.role, "these brokers have classic groups only");
        self.options.protocol = GroupProtocol::Classic;
        let protocol = GroupProtocol::Classic;
        match member(&self.kafka, &self.options, protocol, self.metrics.clone()) {
            Ok(consumer) => self.consumer = consumer,
            Err(error) => tracing::error!(%error, "no classic group either"),
        }
    }
}

fn member(
    kafka: &KafkaOptions,
    options: &GroupOptions,
    protocol: GroupProtocol,
    metrics: Metrics,
) -> Result<BaseConsumer<Members>, JournalError> {
    let mut settings = kafka.consumer();
    settings
        .set("group.id", format!("{}.{}", kafka.prefix, options.role))
        .set("auto.offset.reset", "latest");
    if protocol == GroupProtocol::Classic {
        settings
            .set("group.protocol", "classic")
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("session.timeout.ms", options.session_ms.to_string())
            .set("heartbeat.interval.ms", (options.session_ms / 3).max(1).to_string());
        if let Some(instance) = &options.instance {
            settings.set("group.instance.id", instance);
        }
    } else {
        settings.set("group.protocol", "consumer");
    }
    let members = Members { owned: Mutex::default(), role: options.role, metrics };
    let consumer: BaseConsumer<Members> =
        settings.create_with_context(members).map_err(|error| broken(&error))?;
    consumer.subscribe(&[&kafka.name(options.topic)]).map_err(|error| broken(&error))?;
    Ok(consumer)
}
