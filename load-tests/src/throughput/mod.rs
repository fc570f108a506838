//! Throughput: what one CPU-second carries from reports to changes, beside a client that only
//! reads them and a peer on Kafka Streams.
//!
//! All three get the same JSON, of one partition, through the same broker, in turns. CPU is that of
//! all our processes (ingest and processor), or of the client, or of the Java machine; the
//! broker's is nobody's. Only the second half of the reports counts: all are warm by then.

mod drop_all;
mod half;
mod ours;
mod peer;
mod reports;
mod run;
mod topic;

pub(crate) use drop_all::{Options as DropAllOptions, run as drop_all};
pub(crate) use run::{Options, run};
