//! The journal on Apache Kafka: the only room that knows rdkafka.
//!
//! A record of a partition is a record of ours, so an append is durable whole or not at all; a
//! position's offset is Kafka's and one, for ours count from 1. `appending` gives records to an
//! idempotent producer and waits for all replicas in sync; `tail` shows what is below the high
//! watermark, in order; `older` fetches what has left memory. Nothing is shown, and no append is
//! acknowledged, before it is durable. `foreign` and
//! `group_reader` speak with topics of others; `group` says which partitions are whose.

mod appending;
mod client;
mod foreign;
mod gathering;
mod group;
mod group_reader;
mod journal;
mod older;
mod polled;
mod reach;
mod receipts;
mod statistics;
mod tail;
mod topics;

pub use client::KafkaOptions;
pub use foreign::{ForeignFound, ForeignReader, ForeignRecord, ForeignWriter, Given, Met};
pub use group::{Group, GroupOptions, GroupProtocol};
pub use group_reader::GroupReader;
pub use journal::KafkaJournal;
pub use topics::{PartitionCounts, TopicPlan, TopicState, apply, plan};
