//! The corridor: from a signal's arrival to its change at every page, in an open loop.
//!
//! Each signal has a moment at which it *ought* to be sent; latency counts from there, so a
//! stalled server or generator cannot hide what it delayed (no coordinated omission).

#[cfg(feature = "kafka")]
mod bare;
mod city;
mod disk;
#[cfg(feature = "kafka")]
mod kafka;
mod measure;
mod run;
mod search;
mod sending;

#[cfg(feature = "kafka")]
pub(crate) use kafka::{OptionsOnKafka, run as run_on_kafka};
pub(crate) use run::{Options, run};
